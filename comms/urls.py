"""Routes of comms, inside a coalition."""

from django.urls import path

from comms.views import (
    announcements,
    archive,
    feedback,
    gallery,
    issues,
    items,
    paper,
    preferences,
    preview,
    quotes,
    replies,
    returned,
    schedule,
    sections,
    steps,
    stopping,
)

app_name = "comms"
_ISSUE = "updates/<int:pk>/"
urlpatterns = [
    path("updates/", issues.update_list, name="update_list"),
    path(
        "updates/announce/",
        announcements.announcement_create,
        name="announcement_create",
    ),
    path("updates/compose/", steps.update_compose, name="update_compose"),
    path("updates/schedule/", schedule.schedule_edit, name="schedule_edit"),
    path("updates/schedule/pause/", schedule.schedule_pause, name="schedule_pause"),
    path("updates/schedule/resume/", schedule.schedule_resume, name="schedule_resume"),
    path("updates/mail/stop/", stopping.mail_stop, name="mail_stop"),
    path("updates/mail/resume/", stopping.mail_resume, name="mail_resume"),
    path(_ISSUE, issues.update_detail, name="update_detail"),
    path(
        f"{_ISSUE}announcement/",
        announcements.announcement_edit,
        name="announcement_edit",
    ),
    path(f"{_ISSUE}wait/", announcements.announcement_wait, name="announcement_wait"),
    path(
        f"{_ISSUE}unwait/",
        announcements.announcement_unwait,
        name="announcement_unwait",
    ),
    path(f"{_ISSUE}edit/", issues.update_edit, name="update_edit"),
    path(f"{_ISSUE}items/", items.update_item_toggle, name="update_item_toggle"),
    path(f"{_ISSUE}items/pin/", items.update_item_pin, name="update_item_pin"),
    path(f"{_ISSUE}items/move/", items.update_item_move, name="update_item_move"),
    path(f"{_ISSUE}items/reword/", items.update_item_reword, name="update_item_reword"),
    path(
        f"{_ISSUE}items/restore/", items.update_item_restore, name="update_item_restore"
    ),
    path(
        f"{_ISSUE}sections/", sections.update_section_open, name="update_section_open"
    ),
    path(
        f"{_ISSUE}sections/new/",
        sections.update_section_create,
        name="update_section_create",
    ),
    path(
        f"{_ISSUE}sections/edit/",
        sections.update_section_edit,
        name="update_section_edit",
    ),
    path(
        f"{_ISSUE}sections/remove/",
        sections.update_section_remove,
        name="update_section_remove",
    ),
    path(
        f"{_ISSUE}quotes/new/", quotes.update_quote_create, name="update_quote_create"
    ),
    path("quotes/<int:pk>/take/", quotes.quote_take, name="quote_take"),
    path("quotes/<int:pk>/remove/", quotes.quote_remove, name="quote_remove"),
    path(f"{_ISSUE}check/", issues.update_check, name="update_check"),
    path(f"{_ISSUE}preview/", preview.update_preview, name="update_preview"),
    path(
        f"{_ISSUE}preview/body/",
        preview.update_preview_body,
        name="update_preview_body",
    ),
    path(f"{_ISSUE}paper/", paper.paper_list, name="paper_list"),
    path(f"{_ISSUE}paper/mine/", paper.paper_errand, name="paper_errand"),
    path(f"{_ISSUE}paper/print/", paper.paper_print, name="paper_print"),
    path(
        f"{_ISSUE}people/<int:person>/paper/", paper.paper_detail, name="paper_detail"
    ),
    path(
        f"{_ISSUE}people/<int:person>/paper/hand/", paper.paper_hand, name="paper_hand"
    ),
    path(
        f"{_ISSUE}people/<int:person>/paper/unhand/",
        paper.paper_unhand,
        name="paper_unhand",
    ),
    path("people/<int:pk>/paper/", paper.paper_reader_edit, name="paper_reader_edit"),
    path(
        f"{_ISSUE}progress/",
        issues.update_progress_panel,
        name="update_progress_panel",
    ),
    path(f"{_ISSUE}refresh/", steps.update_refresh, name="update_refresh"),
    path(f"{_ISSUE}test/", steps.update_test, name="update_test"),
    path(f"{_ISSUE}approve/", steps.update_approve, name="update_approve"),
    path(f"{_ISSUE}ask/", steps.update_ask, name="update_ask"),
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
    path("mail/gallery/", gallery.mail_gallery, name="mail_gallery"),
    path("mail/gallery/body/", gallery.mail_gallery_body, name="mail_gallery_body"),
    path("mail/returned/", returned.returned_list, name="returned_list"),
    path("mail/works/", returned.address_confirm, name="address_confirm"),
    path("people/<int:pk>/ask-mail/", returned.address_ask, name="address_ask"),
    path("feedback/", feedback.feedback_list, name="feedback_list"),
    path("feedback/new/", feedback.feedback_create, name="feedback_create"),
    path("feedback/counts/", feedback.feedback_counts, name="feedback_counts"),
    path("feedback/<int:pk>/", feedback.feedback_detail, name="feedback_detail"),
    path("feedback/<int:pk>/second/", feedback.feedback_second, name="feedback_second"),
    path(
        "feedback/<int:pk>/take-back/",
        feedback.feedback_take_back,
        name="feedback_take_back",
    ),
    path(
        "feedback/<int:pk>/unsecond/",
        feedback.feedback_unsecond,
        name="feedback_unsecond",
    ),
    path(
        "feedback/<int:pk>/acknowledge/",
        feedback.feedback_acknowledge,
        name="feedback_acknowledge",
    ),
    path("feedback/<int:pk>/assign/", feedback.feedback_assign, name="feedback_assign"),
    path("feedback/<int:pk>/answer/", feedback.feedback_close, name="feedback_close"),
    path("feedback/<int:pk>/write/", feedback.feedback_write, name="feedback_write"),
    path("feedback/<int:pk>/reopen/", feedback.feedback_reopen, name="feedback_reopen"),
    path("mail/", preferences.mail_preferences, name="mail_preferences"),
    path("mail/comments/", preferences.comment_mail_choose, name="comment_mail_choose"),
    path(
        "mail/check-ins/",
        preferences.check_in_mail_choose,
        name="check_in_mail_choose",
    ),
]
