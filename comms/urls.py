"""Routes of comms, inside a coalition."""

from django.urls import URLPattern, URLResolver

app_name = "comms"
urlpatterns: list[URLPattern | URLResolver] = []
