"""Routes of members, inside a coalition."""

from django.urls import path

from members.views import (
    acceptances,
    access,
    agreements,
    exports,
    group_places,
    groups,
    imports,
    logos,
    offers,
    partner_list,
    partners,
    people,
    picking,
    profile,
)

app_name = "members"
urlpatterns = [
    path("partners/", partner_list.partner_list, name="partner_list"),
    path("partners/bulk/", partner_list.partner_bulk, name="partner_bulk"),
    path(
        "partners/changes/<int:pk>/undo/",
        partner_list.partner_bulk_undo,
        name="partner_bulk_undo",
    ),
    path(
        "partners/<int:pk>/archive/",
        partner_list.partner_archive,
        name="partner_archive",
    ),
    path(
        "partners/<int:pk>/unarchive/",
        partner_list.partner_unarchive,
        name="partner_unarchive",
    ),
    path("partners/new/", partners.partner_create, name="partner_create"),
    path("partners/export/", exports.partner_export, name="partner_export"),
    path("partners/import/", imports.partner_import, name="partner_import"),
    path("partners/<int:pk>/", partners.partner_detail, name="partner_detail"),
    path("partners/<int:pk>/edit/", partners.partner_edit, name="partner_edit"),
    path("partners/<int:pk>/status/", partners.partner_status, name="partner_status"),
    path(
        "partners/<int:pk>/listing/", partners.partner_listing, name="partner_listing"
    ),
    path("partners/<int:pk>/logo/", logos.logo_image, name="logo_image"),
    path("partners/<int:pk>/logo/edit/", logos.logo_edit, name="logo_edit"),
    path("partners/<int:pk>/logo/delete/", logos.logo_delete, name="logo_delete"),
    path("partners/<int:pk>/logo/consent/", logos.logo_consent, name="logo_consent"),
    path(
        "partners/logos/changes/<int:pk>/restore/",
        logos.logo_restore,
        name="logo_restore",
    ),
    path("partners/<int:pk>/offers/", offers.offer_create, name="offer_create"),
    path(
        "partners/<int:pk>/agreement/",
        acceptances.agreement_accept,
        name="agreement_accept",
    ),
    path(
        "partners/<int:pk>/acceptances/",
        acceptances.acceptance_create,
        name="acceptance_create",
    ),
    path(
        "acceptances/<int:pk>/delete/",
        acceptances.acceptance_delete,
        name="acceptance_delete",
    ),
    path(
        "acceptances/<int:pk>/restore/",
        acceptances.acceptance_restore,
        name="acceptance_restore",
    ),
    path("offers/", offers.offer_list, name="offer_list"),
    path("offers/<int:pk>/edit/", offers.offer_edit, name="offer_edit"),
    path("offers/<int:pk>/delete/", offers.offer_delete, name="offer_delete"),
    path("offers/<int:pk>/restore/", offers.offer_restore, name="offer_restore"),
    path("agreements/", agreements.agreement_list, name="agreement_list"),
    path("agreements/new/", agreements.agreement_create, name="agreement_create"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement_detail"),
    path("agreements/<int:pk>/edit/", agreements.agreement_edit, name="agreement_edit"),
    path(
        "agreements/<int:pk>/publish/",
        agreements.agreement_publish,
        name="agreement_publish",
    ),
    path(
        "agreements/<int:pk>/delete/",
        agreements.agreement_delete,
        name="agreement_delete",
    ),
    path(
        "agreements/<int:pk>/restore/",
        agreements.agreement_restore,
        name="agreement_restore",
    ),
    path("partners/<int:pk>/aliases/", partners.alias_create, name="alias_create"),
    path("aliases/<int:pk>/delete/", partners.alias_delete, name="alias_delete"),
    path("aliases/<int:pk>/restore/", partners.alias_restore, name="alias_restore"),
    path("groups/", groups.group_list, name="group_list"),
    path("groups/new/", groups.group_create, name="group_create"),
    path("groups/<int:pk>/edit/", groups.group_edit, name="group_edit"),
    path("groups/<int:pk>/close/", groups.group_close, name="group_close"),
    path("groups/<int:pk>/reopen/", groups.group_reopen, name="group_reopen"),
    path("groups/<int:pk>/join/", group_places.group_join, name="group_join"),
    path("groups/<int:pk>/people/new/", group_places.place_create, name="place_create"),
    path("group-places/<int:pk>/end/", group_places.place_end, name="place_end"),
    path(
        "group-places/<int:pk>/resume/", group_places.place_resume, name="place_resume"
    ),
    path("group-places/<int:pk>/lead/", group_places.place_lead, name="place_lead"),
    path(
        "group-places/<int:pk>/unlead/", group_places.place_unlead, name="place_unlead"
    ),
    path("access/", access.access_list, name="access_list"),
    path("people/", people.person_list, name="person_list"),
    path("profile/", profile.profile_edit, name="profile_edit"),
    path("profile/calendar/new/", profile.calendar_renew, name="calendar_renew"),
    path("profile/calendar/end/", profile.calendar_end, name="calendar_end"),
    path("people/options/", picking.person_options_panel, name="person_options_panel"),
    path("people/new/", people.person_create, name="person_create"),
    path("people/export/", exports.person_export, name="person_export"),
    path("people/import/", imports.person_import, name="person_import"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/access/", people.access_edit, name="access_edit"),
    path(
        "people/<int:pk>/affiliations/",
        people.affiliation_create,
        name="affiliation_create",
    ),
    path(
        "affiliations/<int:pk>/edit/", people.affiliation_edit, name="affiliation_edit"
    ),
    path("affiliations/<int:pk>/end/", people.affiliation_end, name="affiliation_end"),
    path(
        "affiliations/<int:pk>/resume/",
        people.affiliation_resume,
        name="affiliation_resume",
    ),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/twins/", imports.import_twins, name="import_twins"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
]
