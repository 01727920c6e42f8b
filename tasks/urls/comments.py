"""Routes of comments on goals, milestones and tasks."""

from django.urls import path

from tasks.views import comments

urlpatterns = [
    path(
        "goals/<int:pk>/comments/",
        comments.comment_list_for_goal,
        name="comment_list_for_goal",
    ),
    path(
        "goals/<int:pk>/comments/new/",
        comments.comment_create_for_goal,
        name="comment_create_for_goal",
    ),
    path(
        "goals/<int:pk>/milestones/comments/",
        comments.comment_counts_for_goal_panel,
        name="comment_counts_for_goal_panel",
    ),
    path(
        "milestones/<int:pk>/comments/",
        comments.comment_list_for_milestone,
        name="comment_list_for_milestone",
    ),
    path(
        "milestones/<int:pk>/comments/new/",
        comments.comment_create_for_milestone,
        name="comment_create_for_milestone",
    ),
    path(
        "tasks/<int:pk>/comments/",
        comments.comment_list_for_task,
        name="comment_list_for_task",
    ),
    path(
        "tasks/<int:pk>/comments/new/",
        comments.comment_create_for_task,
        name="comment_create_for_task",
    ),
    path(
        "comments/people/", comments.mention_options_panel, name="mention_options_panel"
    ),
    path("comments/<int:pk>/", comments.comment_detail, name="comment_detail"),
    path("comments/<int:pk>/edit/", comments.comment_edit, name="comment_edit"),
    path(
        "comments/<int:pk>/history/", comments.comment_history, name="comment_history"
    ),
    path("comments/<int:pk>/delete/", comments.comment_delete, name="comment_delete"),
    path(
        "comments/<int:pk>/restore/", comments.comment_restore, name="comment_restore"
    ),
]
