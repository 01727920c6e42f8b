"""Routes of check-ins: their schedules, rounds and answers, and what came of them."""

from django.urls import path

from tasks.views import (
    check_in_pauses,
    check_in_rounds,
    check_in_schedules,
    check_ins,
    proposals,
    reaching,
    wins,
)

urlpatterns = [
    path("check-ins/proposed/", proposals.proposal_list, name="proposal_list"),
    path("check-ins/reach-out/", reaching.reach_out_list, name="reach_out_list"),
    path(
        "people/<int:pk>/reach-out/panel/",
        reaching.reach_out_for_person_panel,
        name="reach_out_for_person_panel",
    ),
    path(
        "partners/<int:pk>/reach-out/panel/",
        reaching.reach_out_for_partner_panel,
        name="reach_out_for_partner_panel",
    ),
    path("check-ins/mine/", check_ins.check_in_list_mine, name="check_in_list_mine"),
    path("check-ins/<int:pk>/", check_ins.check_in_detail, name="check_in_detail"),
    path("check-ins/wins/", wins.win_list, name="win_list"),
    path("check-ins/<int:pk>/win/", wins.win_decide, name="win_decide"),
    path("check-ins/<int:pk>/enter/", check_ins.check_in_enter, name="check_in_enter"),
    path(
        "people/<int:pk>/check-ins/",
        check_ins.check_in_list_for_person,
        name="check_in_list_for_person",
    ),
    path(
        "check-ins/rounds/<int:pk>/",
        check_in_rounds.check_in_round_detail,
        name="check_in_round_detail",
    ),
    path(
        "check-ins/rounds/<int:pk>/report/",
        check_in_rounds.check_in_round_report,
        name="check_in_round_report",
    ),
    path(
        "goals/<int:pk>/confidence/panel/",
        check_in_rounds.confidence_for_goal_panel,
        name="confidence_for_goal_panel",
    ),
    path(
        "check-ins/",
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
]
