"""Routes of the pages that join apps."""

from django.urls import path

from coalition.web.views import (
    dashboard,
    ending,
    groups,
    handovers,
    invitations,
    leaving,
    looking,
    merging,
    partner_leaving,
    people_bulk,
    search,
    settings,
    setup,
    transfer,
)

app_name = "web"
urlpatterns = [
    path("", dashboard.home, name="home"),
    path("as-member/", looking.member_view_start, name="member_view_start"),
    path("as-myself/", looking.member_view_stop, name="member_view_stop"),
    path("search/", search.search, name="search"),
    path("settings/", settings.coalition_edit, name="coalition_edit"),
    path("settings/ending/", ending.coalition_ending, name="coalition_ending"),
    path("settings/close/", ending.coalition_close, name="coalition_close"),
    path("settings/reopen/", ending.coalition_reopen, name="coalition_reopen"),
    path("settings/delete/", ending.coalition_delete, name="coalition_delete"),
    path("settings/keep/", ending.coalition_keep, name="coalition_keep"),
    path("setup/", setup.setup, name="setup"),
    path("setup/coalition/", setup.setup_coalition, name="setup_coalition"),
    path("setup/example/", setup.example_load, name="example_load"),
    path("setup/partners/", setup.setup_partners, name="setup_partners"),
    path("setup/rhythm/", setup.setup_rhythm, name="setup_rhythm"),
    path("transfer/", transfer.transfer, name="transfer"),
    path("transfer/everything/", transfer.everything_export, name="everything_export"),
    path(
        "partners/<int:pk>/leave/", partner_leaving.partner_leave, name="partner_leave"
    ),
    path(
        "partners/changes/<int:pk>/return/",
        partner_leaving.partner_leave_undo,
        name="partner_leave_undo",
    ),
    path("invitations/", invitations.invitation_list, name="invitation_list"),
    path("invitations/new/", invitations.invitation_create, name="invitation_create"),
    path("invitations/bulk/", invitations.invitation_bulk, name="invitation_bulk"),
    path(
        "invitations/<int:pk>/resend/",
        invitations.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "invitations/<int:pk>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
    path(
        "invitations/<int:pk>/restore/",
        invitations.invitation_restore,
        name="invitation_restore",
    ),
    path("handovers/", handovers.handover_create, name="handover_create"),
    path("handovers/<int:pk>/", handovers.handover_detail, name="handover_detail"),
    path(
        "handovers/<int:pk>/withdraw/",
        handovers.handover_withdraw,
        name="handover_withdraw",
    ),
    path("groups/<int:pk>/", groups.group_detail, name="group_detail"),
    path("people/bulk/", people_bulk.person_bulk, name="person_bulk"),
    path(
        "people/changes/<int:pk>/undo/",
        people_bulk.person_bulk_undo,
        name="person_bulk_undo",
    ),
    path("people/<int:pk>/leave/", leaving.person_leave, name="person_leave"),
    path("people/<int:pk>/return/", leaving.person_return, name="person_return"),
    path("people/<int:pk>/invite/", invitations.person_invite, name="person_invite"),
    path("partners/duplicates/", merging.partner_duplicates, name="partner_duplicates"),
    path("people/duplicates/", merging.person_duplicates, name="person_duplicates"),
    path("partners/<int:pk>/merge/", merging.partner_merge, name="partner_merge"),
    path("people/<int:pk>/merge/", merging.person_merge, name="person_merge"),
    path("partners/<int:pk>/apart/", merging.partner_apart, name="partner_apart"),
    path("people/<int:pk>/apart/", merging.person_apart, name="person_apart"),
    path("merges/<int:pk>/undo/", merging.merge_undo, name="merge_undo"),
    path("apart/<int:pk>/undo/", merging.apart_undo, name="apart_undo"),
]
