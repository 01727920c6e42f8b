"""The action plan: all tasks, filtered, goal by goal."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.common.htmx import render_page
from goals.models import Goal
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.forms.quick import QuickTaskForm
from tasks.forms.tasks import TaskFilterForm
from tasks.queries.board import BoardFilter, Show, gaps, group_by_goal, tasks_shown

PAGE = 50


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_list(request: CoalitionRequest) -> HttpResponse:
    form = TaskFilterForm(request.GET, default=_default(request))
    context = {
        "form": form,
        "gaps": gaps(timezone.localdate()),
        "quick": QuickTaskForm(),
        **_board(request, form.wanted()),
    }
    return render_page(request, "tasks/task_list.html", context, partial="task-rows")


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_list_for_goal_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Answer the tasks of a goal, for its page to take in."""
    goal = get_object_or_404(Goal, pk=pk)
    context = _board(request, BoardFilter(Show.ALL, goal=goal))
    return render(request, "tasks/task_list_for_goal_panel.html", context)


def _default(request: CoalitionRequest) -> Show:
    """Members come for what is theirs; who leads, and who only reads, for all of it."""
    works_here = request.membership.may(Permission.TASKS_ANSWER)
    leads = request.membership.leads
    return Show.MINE if works_here and not leads else Show.OPEN


def _board(request: CoalitionRequest, wanted: BoardFilter) -> dict[str, Any]:
    today = timezone.localdate()
    tasks = tasks_shown(wanted, me=request.person, today=today)
    page = Paginator(tasks, PAGE).get_page(request.GET.get("page"))
    return {
        "wanted": wanted,
        "page": page,
        "groups": group_by_goal(page, me=request.person, today=today),
    }
