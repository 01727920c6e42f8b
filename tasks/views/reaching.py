"""Whom to reach out to: seen by coordinators alone, never about themselves."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.common.forms import StyledForm
from coalition.common.htmx import perform, render_page, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import Partner, Person
from members.permissions import Permission
from tasks.forms.reaching import LaterForm, NotNeededForm, SpokenForm
from tasks.models import ReachOut
from tasks.queries.reaching import (
    Reaching,
    of_partner,
    of_person,
    put_off,
    settled_lately,
    to_reach,
)
from tasks.services.reaching import (
    reopen_reach_out,
    settle_reach_out,
    snooze_reach_out,
)

BACK: Final = "back"


class Act(NamedTuple):
    form: type[StyledForm]
    service: Callable[..., ReachOut]


ACTS: Final[Mapping[str, Act]] = {
    "done": Act(SpokenForm, settle_reach_out),
    "later": Act(LaterForm, snooze_reach_out),
    "not_needed": Act(NotNeededForm, settle_reach_out),
}


@coalition_page(Permission.CHECKINS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def reach_out_list(request: CoalitionRequest) -> HttpResponse:
    """Show whom to speak to and how; take what came of it, or put it off."""
    today = timezone.localdate()
    waiting = to_reach(request.person, today)
    pressed, row = request.POST.get("act", ""), _posted(request)
    refused: Mapping[str, StyledForm] = {}
    if row and pressed == BACK:
        perform(request, reopen_reach_out, reach_out=row, by=request.actor)
        return see_other(request.path)
    if row and pressed in ACTS:
        form = ACTS[pressed].form(request.POST, prefix=str(row.pk))
        act = ACTS[pressed].service
        if form.is_valid() and form.attempt(act, reach_out=row, by=request.actor):
            toast(request, _("Noted. Nobody but coordinators sees it."))
            return see_other(request.path)
        refused = {f"{row.pk}-{pressed}": form}
    context = {
        "lines": [(line, _forms(line, refused)) for line in waiting],
        "put_off": put_off(request.person, today),
        "settled": settled_lately(request.person, timezone.now()),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "tasks/reach_out_list.html", context, status=status)


def _posted(request: CoalitionRequest) -> ReachOut | None:
    number = request.POST.get("reach_out", "")
    if not number.isdecimal() or len(number) > len(str(2**63)) - 1:
        return None
    others = ReachOut.objects.exclude(person=request.person)
    return others.select_related("person").filter(pk=int(number)).first()


def _forms(line: Reaching, refused: Mapping[str, StyledForm]) -> dict[str, StyledForm]:
    pk = line.reach_out.pk
    return {
        name: refused.get(f"{pk}-{name}") or act.form(prefix=str(pk))
        for name, act in ACTS.items()
    }


@coalition_page(Permission.CHECKINS_EDIT)
@require_safe
def reach_out_for_person_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.living(), pk=pk)
    return _panel(request, of_person(person, request.person, timezone.localdate()))


@coalition_page(Permission.CHECKINS_EDIT)
@require_safe
def reach_out_for_partner_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    return _panel(request, of_partner(partner, request.person, timezone.localdate()))


def _panel(request: CoalitionRequest, rows: list[ReachOut]) -> HttpResponse:
    context: dict[str, Any] = {"rows": rows}
    return render(request, "tasks/reach_out_panel.html", context)
