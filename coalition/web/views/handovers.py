"""Handing the coordination over: one asks, the other answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import (
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from coalition.common.signing import Link
from comms.models import Lane
from comms.sending import doorbell
from members.decorators import coalition_page
from members.errors import HandoverSpent
from members.forms.handovers import HandoverAnswerForm, HandoverForm
from members.http import CoalitionRequest, LinkRequest
from members.models import Handover
from members.permissions import ROLE_WORDS, MemberRole, Permission
from members.recent_sign_in import require_recent_sign_in
from members.services.audit import Actor
from members.services.handovers import (
    HANDOVER_LIFE,
    accept_handover,
    decline_handover,
    offer_handover,
    withdraw_handover,
)


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def handover_create(request: CoalitionRequest) -> HttpResponse:
    """Name the next coordinator; nothing changes before they say yes."""
    now = timezone.now()
    waiting = Handover.objects.open(now).filter(giver=request.person)
    form = HandoverForm(posted(request))
    if form.is_bound:
        require_recent_sign_in(request)
    if form.is_valid() and form.attempt(offer_handover, by=request.actor):
        doorbell.ring(Lane.FAST)
        text = _("%(name)s is asked. You coordinate until they say yes.")
        toast(request, text % {"name": form.result.taker})
        return see_other("web:handover_create", slug=request.coalition.slug)
    context = {
        "form": form,
        "waiting": waiting.select_related("taker").first(),
        "days": HANDOVER_LIFE.days,
    }
    status = 422 if form.errors else 200
    return render_page(request, "web/handover_form.html", context, status=status)


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def handover_withdraw(request: CoalitionRequest, pk: int) -> HttpResponse:
    handover = get_object_or_404(Handover.objects.select_related("taker"), pk=pk)
    if perform(request, withdraw_handover, handover=handover, by=request.actor):
        toast(request, _("Taken back. You still coordinate."))
    return see_other("web:handover_create", slug=request.coalition.slug)


@coalition_page(Permission.HOME_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def handover_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Answer it signed in; nobody but the one who is asked finds it."""
    mine = Handover.objects.filter(taker=request.person)
    handover = get_object_or_404(mine.select_related("giver", "taker"), pk=pk)
    handover.coalition = request.coalition
    return _answer(request, handover, by=request.actor, frame="base.html")


def handover_answer(request: LinkRequest, link: Link) -> HttpResponse:
    """Answer it by the link in the mail."""
    handover = (
        Handover.objects.filter(pk=link.row_id, taker=request.holder)
        .filter(taker__membership__state="active")
        .select_related("giver", "taker", "coalition")
        .first()
    )
    if handover and link.version != handover.link.version:
        handover = None
    return _answer(request, handover, by=request.actor, frame="base_public.html")


def _answer(
    request: HttpRequest, handover: Handover | None, *, by: Actor, frame: str
) -> HttpResponse:
    now = timezone.now()
    waits = handover and Handover.objects.open(now).filter(pk=handover.pk).exists()
    form = HandoverAnswerForm(posted(request))
    if handover and waits and form.is_valid():
        service = accept_handover if form.says_yes else decline_handover
        if perform(request, service, handover=handover, by=by):
            doorbell.ring(Lane.FAST)
            return _thank(request, handover, says_yes=form.says_yes)
        return redirect_client(request, request.path)
    context = {
        "frame": frame,
        "handover": handover,
        "waits": waits,
        "access": ROLE_WORDS[MemberRole.COORDINATOR],
        "refusal": HandoverSpent(),
    }
    status = 200 if waits or (handover and request.method != "POST") else 410
    return render_page(request, "web/handover_answer.html", context, status=status)


def _thank(request: HttpRequest, handover: Handover, *, says_yes: bool) -> HttpResponse:
    if says_yes:
        text = _("You coordinate %(coalition)s now. %(name)s is told.")
    else:
        text = _("No hard feelings. %(name)s is told and asks somebody else.")
    toast(request, text % {"coalition": handover.coalition, "name": handover.giver})
    return see_other("web:home", slug=handover.coalition.slug)
