"""The action plan: all tasks, filtered, goal by goal and in other ways."""

from collections.abc import Iterable
from dataclasses import replace
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
from tasks.forms.views import MonthForm
from tasks.models import PlanPage, Task
from tasks.queries.board import (
    BoardFilter,
    Show,
    TaskLine,
    gaps,
    group_by_goal,
    task_lines,
    tasks_shown,
)
from tasks.queries.check_ins import stuck_among
from tasks.queries.views import (
    MOST,
    by_due,
    columns,
    loads_by_partner,
    loads_by_person,
    month,
    month_days,
    timeline,
)
from tasks.views.saved_views import frame

PAGE = 50


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_list(request: CoalitionRequest) -> HttpResponse:
    form = _form(request)
    board = _board(request, form.wanted())
    context = {"gaps": gaps(timezone.localdate()), **board}
    return _page(request, form, PlanPage.GOALS, context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_list_by_partner(request: CoalitionRequest) -> HttpResponse:
    form = _form(request)
    lines = _lines(request, by_due(_tasks(request, form.wanted())))
    context = {"loads": loads_by_partner(lines), "lines": lines}
    return _page(request, form, PlanPage.PARTNERS, context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_list_by_person(request: CoalitionRequest) -> HttpResponse:
    form = _form(request)
    lines = _lines(request, by_due(_tasks(request, form.wanted())))
    context = {"loads": loads_by_person(lines), "lines": lines}
    return _page(request, form, PlanPage.PEOPLE, context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_board(request: CoalitionRequest) -> HttpResponse:
    """Show every stage, the last one too, unless something else is asked for."""
    form = _form(request)
    wanted = form.wanted()
    if wanted.show == Show.OPEN and not request.GET.get("state"):
        wanted = replace(wanted, show=Show.ALL)
    lines = _lines(request, by_due(_tasks(request, wanted)))
    context = {"columns": columns(lines, timezone.localdate()), "lines": lines}
    return _page(request, form, PlanPage.BOARD, context, wanted=wanted)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_calendar(request: CoalitionRequest) -> HttpResponse:
    form, first = _form(request), MonthForm(request.GET).first()
    days = month_days(first)
    due = _tasks(request, form.wanted()).filter(due__range=(days[0], days[-1]))
    lines = _lines(request, by_due(due))
    shown = month(first, lines, timezone.localdate())
    context = {"month": shown, "lines": lines, "weekdays": days[:7]}
    return _page(request, form, PlanPage.CALENDAR, context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_timeline(request: CoalitionRequest) -> HttpResponse:
    form = _form(request)
    lines = _lines(request, _tasks(request, form.wanted())[:MOST])
    context = {"timeline": timeline(lines, timezone.localdate()), "lines": lines}
    return _page(request, form, PlanPage.TIMELINE, context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_list_for_goal_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Answer the tasks of a goal, for its page to take in."""
    goal = get_object_or_404(Goal, pk=pk)
    context = _board(request, BoardFilter(Show.ALL, goal=goal))
    return render(request, "tasks/task_list_for_goal_panel.html", context)


def _form(request: CoalitionRequest) -> TaskFilterForm:
    """Members come for what is theirs; who leads, and who only reads, for all of it."""
    works_here = request.membership.may(Permission.TASKS_ANSWER)
    default = Show.MINE if works_here and not request.membership.leads else Show.OPEN
    return TaskFilterForm(request.GET, default=default)


def _tasks(request: CoalitionRequest, wanted: BoardFilter) -> Any:
    return tasks_shown(wanted, me=request.person, today=timezone.localdate())


def _lines(request: CoalitionRequest, tasks: Iterable[Task]) -> list[TaskLine]:
    return task_lines(tasks, me=request.person, today=timezone.localdate())


def _page(
    request: CoalitionRequest,
    form: TaskFilterForm,
    page: PlanPage,
    context: dict[str, Any],
    *,
    wanted: BoardFilter | None = None,
) -> HttpResponse:
    """Show one way to look at the plan, within what all of them share."""
    whole = {
        "form": form,
        "wanted": wanted or form.wanted(),
        "quick": QuickTaskForm(),
        "cut": len(context.get("lines", ())) >= MOST,
        **frame(request, page),
        **context,
    }
    return render_page(request, f"tasks/{page.value}.html", whole, partial="task-rows")


def _board(request: CoalitionRequest, wanted: BoardFilter) -> dict[str, Any]:
    page = Paginator(_tasks(request, wanted), PAGE).get_page(request.GET.get("page"))
    groups = group_by_goal(page, me=request.person, today=timezone.localdate())
    stuck = stuck_among([task.pk for task in page])
    return {"wanted": wanted, "page": page, "groups": groups, "stuck": stuck}
