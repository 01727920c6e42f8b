"""Routes of the pages that join apps."""

from django.urls import path

from coalition.web.views import dashboard, portal, transfer

app_name = "web"
urlpatterns = [
    path("", dashboard.home, name="home"),
    path("portal/", portal.portal, name="portal"),
    path("transfer/", transfer.transfer, name="transfer"),
    path("transfer/everything/", transfer.everything_export, name="everything_export"),
]
