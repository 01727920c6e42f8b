"""Routes of members, inside a coalition."""

from django.urls import path

from members.views import partners, people, picking

app_name = "members"
urlpatterns = [
    path("partners/", partners.partner_list, name="partner_list"),
    path("partners/new/", partners.partner_create, name="partner_create"),
    path("partners/<int:pk>/", partners.partner_detail, name="partner_detail"),
    path("partners/<int:pk>/edit/", partners.partner_edit, name="partner_edit"),
    path("partners/<int:pk>/status/", partners.partner_status, name="partner_status"),
    path("partners/<int:pk>/aliases/", partners.alias_create, name="alias_create"),
    path("aliases/<int:pk>/delete/", partners.alias_delete, name="alias_delete"),
    path("aliases/<int:pk>/restore/", partners.alias_restore, name="alias_restore"),
    path("people/", people.person_list, name="person_list"),
    path("people/options/", picking.person_options_panel, name="person_options_panel"),
    path("people/new/", people.person_create, name="person_create"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/access/", people.access_edit, name="access_edit"),
    path(
        "people/<int:pk>/affiliations/",
        people.affiliation_create,
        name="affiliation_create",
    ),
    path("affiliations/<int:pk>/end/", people.affiliation_end, name="affiliation_end"),
    path(
        "affiliations/<int:pk>/resume/",
        people.affiliation_resume,
        name="affiliation_resume",
    ),
]
