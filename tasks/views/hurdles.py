"""What is in the way: the list, one of them, and what is done about it."""

from collections.abc import Callable
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.forms import StyledForm
from coalition.common.htmx import perform, posted, render_page, see_other, toast
from coalition.common.signing import Link
from members.decorators import coalition_page
from members.http import CoalitionRequest, LinkRequest
from members.models import Partner
from members.models.membership import SHUT
from members.permissions import Permission
from members.views.record_form import show_record_form
from tasks.forms.hurdles import (
    HurdleAnswerForm,
    HurdleFilterForm,
    HurdlePlaceForm,
    HurdleTaskForm,
)
from tasks.models import Hurdle, SeenBy
from tasks.queries.troubles import HurdleFilter, HurdleLine, hurdles_for, with_all
from tasks.services.hurdles import (
    answer_hurdle,
    lower_hurdle,
    make_task_of_hurdle,
    place_hurdle,
    raise_hurdle,
    reopen_hurdle,
    solve_hurdle,
)
from tasks.views.tasks import task_url

PAGE: Final = 50
PANEL: Final = 5


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def hurdle_list(request: CoalitionRequest) -> HttpResponse:
    """Show what this member may read, the oldest first."""
    form, now = HurdleFilterForm(request.GET), timezone.now()
    found = hurdles_for(request.membership, form.wanted())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": [HurdleLine(hurdle, now) for hurdle in page.object_list],
    }
    return render_page(
        request, "tasks/hurdle_list.html", context, partial="hurdle-rows"
    )


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def hurdle_list_for_partner_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show on a partner's page what is in its way, to whoever may read it."""
    partner, now = get_object_or_404(Partner, pk=pk), timezone.now()
    found = hurdles_for(request.membership, HurdleFilter(partner=partner))
    lines = [HurdleLine(hurdle, now) for hurdle in found[:PANEL]]
    context = {"partner": partner, "lines": lines}
    return render_page(request, "tasks/hurdle_list_for_partner_panel.html", context)


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def hurdle_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    hurdle = _hurdle(request, pk)
    is_mine = hurdle.person_id == request.person.pk
    context = {
        "line": HurdleLine(hurdle, timezone.now()),
        "hurdle": hurdle,
        "is_mine": is_mine,
        "may_answer": _may_answer(request, hurdle),
        "may_settle": is_mine or request.membership.may(Permission.CHECKINS_EDIT),
    }
    return render_page(request, "tasks/hurdle_detail.html", context)


@coalition_page(Permission.CHECKINS_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def hurdle_answer(request: CoalitionRequest, pk: int) -> HttpResponse:
    hurdle = _hurdle(request, pk)
    form = HurdleAnswerForm(posted(request), instance=hurdle)
    if form.is_valid() and form.attempt(answer_hurdle, hurdle=hurdle, by=request.actor):
        toast(request, _("Answered. %(name)s is told.") % {"name": hurdle.person})
        return see_other(hurdle_url(request, pk))
    return _form(request, form, hurdle, _("Answer a hurdle"), lead=hurdle.text)


@coalition_page(Permission.CHECKINS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def hurdle_place(request: CoalitionRequest, pk: int) -> HttpResponse:
    hurdle = _hurdle(request, pk)
    form = HurdlePlaceForm(posted(request), hurdle=hurdle)
    if form.is_valid() and form.attempt(place_hurdle, hurdle=hurdle, by=request.actor):
        toast(request, _("Saved."))
        return see_other(hurdle_url(request, pk))
    heading = _("Put it to a task or a goal")
    return _form(request, form, hurdle, heading, lead=hurdle.text)


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def hurdle_task(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Make a task of it; what was said in confidence is not written into the plan."""
    hurdle = _hurdle(request, pk)
    form = HurdleTaskForm(posted(request), hurdle=hurdle)
    if form.is_valid() and form.attempt(
        make_task_of_hurdle, hurdle=hurdle, by=request.actor
    ):
        toast(request, _("The task is in the plan. %(name)s is told.") % _named(hurdle))
        return see_other(task_url(request, form.result.pk))
    lead = _("Everybody can read the plan. The hurdle itself is not written into it.")
    public = hurdle.seen_by == SeenBy.MEMBERS
    heading = _("Make it a task")
    return _form(request, form, hurdle, heading, lead="" if public else lead)


@coalition_page(Permission.CHECKINS_ANSWER)
@require_POST
def hurdle_raise(request: CoalitionRequest, pk: int) -> HttpResponse:
    said = _("The steering group sees it now.")
    return _act(request, pk, raise_hurdle, said, undo="lower")


@coalition_page(Permission.CHECKINS_ANSWER)
@require_POST
def hurdle_lower(request: CoalitionRequest, pk: int) -> HttpResponse:
    said = _("Taken back from the steering group.")
    return _act(request, pk, lower_hurdle, said)


@coalition_page(Permission.CHECKINS_ANSWER)
@require_POST
def hurdle_solve(request: CoalitionRequest, pk: int) -> HttpResponse:
    said = _("Out of the way. Good.")
    return _act(request, pk, solve_hurdle, said, undo="reopen")


@coalition_page(Permission.CHECKINS_ANSWER)
@require_POST
def hurdle_reopen(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _act(request, pk, reopen_hurdle, _("It is open again."))


def hurdle_link(request: LinkRequest, link: Link) -> HttpResponse:
    """Read the answer by the link in the mail, and say whether it helped."""
    own = Hurdle.objects.filter(person=request.holder).exclude(
        person__membership__state__in=SHUT
    )
    hurdle = with_all(own).filter(pk=link.row_id).first()
    if hurdle is None or link != hurdle.link:
        return render(request, "tasks/hurdle_gone.html", status=410)
    acts = {"solved": solve_hurdle, "open": reopen_hurdle}
    if act := acts.get(request.POST.get("act", "")):
        perform(request, act, hurdle=hurdle, by=request.actor)
        return see_other(request.path)
    context = {"line": HurdleLine(hurdle, timezone.now()), "hurdle": hurdle}
    return render_page(request, "tasks/hurdle_link.html", context)


def hurdle_url(request: CoalitionRequest, pk: int, verb: str = "detail") -> str:
    kwargs = {"slug": request.coalition.slug, "pk": pk}
    return reverse(f"tasks:hurdle_{verb}", kwargs=kwargs)


def _hurdle(request: CoalitionRequest, pk: int) -> Hurdle:
    """Find it among what this member may read; the rest is not there."""
    return get_object_or_404(
        with_all(Hurdle.objects.visible_to(request.membership)), pk=pk
    )


def _may_answer(request: CoalitionRequest, hurdle: Hurdle) -> bool:
    may = request.membership.may
    steers = bool(hurdle.raised_at) and may(Permission.CHECKINS_VIEW)
    return steers or may(Permission.CHECKINS_EDIT)


def _named(hurdle: Hurdle) -> dict[str, object]:
    return {"name": hurdle.person}


def _act(
    request: CoalitionRequest,
    pk: int,
    service: Callable[..., Any],
    said: str,
    *,
    undo: str = "",
) -> HttpResponse:
    if perform(request, service, hurdle=_hurdle(request, pk), by=request.actor):
        url = hurdle_url(request, pk, undo) if undo else None
        toast(request, said, undo_url=url)
    return see_other(hurdle_url(request, pk))


def _form(
    request: CoalitionRequest,
    form: StyledForm,
    hurdle: Hurdle,
    heading: str,
    *,
    lead: str,
) -> HttpResponse:
    above = (hurdle_url(request, hurdle.pk), str(hurdle))
    return show_record_form(request, form, heading=heading, above=above, lead=lead)
