"""Routes of goals, inside a coalition."""

from django.urls import path

from goals.views import goals, milestones, readings

app_name = "goals"
urlpatterns = [
    path("goals/", goals.goal_list, name="goal_list"),
    path("goals/new/", goals.goal_create, name="goal_create"),
    path("goals/<int:pk>/", goals.goal_detail, name="goal_detail"),
    path("goals/<int:pk>/edit/", goals.goal_edit, name="goal_edit"),
    path("goals/<int:pk>/close/", goals.goal_close, name="goal_close"),
    path("goals/<int:pk>/reopen/", goals.goal_reopen, name="goal_reopen"),
    path(
        "goals/<int:pk>/readings/new/", readings.reading_create, name="reading_create"
    ),
    path("readings/<int:pk>/edit/", readings.reading_edit, name="reading_edit"),
    path("readings/<int:pk>/delete/", readings.reading_delete, name="reading_delete"),
    path(
        "readings/<int:pk>/restore/", readings.reading_restore, name="reading_restore"
    ),
    path(
        "goals/<int:pk>/milestones/new/",
        milestones.milestone_create,
        name="milestone_create",
    ),
    path("milestones/<int:pk>/edit/", milestones.milestone_edit, name="milestone_edit"),
    path(
        "milestones/<int:pk>/reach/", milestones.milestone_reach, name="milestone_reach"
    ),
    path(
        "milestones/<int:pk>/unreach/",
        milestones.milestone_unreach,
        name="milestone_unreach",
    ),
    path(
        "milestones/<int:pk>/delete/",
        milestones.milestone_delete,
        name="milestone_delete",
    ),
    path(
        "milestones/<int:pk>/restore/",
        milestones.milestone_restore,
        name="milestone_restore",
    ),
]
