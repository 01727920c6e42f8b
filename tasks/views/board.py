"""The action plan: all tasks, filtered, goal by goal and in other ways."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
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
from tasks.forms.views import ColumnForm, MonthForm
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
from tasks.queries.consultations import unasked_among
from tasks.queries.views import (
    by_due,
    columns,
    dated,
    loads_by_partner,
    loads_by_person,
    month,
    month_days,
    timeline,
)
from tasks.views.saved_views import frame

PAGE = 50
LARGE_PAGE = 400  # tasks on a page that shows how they lie to each other
WAYS = {
    PlanPage.GOALS: "goals",
    PlanPage.PARTNERS: "loads",
    PlanPage.PEOPLE: "loads",
    PlanPage.BOARD: "board",
    PlanPage.CALENDAR: "calendar",
    PlanPage.TIMELINE: "timeline",
}


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
    page = _paged(request, by_due(_tasks(request, form.wanted())), LARGE_PAGE)
    loads = loads_by_partner(_lines(request, page))
    context = {"loads": loads, "page": page, "kind": "partner"}
    return _page(request, form, PlanPage.PARTNERS, context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_list_by_person(request: CoalitionRequest) -> HttpResponse:
    form = _form(request)
    page = _paged(request, by_due(_tasks(request, form.wanted())), LARGE_PAGE)
    loads = loads_by_person(_lines(request, page))
    context = {"loads": loads, "page": page, "kind": "person"}
    return _page(request, form, PlanPage.PEOPLE, context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_board(request: CoalitionRequest) -> HttpResponse:
    """Show every stage, the last one too, unless something else is asked for."""
    form = _form(request)
    wanted = form.wanted()
    if wanted.show == Show.OPEN and not request.GET.get("state"):
        wanted = replace(wanted, show=Show.ALL)
    page = _paged(request, by_due(_tasks(request, wanted)), LARGE_PAGE)
    whole = ColumnForm(request.GET).stage()
    shown = columns(_lines(request, page), whole=whole)
    context = {"columns": shown, "page": page}
    return _page(request, form, PlanPage.BOARD, context, wanted=wanted)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_calendar(request: CoalitionRequest) -> HttpResponse:
    form, first = _form(request), MonthForm(request.GET).first()
    days = month_days(first)
    due = _tasks(request, form.wanted()).filter(due__range=(days[0], days[-1]))
    page = _paged(request, by_due(due), LARGE_PAGE)
    shown = month(first, _lines(request, page), timezone.localdate())
    context = {"month": shown, "page": page, "weekdays": days[:7]}
    return _page(request, form, PlanPage.CALENDAR, context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_timeline(request: CoalitionRequest) -> HttpResponse:
    form = _form(request)
    page = _paged(request, dated(_tasks(request, form.wanted())), LARGE_PAGE)
    shown = timeline(_lines(request, page), timezone.localdate())
    context = {"timeline": shown, "page": page}
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


def _tasks(request: CoalitionRequest, wanted: BoardFilter) -> QuerySet[Task]:
    return tasks_shown(wanted, me=request.person, today=timezone.localdate())


def _paged(request: CoalitionRequest, tasks: QuerySet[Task], size: int) -> Page[Task]:
    return Paginator(tasks, size).get_page(request.GET.get("page"))


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
        "way": f"tasks/_plan_{WAYS[page]}.html",
        **frame(request, page),
        **context,
    }
    return render_page(request, "tasks/plan.html", whole, partial="task-rows")


def _board(request: CoalitionRequest, wanted: BoardFilter) -> dict[str, Any]:
    page = _paged(request, _tasks(request, wanted), PAGE)
    groups = group_by_goal(page, me=request.person, today=timezone.localdate())
    unasked = unasked_among(list(page), timezone.localdate())
    return {
        "wanted": wanted,
        "page": page,
        "groups": groups,
        "unasked": unasked,
    }
