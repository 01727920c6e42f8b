"""The page of a check-in: by the link in the mail, signed in, or for somebody else."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.common.forms import StyledForm
from coalition.common.htmx import posted, render_page, see_other, toast
from coalition.common.signing import Link
from members.decorators import coalition_page
from members.http import CoalitionRequest, LinkRequest
from members.models import Person
from members.models.membership import SHUT
from members.permissions import Permission
from members.services.audit import Actor
from tasks.errors import CheckInIsClosed
from tasks.forms.check_ins import CheckInForm, LeaveForm, NothingForm, StandInForm
from tasks.models import CheckIn, CheckInState
from tasks.queries.check_ins import (
    CheckInLine,
    CheckInPage,
    check_in_page,
    check_ins_of,
    how_it_went,
    said_by,
)
from tasks.services.checkins import (
    answer_check_in,
    enter_nothing,
    enter_on_behalf,
    go_on_leave,
    hand_over_check_in,
    say_nothing,
)

PAGE: Final = 20


class Act(NamedTuple):
    form: type[StyledForm]
    service: Callable[..., CheckIn]


SAY = "say"
ACTS: Final[Mapping[str, Act]] = {
    SAY: Act(CheckInForm, answer_check_in),
    "nothing": Act(NothingForm, say_nothing),
    "leave": Act(LeaveForm, go_on_leave),
    "hand_over": Act(StandInForm, hand_over_check_in),
}
ENTER: Final[Mapping[str, Act]] = {
    SAY: Act(CheckInForm, enter_on_behalf),
    "nothing": Act(NothingForm, enter_nothing),
}


def check_in_link(request: LinkRequest, link: Link) -> HttpResponse:
    """Answer it by the link in the mail: this one, by this person, until it closes."""
    asked = check_ins_of(request.holder).exclude(person__membership__state__in=SHUT)
    check_in = asked.filter(pk=link.row_id).first()
    if check_in is None or link != check_in.link:
        return render(request, "tasks/check_in_gone.html", status=410)
    check_in.person = request.holder
    return _check_in(request, check_in, by=request.actor, frame="base_public.html")


@coalition_page(Permission.CHECKINS_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Answer one's own, signed in; nobody else's is found here."""
    check_in = get_object_or_404(check_ins_of(request.person), pk=pk)
    check_in.person = request.person
    return _check_in(request, check_in, by=request.actor, frame="base.html")


@coalition_page(Permission.CHECKINS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_enter(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Write down what somebody told a coordinator; they are told by mail."""
    person = get_object_or_404(Person.objects.living(), check_ins=pk)
    check_in = get_object_or_404(check_ins_of(person), pk=pk)
    check_in.person = person
    return _check_in(request, check_in, by=request.actor, frame="base.html", acts=ENTER)


@coalition_page(Permission.CHECKINS_ANSWER)
@require_safe
def check_in_list_mine(request: CoalitionRequest) -> HttpResponse:
    return _list(request, request.person)


@coalition_page(Permission.CHECKINS_EDIT)
@require_safe
def check_in_list_for_person(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _list(request, get_object_or_404(Person.objects.living(), pk=pk))


def _list(request: CoalitionRequest, person: Person) -> HttpResponse:
    page = Paginator(said_by(person), PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "person": person,
        "is_mine": person == request.person,
        "page": page,
        "lines": [CheckInLine(c, c.cycle.is_open(now)) for c in page.object_list],
    }
    return render_page(request, "tasks/check_in_list.html", context)


def _check_in(
    request: HttpRequest,
    check_in: CheckIn,
    *,
    by: Actor,
    frame: str,
    acts: Mapping[str, Act] = ACTS,
) -> HttpResponse:
    """Show it, or do what was pressed; an unknown button says what was typed."""
    today = timezone.localdate()
    page = check_in_page(check_in, today)
    pressed = request.POST.get("act", SAY)
    pressed = pressed if pressed in acts else SAY
    forms = _forms(acts, pressed, posted(request), page)
    form = forms[pressed]
    is_open = check_in.cycle.is_open(timezone.now())
    if is_open and form.is_valid():
        if form.attempt(acts[pressed].service, check_in=check_in, by=by):
            return _thank(request, form.result, on_behalf=acts is ENTER)
        is_open = check_in.cycle.is_open(timezone.now())
    context = {
        "page": page,
        "check_in": check_in,
        "heading": how_it_went(check_in.cycle.schedule),
        "closed": CheckInIsClosed(),
        "forms": forms,
        "frame": frame,
        "is_open": is_open,
        "is_away": is_open and check_in.person.is_away(today),
        "is_refused": request.method == "POST",
        "writes": is_open and _writes(request, page, form),
        "enters": acts is ENTER,
    }
    return render_page(
        request, "tasks/check_in.html", context, status=_status(request, is_open)
    )


def _forms(
    acts: Mapping[str, Act], pressed: str, data: QueryDict | None, page: CheckInPage
) -> dict[str, Any]:
    return {
        name: act.form(data if name == pressed else None, page=page)
        for name, act in acts.items()
    }


def _writes(request: HttpRequest, page: CheckInPage, form: StyledForm) -> bool:
    """Say whether the form is shown, instead of what was said."""
    asked = page.check_in.state == CheckInState.ASKED
    return asked or "change" in request.GET or bool(form.errors)


def _status(request: HttpRequest, is_open: bool) -> int:
    if request.method != "POST":
        return 200
    if is_open:
        return 422
    return 409 if hasattr(request, "membership") else 410


def _thank(request: HttpRequest, check_in: CheckIn, *, on_behalf: bool) -> HttpResponse:
    if on_behalf:
        text = _("Written down. %(name)s is told by mail, and can change it.")
        toast(request, text % {"name": check_in.person})
    return see_other(request.path)
