"""Routes of who carries a task, and of who is consulted."""

from django.urls import path

from tasks.views import assignments, consultations, naming

urlpatterns = [
    path(
        "tasks/<int:pk>/assignments/new/",
        assignments.assignment_create,
        name="assignment_create",
    ),
    path(
        "tasks/<int:pk>/consultations/new/",
        consultations.consultation_create,
        name="consultation_create",
    ),
    path(
        "consultations/<int:pk>/",
        consultations.consultation_detail,
        name="consultation_detail",
    ),
    path(
        "consultations/<int:pk>/withdraw/",
        consultations.consultation_withdraw,
        name="consultation_withdraw",
    ),
    path(
        "consultations/<int:pk>/restore/",
        consultations.consultation_restore,
        name="consultation_restore",
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
        "assignments/<int:pk>/hand-over/",
        assignments.assignment_hand_over,
        name="assignment_hand_over",
    ),
    path("assignments/<int:pk>/name/", naming.assignment_name, name="assignment_name"),
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
]
