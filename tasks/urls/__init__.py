"""Routes of tasks, inside a coalition."""

from tasks.urls import check_ins, comments, parts, plan, roles, troubles

app_name = "tasks"
urlpatterns = [
    *plan.urlpatterns,
    *parts.urlpatterns,
    *roles.urlpatterns,
    *check_ins.urlpatterns,
    *troubles.urlpatterns,
    *comments.urlpatterns,
]
