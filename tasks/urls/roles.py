"""Routes of standing roles and who holds them."""

from django.urls import path

from tasks.views import roles, terms

urlpatterns = [
    path("roles/", roles.role_list, name="role_list"),
    path("roles/new/", roles.role_create, name="role_create"),
    path("roles/<int:pk>/", roles.role_detail, name="role_detail"),
    path("roles/<int:pk>/edit/", roles.role_edit, name="role_edit"),
    path("roles/<int:pk>/close/", roles.role_close, name="role_close"),
    path("roles/<int:pk>/reopen/", roles.role_reopen, name="role_reopen"),
    path("roles/<int:pk>/holders/new/", terms.term_create, name="term_create"),
    path("terms/<int:pk>/end/", terms.term_end, name="term_end"),
    path("terms/<int:pk>/resume/", terms.term_resume, name="term_resume"),
    path("terms/<int:pk>/hand-over/", terms.term_hand_over, name="term_hand_over"),
    path("terms/<int:pk>/notes/", terms.term_notes, name="term_notes"),
    path("terms/<int:pk>/delete/", terms.term_delete, name="term_delete"),
    path("terms/<int:pk>/restore/", terms.term_restore, name="term_restore"),
]
