"""What would help: the list, one ask, who could help, and what became of it."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.common.htmx import perform, render_page, see_other, toast
from coalition.common.signing import Link
from members.decorators import coalition_page
from members.http import CoalitionRequest, LinkRequest
from members.models.membership import SHUT
from members.permissions import Permission
from members.queries import partners_spoken_for
from tasks.forms.asks import AskFilterForm, HelpForm
from tasks.models import Ask, AskHelp
from tasks.queries.asks import AskLine, ask_page, asks_for, with_helps
from tasks.services.asks import (
    ask_partner,
    close_ask,
    decline_help,
    offer_help,
    reopen_ask,
)

PAGE: Final = 50


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def ask_list(request: CoalitionRequest) -> HttpResponse:
    """Show what this member may read, the oldest first."""
    form, now = AskFilterForm(request.GET), timezone.now()
    found = asks_for(request.membership, form.wanted())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    lines = [AskLine(ask, now) for ask in page.object_list]
    context = {"form": form, "page": page, "lines": lines}
    return render_page(request, "tasks/ask_list.html", context, partial="ask-rows")


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def ask_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _show(request, _ask(request, pk))


@coalition_page(Permission.CHECKINS_EDIT)
@require_POST
def ask_pass_on(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Ask a partner for help with it."""
    ask, form = _ask(request, pk), HelpForm(request.POST)
    if form.is_valid() and form.attempt(ask_partner, ask=ask, by=request.actor):
        said = _("%(partner)s is asked: who speaks for it gets a mail.")
        toast(request, said % {"partner": form.result.partner})
        return see_other(_url(request, pk))
    return _show(request, ask, form=form, status=422)


@coalition_page(Permission.CHECKINS_ANSWER)
@require_POST
def ask_help(request: CoalitionRequest, pk: int) -> HttpResponse:
    ask, form = _ask(request, pk), HelpForm(request.POST)
    if form.is_valid() and form.attempt(offer_help, ask=ask, by=request.actor):
        said = _("Thank you. %(name)s is told, and gets your address.")
        toast(request, said % {"name": ask.person})
        return see_other(_url(request, pk))
    return _show(request, ask, form=form, status=422)


@coalition_page(Permission.CHECKINS_ANSWER)
@require_POST
def ask_decline(request: CoalitionRequest, pk: int) -> HttpResponse:
    ask, form = _ask(request, pk), HelpForm(request.POST)
    if form.is_valid():
        partner = form.cleaned_data["partner"]
        worked = perform(
            request, decline_help, ask=ask, partner=partner, by=request.actor
        )
        if worked:
            toast(request, _("Noted. Another time, perhaps."))
        return see_other(_url(request, pk))
    return _show(request, ask, form=form, status=422)


@coalition_page(Permission.CHECKINS_ANSWER)
@require_POST
def ask_close(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Say that it was met; `met=no` that it was not."""
    ask, met = _ask(request, pk), request.POST.get("met") != "no"
    if perform(request, close_ask, ask=ask, met=met, by=request.actor):
        said = _("Met. Wonderful.") if met else _("Closed without help.")
        toast(request, said, undo_url=_url(request, pk, "reopen"))
    return see_other(_url(request, pk))


@coalition_page(Permission.CHECKINS_ANSWER)
@require_POST
def ask_reopen(request: CoalitionRequest, pk: int) -> HttpResponse:
    if perform(request, reopen_ask, ask=_ask(request, pk), by=request.actor):
        toast(request, _("Help is looked for again."))
    return see_other(_url(request, pk))


def ask_link(request: LinkRequest, link: Link) -> HttpResponse:
    """See who can help by the link in the mail, and say whether it was met."""
    own = Ask.objects.filter(person=request.holder).exclude(
        person__membership__state__in=SHUT
    )
    ask = with_helps(own).filter(pk=link.row_id).first()
    if ask is None or link != ask.link:
        return render(request, "tasks/hurdle_gone.html", status=410)
    said = request.POST.get("act", "")
    if said in {"met", "not_met"}:
        met = said == "met"
        perform(request, close_ask, ask=ask, met=met, by=request.actor)
        return see_other(request.path)
    if said == "open":
        perform(request, reopen_ask, ask=ask, by=request.actor)
        return see_other(request.path)
    context = {"line": AskLine(ask, timezone.now()), "ask": ask}
    return render_page(request, "tasks/ask_link.html", context)


def help_link(request: LinkRequest, link: Link) -> HttpResponse:
    """Answer for a partner that was asked to help, by the link in the mail."""
    holder = request.holder
    loaded = AskHelp.objects.select_related("ask__person", "partner", "offer")
    row = loaded.filter(pk=link.row_id).first()
    mine = row and row.partner in partners_spoken_for(holder, timezone.localdate())
    shut = getattr(getattr(holder, "membership", None), "state", None) in SHUT
    if row is None or not mine or shut or link != row.link_for(holder.pk):
        return render(request, "tasks/hurdle_gone.html", status=410)
    acts = {"yes": offer_help, "no": decline_help}
    if act := acts.get(request.POST.get("act", "")):
        perform(request, act, ask=row.ask, partner=row.partner, by=request.actor)
        return see_other(request.path)
    context = {"help": row, "ask": row.ask}
    return render_page(request, "tasks/help_link.html", context)


def _ask(request: CoalitionRequest, pk: int) -> Ask:
    """Find it among what this member may read; the rest is not there."""
    return get_object_or_404(
        with_helps(Ask.objects.visible_to(request.membership)), pk=pk
    )


def _url(request: CoalitionRequest, pk: int, verb: str = "detail") -> str:
    kwargs = {"slug": request.coalition.slug, "pk": pk}
    return reverse(f"tasks:ask_{verb}", kwargs=kwargs)


def _show(
    request: CoalitionRequest,
    ask: Ask,
    *,
    form: HelpForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    speaks_for = partners_spoken_for(request.person, today)
    is_mine = ask.person_id == request.person.pk
    context = {
        "page": ask_page(ask, speaks_for, today, timezone.now()),
        "form": form or HelpForm(),
        "is_mine": is_mine,
        "may_settle": is_mine or request.membership.may(Permission.CHECKINS_EDIT),
    }
    return render_page(request, "tasks/ask_detail.html", context, status=status)
