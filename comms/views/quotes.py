"""Quotes in a draft, and the page on which their speakers answer."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.errors import DomainError
from coalition.common.htmx import posted, redirect_client, render_page, see_other, toast
from coalition.common.signing import Link
from comms.forms.quotes import QuoteAnswerForm, QuoteForm, SourceForm
from comms.models import (
    EDITABLE,
    QUOTE_VERSION,
    IssueState,
    Lane,
    Quote,
    QuoteState,
)
from comms.queries import has_left
from comms.queries.quotes import quotable, quotable_from
from comms.sending import doorbell
from comms.services.quotes import (
    add_quote,
    agree_to_quote,
    decline_quote,
    remove_quote,
    take_back_quote,
    take_quote,
)
from comms.views.finding import issue_or_404
from comms.views.issues import address
from comms.views.steps import act
from members.decorators import coalition_page
from members.http import CoalitionRequest, LinkRequest
from members.permissions import Permission


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def update_quote_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Pick words from a record or type them; the speaker is asked."""
    issue, now = issue_or_404(pk), timezone.now()
    if issue.state not in EDITABLE:
        return redirect_client(request, address(issue))
    picked = quotable_from(SourceForm(request.GET).value("source"), now)
    source = picked.source if picked else ""
    given = (
        {
            "words": picked.words,
            "speaker": picked.person.pk,
            "signed": str(picked.person),
        }
        if picked
        else {}
    )
    form = QuoteForm(posted(request), initial=given)
    if form.is_valid() and form.attempt(
        add_quote, issue=issue, source=source, by=request.actor
    ):
        doorbell.ring(Lane.FAST)
        asked = form.result.state == QuoteState.ASKED
        toast(request, _("They are asked by mail.") if asked else _("It is in."))
        return see_other(f"{address(issue)}#quotes")
    context = {"issue": issue, "form": form, "picked": picked, "said": quotable(now)}
    status = 422 if form.errors else 200
    return render_page(request, "comms/update_quote.html", context, status=status)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def quote_take(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Take in what its speaker agreed to after the approval."""
    quote = _quote_or_404(pk)
    step = partial(take_quote, quote=quote, by=request.actor)
    return act(request, quote.issue, _("Taken in. Approve it as it is now."), step)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def quote_remove(request: CoalitionRequest, pk: int) -> HttpResponse:
    quote = _quote_or_404(pk)
    step = partial(remove_quote, quote=quote, by=request.actor)
    return act(request, quote.issue, _("Removed."), step)


def _quote_or_404(pk: int) -> Quote:
    return get_object_or_404(Quote.objects.select_related("issue__coalition"), pk=pk)


def quote_link(request: LinkRequest, link: Link) -> HttpResponse:
    """Show the speaker the very words, and take their yes or no."""
    quotes = Quote.objects.select_related("issue__coalition", "asked_by")
    quote = quotes.filter(pk=link.row_id, speaker=request.holder).first()
    if quote is None or link.version != QUOTE_VERSION:
        return render(request, "comms/mail_gone.html", status=410)
    form = QuoteAnswerForm(posted(request), initial={"words": quote.words})
    if request.method == "POST" and _answered(request, quote, form):
        return see_other(link.path)
    context = {
        "quote": quote,
        "form": form,
        "asks": quote.state in {QuoteState.ASKED, QuoteState.DECLINED}
        and quote.issue.state in EDITABLE,
        "waits": quote.issue.state in {IssueState.RELEASED, IssueState.PAUSED},
        "left": has_left(quote.issue),
    }
    status = 422 if form.errors else 200
    return render(request, "comms/quote_answer.html", context, status=status)


def _answered(request: LinkRequest, quote: Quote, form: QuoteAnswerForm) -> bool:
    answer = request.POST.get("answer")
    if answer == "other":
        return form.is_valid() and form.attempt(
            agree_to_quote, quote=quote, by=request.actor
        )
    acts: dict[str | None, Callable[[], object]] = {
        "yes": partial(
            agree_to_quote, quote=quote, words=quote.words, by=request.actor
        ),
        "no": partial(decline_quote, quote=quote, by=request.actor),
        "back": partial(take_back_quote, quote=quote, by=request.actor),
    }
    if answer not in acts:
        return False
    form.is_bound = False
    try:
        acts[answer]()
    except DomainError:
        return True  # the page says how things are
    return True
