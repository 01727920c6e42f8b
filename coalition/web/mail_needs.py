"""What mail needs: an update to approve, a message to decide on, an address to mend."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from django.utils import timezone
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.web.need import AT_ONCE, Need, url_in
from comms.models import (
    DRAFTS,
    Delivery,
    DeliveryStatus,
    Issue,
    IssueKind,
    IssueState,
    Quote,
    Topic,
    TransportState,
)
from comms.queries import Upcoming
from comms.queries.paper import paper_errands
from comms.sending.troubles import people_in_trouble
from members.models import Membership

QUOTED: Final = 120
WAITING: Final = (*DRAFTS, IssueState.PAUSED)


def stopped_needs(membership: Membership) -> Iterator[Need]:
    state = TransportState.objects.exclude(paused_at=None).first()
    if state and not state.is_held:  # of a hold every page tells
        yield Need(
            icon="mail",
            tone="warn",
            title=_("All mail is stopped"),
            # Not its reason: a server's words may name people of elsewhere.
            detail=_("Ask whoever runs this server."),
            url=url_in(membership, "comms:update_list"),
            action=_("Look"),
        )


def mail_needs(membership: Membership, coming: Upcoming) -> Iterator[Need]:
    """Tell what is to be approved, decided or looked into."""
    yield from _issues(membership, coming)
    yield from _held(membership)
    yield from _returned(membership)


def quote_needs(membership: Membership) -> Iterator[Need]:
    """Ask for a yes to one's own words; the page is the one that the mail leads to."""
    asked = Quote.objects.to_ask().filter(speaker=membership.person)
    for quote in asked[:AT_ONCE]:
        yield Need(
            icon="quote",
            tone="brand",
            title=_("May we quote you?"),
            detail=_("“%(words)s”") % {"words": Truncator(quote.words).chars(QUOTED)},
            url=quote.link.path,
            action=_("Answer"),
        )


def errand_needs(membership: Membership) -> Iterator[Need]:
    """Tell what this person is to take to whom, on paper."""
    for errand in paper_errands(membership.person)[:AT_ONCE]:
        names = get_text_list([person.full_name for person in errand.people], _("and"))
        title = (
            _("Please take the announcement to %(names)s")
            if errand.issue.kind == IssueKind.ANNOUNCEMENT
            else _("Please take the update to %(names)s")
        )
        yield Need(
            icon="printer",
            tone="brand",
            title=title % {"names": names},
            detail=_("They read it on paper: “%(subject)s”.")
            % {"subject": errand.issue.subject},
            url=url_in(membership, "comms:paper_errand", errand.issue.pk),
            action=_("Print it"),
        )


def _issues(membership: Membership, coming: Upcoming) -> Iterator[Need]:
    waiting = (i for i in coming.issues if i.state in WAITING and not i.with_update)
    for issue in islice(waiting, AT_ONCE):
        if issue.state == IssueState.PAUSED:
            yield _paused(membership, issue)
        elif issue.kind == IssueKind.ANNOUNCEMENT:
            yield _news(membership, issue)
        else:
            yield _draft(membership, issue)


def _paused(membership: Membership, issue: Issue) -> Need:
    return Need(
        icon="mail",
        tone="warn",
        title=_("“%(subject)s” is paused") % {"subject": issue},
        detail=issue.hold_reason,
        url=url_in(membership, "comms:update_detail", issue.pk),
        action=_("Look"),
    )


def _news(membership: Membership, issue: Issue) -> Need:
    celebrates = issue.topic in {"", Topic.MILESTONE}
    words = _("Celebrate: %(subject)s") if celebrates else _("Announce “%(subject)s”")
    return Need(
        icon="party-popper" if celebrates else "megaphone",
        tone="sun" if celebrates else "brand",
        title=words % {"subject": issue},
        detail=issue.hold_reason or _("An announcement is drafted."),
        url=url_in(membership, "comms:update_detail", issue.pk),
        action=_("Announce"),
    )


def _draft(membership: Membership, issue: Issue) -> Need:
    own = issue.edited_by_id == membership.person_id
    waits = membership.coalition.second_approval and own
    words = (
        _("“%(subject)s” waits for somebody else")
        if waits
        else _("Approve “%(subject)s”")
    )
    return Need(
        icon="mail",
        tone="brand",
        title=words % {"subject": issue},
        detail=issue.hold_reason or _("Once approved, it leaves"),
        url=url_in(membership, "comms:update_detail", issue.pk),
        action=_("Review"),
        at=None if issue.hold_reason else issue.due_at,
    )


def _held(membership: Membership) -> Iterator[Need]:
    held = Delivery.objects.filter(status=DeliveryStatus.HELD, issue__isnull=False)
    issues = list(held.order_by("-pk").values_list("issue_id", flat=True)[:500])
    if issues:
        count = ngettext(
            "%(n)d message waits for a decision",
            "%(n)d messages wait for a decision",
            len(issues),
        )
        yield Need(
            icon="triangle-alert",
            tone="warn",
            title=count % {"n": len(issues)},
            detail=_("We do not know whether they arrived."),
            url=url_in(membership, "comms:update_detail", issues[0]),
            action=_("Decide"),
        )


def _returned(membership: Membership) -> Iterator[Need]:
    if found := people_in_trouble(membership.coalition):
        count = ngettext(
            "Mail to %(n)d person does not arrive",
            "Mail to %(n)d people does not arrive",
            len(found),
        )
        yield Need(
            icon="mail",
            tone="warn",
            title=count % {"n": len(found)},
            detail=_("An address may have changed. The latest since"),
            url=url_in(membership, "comms:returned_list"),
            action=_("See whom"),
            on=timezone.localdate(found[0][1].since),
        )
