"""Routes of tasks, inside a coalition."""

from django.urls import path

from tasks.views import (
    assignments,
    blueprints,
    board,
    bulk,
    check_in_pauses,
    check_in_schedules,
    check_ins,
    comments,
    dependencies,
    lists,
    matrix,
    parts,
    quick,
    saved_views,
    tasks,
)

app_name = "tasks"
urlpatterns = [
    path("tasks/", board.task_list, name="task_list"),
    path(
        "goals/<int:pk>/tasks/",
        board.task_list_for_goal_panel,
        name="task_list_for_goal_panel",
    ),
    path("tasks/matrix/", matrix.raci_matrix, name="raci_matrix"),
    path("tasks/matrix/export/", matrix.raci_export, name="raci_export"),
    path("tasks/<int:pk>/partners/<int:partner>/", matrix.raci_cell, name="raci_cell"),
    path("tasks/by-partner/", board.task_list_by_partner, name="task_list_by_partner"),
    path("tasks/by-person/", board.task_list_by_person, name="task_list_by_person"),
    path("tasks/board/", board.task_board, name="task_board"),
    path("tasks/calendar/", board.task_calendar, name="task_calendar"),
    path("tasks/timeline/", board.task_timeline, name="task_timeline"),
    path("tasks/views/new/", saved_views.saved_view_create, name="saved_view_create"),
    path(
        "saved-views/<int:pk>/delete/",
        saved_views.saved_view_delete,
        name="saved_view_delete",
    ),
    path(
        "saved-views/<int:pk>/restore/",
        saved_views.saved_view_restore,
        name="saved_view_restore",
    ),
    path("tasks/templates/", blueprints.task_template, name="task_template"),
    path("tasks/import/", lists.task_import, name="task_import"),
    path("tasks/export/", lists.task_export, name="task_export"),
    path("tasks/bulk/", bulk.task_bulk, name="task_bulk"),
    path("changes/<int:pk>/tasks/undo/", bulk.task_bulk_undo, name="task_bulk_undo"),
    path("tasks/<int:pk>/move/", bulk.task_move, name="task_move"),
    path("tasks/quick/", quick.task_quick, name="task_quick"),
    path("tasks/quick/read/", quick.task_quick_panel, name="task_quick_panel"),
    path("tasks/new/", tasks.task_create, name="task_create"),
    path("tasks/<int:pk>/", tasks.task_detail, name="task_detail"),
    path("tasks/<int:pk>/edit/", tasks.task_edit, name="task_edit"),
    path("tasks/<int:pk>/complete/", tasks.task_complete, name="task_complete"),
    path("tasks/<int:pk>/reopen/", tasks.task_reopen, name="task_reopen"),
    path("tasks/<int:pk>/delete/", tasks.task_delete, name="task_delete"),
    path("tasks/<int:pk>/restore/", tasks.task_restore, name="task_restore"),
    path(
        "tasks/<int:pk>/assignments/new/",
        assignments.assignment_create,
        name="assignment_create",
    ),
    path("tasks/<int:pk>/checklist/new/", parts.item_create, name="item_create"),
    path("checklist-items/<int:pk>/tick/", parts.item_tick, name="item_tick"),
    path("checklist-items/<int:pk>/untick/", parts.item_untick, name="item_untick"),
    path("checklist-items/<int:pk>/move/", parts.item_move, name="item_move"),
    path("checklist-items/<int:pk>/delete/", parts.item_delete, name="item_delete"),
    path("checklist-items/<int:pk>/restore/", parts.item_restore, name="item_restore"),
    path("tasks/<int:pk>/links/new/", parts.link_create, name="link_create"),
    path("task-links/<int:pk>/delete/", parts.link_delete, name="link_delete"),
    path("task-links/<int:pk>/restore/", parts.link_restore, name="link_restore"),
    path(
        "tasks/<int:pk>/dependencies/new/",
        dependencies.dependency_create,
        name="dependency_create",
    ),
    path(
        "dependencies/<int:pk>/delete/",
        dependencies.dependency_delete,
        name="dependency_delete",
    ),
    path(
        "dependencies/<int:pk>/restore/",
        dependencies.dependency_restore,
        name="dependency_restore",
    ),
    path(
        "assignments/<int:pk>/accept/",
        assignments.assignment_accept,
        name="assignment_accept",
    ),
    path(
        "assignments/<int:pk>/decline/",
        assignments.assignment_decline,
        name="assignment_decline",
    ),
    path(
        "assignments/<int:pk>/withdraw/",
        assignments.assignment_withdraw,
        name="assignment_withdraw",
    ),
    path(
        "assignments/<int:pk>/restore/",
        assignments.assignment_restore,
        name="assignment_restore",
    ),
    path("check-ins/mine/", check_ins.check_in_list_mine, name="check_in_list_mine"),
    path("check-ins/<int:pk>/", check_ins.check_in_detail, name="check_in_detail"),
    path("check-ins/<int:pk>/enter/", check_ins.check_in_enter, name="check_in_enter"),
    path(
        "people/<int:pk>/check-ins/",
        check_ins.check_in_list_for_person,
        name="check_in_list_for_person",
    ),
    path(
        "check-ins/schedules/",
        check_in_schedules.check_in_schedule_list,
        name="check_in_schedule_list",
    ),
    path(
        "check-ins/schedules/new/",
        check_in_schedules.check_in_schedule_create,
        name="check_in_schedule_create",
    ),
    path(
        "check-ins/schedules/<int:pk>/",
        check_in_schedules.check_in_schedule_detail,
        name="check_in_schedule_detail",
    ),
    path(
        "check-ins/schedules/<int:pk>/edit/",
        check_in_schedules.check_in_schedule_edit,
        name="check_in_schedule_edit",
    ),
    path(
        "check-ins/schedules/<int:pk>/stop/",
        check_in_schedules.check_in_schedule_stop,
        name="check_in_schedule_stop",
    ),
    path(
        "check-ins/schedules/<int:pk>/resume/",
        check_in_schedules.check_in_schedule_resume,
        name="check_in_schedule_resume",
    ),
    path(
        "check-ins/schedules/<int:pk>/pauses/new/",
        check_in_pauses.check_in_pause_create,
        name="check_in_pause_create",
    ),
    path(
        "check-ins/pauses/<int:pk>/delete/",
        check_in_pauses.check_in_pause_delete,
        name="check_in_pause_delete",
    ),
    path(
        "check-ins/pauses/<int:pk>/restore/",
        check_in_pauses.check_in_pause_restore,
        name="check_in_pause_restore",
    ),
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
