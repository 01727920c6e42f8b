"""The page of one goal, which every act on it comes back to."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from coalition.common.htmx import render_page, see_other, wants_partial
from goals.models import Goal
from goals.queries import goal_page, with_signs
from members.http import CoalitionRequest


def show_goal(
    request: CoalitionRequest,
    pk: int,
    *,
    partial: str | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Show the page, or one card of it; `context` carries the form that is open."""
    today = timezone.localdate()
    goal = get_object_or_404(
        with_signs(Goal.objects.select_related("owner__membership"), today), pk=pk
    )
    return render_page(
        request,
        "goals/goal_detail.html",
        {"page": goal_page(goal, today), "fragment": wants_partial(request), **context},
        partial=partial,
        status=status,
    )


def goal_url(request: CoalitionRequest, pk: int) -> str:
    return reverse(
        "goals:goal_detail", kwargs={"slug": request.coalition.slug, "pk": pk}
    )


def back_to_card(
    request: CoalitionRequest, pk: int, *, partial: str, worked: bool = True
) -> HttpResponse:
    """Answer a POST: the card anew in place, or a redirect to the page."""
    if wants_partial(request):
        return show_goal(request, pk, partial=partial, status=200 if worked else 422)
    return see_other(goal_url(request, pk))
