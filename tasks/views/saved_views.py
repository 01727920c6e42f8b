"""The tabs of the plan, and the filters that people saved by name."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.common.htmx import perform, render_page, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries import last_removal
from tasks.forms.views import SavedViewForm, filter_query
from tasks.models import PlanPage, SavedView
from tasks.services.saved_views import delete_view, restore_view, save_view


@dataclass(frozen=True, slots=True)
class Tab:
    url: str
    label: str | Promise
    current: bool


def frame(request: CoalitionRequest, page: PlanPage) -> dict[str, Any]:
    """Return what every way to look at the plan shows around it."""
    query = filter_query(request.GET)
    return {
        "tabs": [
            Tab(_url(request, other, query), other.label, other == page)
            for other in PlanPage
        ],
        "saved": [
            (view, _url(request, PlanPage(view.page), view.query))
            for view in SavedView.objects.filter(person=request.person)
        ],
        "save_form": SavedViewForm(initial={"page": page, "query": query}),
        "query": query,
        "hidden": parse_qsl(query),
    }


@coalition_page(Permission.TASKS_VIEW)
@require_POST
def saved_view_create(request: CoalitionRequest) -> HttpResponse:
    form = SavedViewForm(request.POST)
    if form.is_valid() and form.attempt(save_view, by=request.actor):
        view: SavedView = form.result
        toast(request, _("The view “%(view)s” is saved for you.") % {"view": view})
        return see_other(_url(request, PlanPage(view.page), view.query))
    context = {"form": form}
    return render_page(request, "tasks/saved_view_form.html", context, status=422)


@coalition_page(Permission.TASKS_VIEW)
@require_POST
def saved_view_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, person=request.person)
    if perform(request, delete_view, view=view, by=request.actor):
        undo = reverse(
            "tasks:saved_view_restore",
            kwargs={"slug": request.coalition.slug, "pk": pk},
        )
        said = _("The view “%(view)s” is deleted.") % {"view": view}
        toast(request, said, undo_url=undo)
    return see_other(_url(request, PlanPage(view.page), view.query))


@coalition_page(Permission.TASKS_VIEW)
@require_POST
def saved_view_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    entry = last_removal(SavedView, pk)
    if entry is None or entry.before["person_id"] != request.person.pk:
        raise Http404
    perform(request, restore_view, entry=entry, by=request.actor)
    page, query = entry.before["page"], entry.before["query"]
    return see_other(_url(request, PlanPage(page), query))


def _url(request: CoalitionRequest, page: PlanPage, query: str) -> str:
    address = reverse(f"tasks:{page.value}", kwargs={"slug": request.coalition.slug})
    return f"{address}?{query}" if query else address
