"""The list of goals, and setting, changing, closing one."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.forms import StyledForm
from coalition.common.htmx import (
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from goals.forms.goals import GoalCloseForm, GoalFilterForm, GoalForm
from goals.models import Goal, GoalState
from goals.queries import goal_card, with_signs
from goals.services.goals import close_goal, create_goal, edit_goal, reopen_goal
from goals.views.page import goal_url, show_goal
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission

PAGE = 50


@coalition_page(Permission.GOALS_VIEW)
@require_safe
def goal_list(request: CoalitionRequest) -> HttpResponse:
    form = GoalFilterForm(request.GET)
    today = timezone.localdate()
    found = with_signs(form.goals(), today)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "cards": [goal_card(goal, today) for goal in page],
        "narrowed": form.value("q") or form.looked_after_by,
    }
    return render_page(request, "goals/goal_list.html", context, partial="goal-rows")


@coalition_page(Permission.GOALS_VIEW)
@require_safe
def goal_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    return show_goal(request, pk)


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def goal_create(request: CoalitionRequest) -> HttpResponse:
    form = GoalForm(posted(request))
    if form.is_valid() and form.attempt(create_goal, by=request.actor):
        toast(request, _("The goal is set. What is the first step?"))
        return see_other(goal_url(request, form.result.pk))
    return _form(request, form)


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def goal_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(Goal, pk=pk)
    form = GoalForm(posted(request), instance=goal)
    if form.is_valid() and form.attempt(edit_goal, goal=goal, by=request.actor):
        toast(request, _("Saved."))
        return see_other(goal_url(request, pk))
    return _form(request, form, goal)


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def goal_close(request: CoalitionRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(Goal, pk=pk)
    form = GoalCloseForm(posted(request), initial={"state": GoalState.ACHIEVED})
    if form.is_valid() and form.attempt(close_goal, goal=goal, by=request.actor):
        undo = {"slug": request.coalition.slug, "pk": pk}
        toast(
            request,
            _("The goal is closed."),
            undo_url=reverse("goals:goal_reopen", kwargs=undo),
        )
        return see_other(goal_url(request, pk))
    return render_page(
        request,
        "goals/goal_close.html",
        {"form": form, "goal": goal},
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.GOALS_EDIT)
@require_POST
def goal_reopen(request: CoalitionRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(Goal, pk=pk)
    if perform(request, reopen_goal, goal=goal, by=request.actor):
        toast(request, _("The goal is open again."))
    return redirect_client(request, goal_url(request, pk))


def _form(
    request: CoalitionRequest, form: StyledForm, goal: Goal | None = None
) -> HttpResponse:
    return render_page(
        request,
        "goals/goal_form.html",
        {"form": form, "goal": goal},
        status=422 if form.errors else 200,
    )
