"""Routes of hurdles and asks, and of what waits for somebody."""

from django.urls import path

from tasks.views import asks, hurdles, waiting

urlpatterns = [
    path(
        "goals/<int:pk>/waiting/panel/",
        waiting.waiting_for_goal_panel,
        name="waiting_for_goal_panel",
    ),
    path("asks/", asks.ask_list, name="ask_list"),
    path("asks/<int:pk>/", asks.ask_detail, name="ask_detail"),
    path("asks/<int:pk>/pass-on/", asks.ask_pass_on, name="ask_pass_on"),
    path("asks/<int:pk>/help/", asks.ask_help, name="ask_help"),
    path("asks/<int:pk>/decline/", asks.ask_decline, name="ask_decline"),
    path("asks/<int:pk>/close/", asks.ask_close, name="ask_close"),
    path("asks/<int:pk>/reopen/", asks.ask_reopen, name="ask_reopen"),
    path("hurdles/", hurdles.hurdle_list, name="hurdle_list"),
    path(
        "partners/<int:pk>/hurdles/",
        hurdles.hurdle_list_for_partner_panel,
        name="hurdle_list_for_partner_panel",
    ),
    path("hurdles/<int:pk>/", hurdles.hurdle_detail, name="hurdle_detail"),
    path("hurdles/<int:pk>/answer/", hurdles.hurdle_answer, name="hurdle_answer"),
    path("hurdles/<int:pk>/place/", hurdles.hurdle_place, name="hurdle_place"),
    path("hurdles/<int:pk>/task/", hurdles.hurdle_task, name="hurdle_task"),
    path("hurdles/<int:pk>/raise/", hurdles.hurdle_raise, name="hurdle_raise"),
    path("hurdles/<int:pk>/lower/", hurdles.hurdle_lower, name="hurdle_lower"),
    path("hurdles/<int:pk>/solve/", hurdles.hurdle_solve, name="hurdle_solve"),
    path("hurdles/<int:pk>/reopen/", hurdles.hurdle_reopen, name="hurdle_reopen"),
]
