"""Routes of comms, inside a coalition."""

from django.urls import path

from comms.views import (
    archive,
    issues,
    items,
    preferences,
    replies,
    schedule,
    steps,
)

app_name = "comms"
_ISSUE = "updates/<int:pk>/"
urlpatterns = [
    path("updates/", issues.update_list, name="update_list"),
    path("updates/compose/", steps.update_compose, name="update_compose"),
    path("updates/schedule/", schedule.schedule_edit, name="schedule_edit"),
    path("updates/schedule/pause/", schedule.schedule_pause, name="schedule_pause"),
    path("updates/schedule/resume/", schedule.schedule_resume, name="schedule_resume"),
    path(_ISSUE, issues.update_detail, name="update_detail"),
    path(f"{_ISSUE}edit/", issues.update_edit, name="update_edit"),
    path(f"{_ISSUE}items/", items.update_item_toggle, name="update_item_toggle"),
    path(f"{_ISSUE}items/pin/", items.update_item_pin, name="update_item_pin"),
    path(f"{_ISSUE}items/move/", items.update_item_move, name="update_item_move"),
    path(f"{_ISSUE}items/reword/", items.update_item_reword, name="update_item_reword"),
    path(
        f"{_ISSUE}items/restore/", items.update_item_restore, name="update_item_restore"
    ),
    path(f"{_ISSUE}preview/", issues.update_preview, name="update_preview"),
    path(
        f"{_ISSUE}preview/body/", issues.update_preview_body, name="update_preview_body"
    ),
    path(
        f"{_ISSUE}progress/",
        issues.update_progress_panel,
        name="update_progress_panel",
    ),
    path(f"{_ISSUE}refresh/", steps.update_refresh, name="update_refresh"),
    path(f"{_ISSUE}test/", steps.update_test, name="update_test"),
    path(f"{_ISSUE}approve/", steps.update_approve, name="update_approve"),
    path(f"{_ISSUE}release/", steps.update_release, name="update_release"),
    path(f"{_ISSUE}recall/", steps.update_recall, name="update_recall"),
    path(f"{_ISSUE}pause/", steps.update_pause, name="update_pause"),
    path(f"{_ISSUE}resume/", steps.update_resume, name="update_resume"),
    path(f"{_ISSUE}cancel/", steps.update_cancel, name="update_cancel"),
    path(f"{_ISSUE}stop/", steps.update_stop, name="update_stop"),
    path(f"{_ISSUE}held/retry/", steps.update_held_retry, name="update_held_retry"),
    path(f"{_ISSUE}held/drop/", steps.update_held_drop, name="update_held_drop"),
    path("deliveries/<int:pk>/retry/", steps.delivery_retry, name="delivery_retry"),
    path("deliveries/<int:pk>/drop/", steps.delivery_drop, name="delivery_drop"),
    path("archive/", archive.archive_list, name="archive_list"),
    path("archive/<int:pk>/", archive.archive_detail, name="archive_detail"),
    path(
        "archive/<int:pk>/withdraw/", archive.archive_withdraw, name="archive_withdraw"
    ),
    path("check-ins/replies/", replies.reply_list, name="reply_list"),
    path("check-ins/replies/<int:pk>/", replies.reply_detail, name="reply_detail"),
    path("mail/", preferences.mail_preferences, name="mail_preferences"),
    path("mail/comments/", preferences.comment_mail_choose, name="comment_mail_choose"),
    path(
        "mail/check-ins/",
        preferences.check_in_mail_choose,
        name="check_in_mail_choose",
    ),
]
