"""What waits for somebody, on the page of a goal."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from goals.models import Goal
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.queries.waiting import waiting_for_goal


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def waiting_for_goal_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    goal, now = get_object_or_404(Goal, pk=pk), timezone.now()
    waiting = waiting_for_goal(goal, request.membership)
    context = {
        "goal": goal,
        "waiting": waiting,
        "hurdles_since": waiting.hurdles.age(now),
        "asks_since": waiting.asks.age(now),
    }
    return render(request, "tasks/waiting_for_goal_panel.html", context)
