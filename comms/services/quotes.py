"""Quotes: asking the speaker, what they answer, and taking it back."""

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from comms.errors import (
    AskThem,
    IssueMoved,
    QuoteAnswered,
    SayHowTheyAgreed,
    TooLateForQuote,
    TooManyQuotes,
)
from comms.models import DRAFTS, EDITABLE, Issue, Quote, QuoteState, Withdrawal
from comms.services.finding import forget_found
from comms.services.issues import lock, rewrite
from members.models import Person
from members.services.audit import Actor, record_change
from members.services.records import refuse_foreign

QUOTES: Final = 4


def add_quote(
    *,
    issue: Issue,
    words: str,
    signed: str,
    speaker: Person | None,
    by: Actor,
    source: str = "",
    agreed_how: str = "",
    agreed_on: date | None = None,
) -> Quote:
    """Ask the speaker, or write down how somebody without an address agreed."""
    with transaction.atomic():
        issue = lock(issue)
        refuse_foreign(by, issue, speaker)
        _check_room(issue)
        asks = bool(speaker and speaker.email)
        if asks and agreed_how:
            raise AskThem(speaker)
        if not asks and not (agreed_how and agreed_on):
            raise SayHowTheyAgreed
        quote = Quote(
            coalition=issue.coalition,
            issue=issue,
            words=words,
            signed=signed,
            source=source,
            speaker=speaker,
            asked_by=by.person,
            agreed_how=agreed_how,
            agreed_on=agreed_on if agreed_how else None,
        )
        if not asks:
            quote.state, quote.answered_at = QuoteState.AGREED, timezone.now()
        quote.save()
        if not asks:
            _take_in(issue, quote, by.person)
        _record("ask" if asks else "write_down", quote, by, words=words, signed=signed)
    return quote


def _check_room(issue: Issue) -> None:
    if issue.state not in EDITABLE:
        raise IssueMoved(issue.get_state_display())
    given_up = (QuoteState.DECLINED, QuoteState.TAKEN_BACK)
    if issue.quotes.exclude(state__in=given_up).count() >= QUOTES:
        raise TooManyQuotes(QUOTES)


def agree_to_quote(*, quote: Quote, words: str, by: Actor) -> Quote:
    """Say yes to these words, the ones asked or others, in this one issue.

    They stand in a draft at once; what is approved already goes without them, until
    a coordinator takes them in.
    """
    with transaction.atomic():
        issue, quote = _locked(quote)
        if issue.state not in EDITABLE:
            raise TooLateForQuote
        if quote.state not in {QuoteState.ASKED, QuoteState.DECLINED}:
            raise QuoteAnswered
        before = quote.words
        if words != before:
            quote.words, quote.asked_words = words, quote.asked_words or before
        _settle(quote, QuoteState.AGREED)
        if issue.state in DRAFTS:
            _take_in(issue, quote, quote.asked_by)
        _record("agree", quote, by, words=words)
    return quote


def decline_quote(*, quote: Quote, by: Actor) -> Quote:
    with transaction.atomic():
        _issue, quote = _locked(quote)
        if quote.state != QuoteState.ASKED:
            raise QuoteAnswered
        _settle(quote, QuoteState.DECLINED)
        _record("decline", quote, by)
    return quote


def take_back_quote(*, quote: Quote, by: Actor) -> Quote:
    """End the consent: what has not left goes without it, and no page shows it.

    What is approved stays approved, less this; what is in mailboxes stays there.
    """
    with transaction.atomic():
        issue, quote = _locked(quote)
        if quote.state == QuoteState.TAKEN_BACK:
            return quote
        if quote.state != QuoteState.AGREED:
            raise QuoteAnswered
        _settle(quote, QuoteState.TAKEN_BACK)
        if is_told(issue, quote) and issue.state in DRAFTS:
            _leave_out(issue, quote, None)
        elif is_told(issue, quote):
            row = Withdrawal(issue=issue, key=quote.key, by=by.person)
            Withdrawal.objects.bulk_create([row], ignore_conflicts=True)
            forget_found(issue, quote.key)
        _record("take_back", quote, by)
    return quote


def take_quote(*, quote: Quote, by: Actor) -> Quote:
    """Take in what was agreed to after the approval, which is dropped by that."""
    with transaction.atomic():
        issue, quote = _locked(quote)
        if quote.state != QuoteState.AGREED:
            raise QuoteAnswered
        if not is_told(issue, quote):
            _take_in(issue, quote, by.person)
            _record("take_in", quote, by)
    return quote


def remove_quote(*, quote: Quote, by: Actor) -> None:
    """Do without it; who was asked is told so by their link."""
    with transaction.atomic():
        issue, quote = _locked(quote)
        if issue.state not in EDITABLE:
            raise IssueMoved(issue.get_state_display())
        if is_told(issue, quote):
            _leave_out(issue, quote, by.person)
        _record("remove", quote, by, words=quote.words)
        quote.delete()


def _locked(quote: Quote) -> tuple[Issue, Quote]:
    """Lock the issue before the quote, as whoever changes an issue does."""
    issue = lock(quote.issue)
    return issue, Quote.objects.select_for_update().get(pk=quote.pk)


def _settle(quote: Quote, state: QuoteState) -> None:
    quote.state, quote.answered_at = state, timezone.now()
    quote.save()


def is_told(issue: Issue, quote: Quote) -> bool:
    """Say whether it stands in the issue."""
    return any(said["key"] == quote.key for said in issue.quoted)


def _take_in(issue: Issue, quote: Quote, editor: Person | None) -> None:
    said = {"key": quote.key, "words": quote.words, "by": quote.signed}
    rewrite(issue, editor=editor, quoted=[*issue.quoted, said])


def _leave_out(issue: Issue, quote: Quote, editor: Person | None) -> None:
    kept = [said for said in issue.quoted if said["key"] != quote.key]
    rewrite(issue, editor=editor, quoted=kept)


def _record(action: str, quote: Quote, by: Actor, **after: Any) -> None:
    record_change(
        action=action, target=quote, by=by, after={"state": quote.state, **after}
    )
