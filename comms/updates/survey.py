"""What would leave if it left now: measured on the mails themselves, reader by reader."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import Final

from django.core.cache import cache
from django.utils.translation import override

from comms.models import Delivery, Issue
from comms.sending.mail import Skip, assemble
from comms.updates.audience import Recipient
from comms.updates.personal import Reader
from comms.updates.render import Told, day_of, make_mail, render_each
from tasks.queries.personal import Waiting

MEASURED: Final = 500  # mails; of more, this many are taken evenly
REMEMBERED_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Measured:
    """Bytes of a mail as it leaves, and of its longest line."""

    size: int
    longest_line: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of many mails: the largest and for whom that is, and the longest line of any."""

    measured: int
    largest: int
    largest_for: int
    longest_line: int


# A message that nobody has sent, what it tells, and who reads it.
Mailing = tuple[Delivery, Told, Reader]


@dataclass(frozen=True, slots=True)
class Survey:
    """`idle`: for whom nothing waits, so that their mail holds nothing of their own."""

    measured: int
    largest: int
    largest_for: str
    longest_line: int
    idle: Sequence[Recipient]


def survey_of(
    issue: Issue,
    recipients: Sequence[Recipient],
    waiting: Mapping[int, Sequence[Waiting]],
) -> Survey:
    """Measure what these people would get; the statements do not grow with them."""
    sample = _evenly(recipients)
    sizes = _remembered([_unsent(issue, who) for who in sample], waiting)
    names = {who.person_id: who.name for who in sample}
    return Survey(
        measured=sizes.measured,
        largest=sizes.largest,
        largest_for=names.get(sizes.largest_for, ""),
        longest_line=sizes.longest_line,
        idle=[who for who in recipients if not waiting.get(who.person_id)],
    )


def _evenly(recipients: Sequence[Recipient]) -> Sequence[Recipient]:
    step = -(-len(recipients) // MEASURED) or 1
    return recipients[::step]


def _unsent(issue: Issue, who: Recipient) -> Delivery:
    """Return the message that this person would get; it is in no database."""
    return Delivery(
        pk=who.person_id,
        coalition_id=issue.coalition_id,
        issue=issue,
        person_id=who.person_id,
        language=who.language,
        to_addr=who.email,
        to_norm=who.email,
        dedupe_key=f"{issue.kind}:{issue.pk}:{who.person_id}",
    )


def _remembered(
    batch: Sequence[Delivery], waiting: Mapping[int, Sequence[Waiting]]
) -> Sizes:
    """Make these mails and measure them, or know it from the last time.

    The page of a draft is shown again with every step, and five hundred mails take
    their time. The key is a digest of all that stands in them, so that nothing has to
    tell of a change; only numbers are kept.
    """
    mailings = _mailings(batch, waiting)
    key = _key(mailings)
    known: tuple[int, int, int, int] | None = cache.get(key)
    if known is not None:
        return Sizes(*known)
    sizes = _sizes({mailing[0].pk: _measured(*mailing) for mailing in mailings})
    cache.set(key, astuple(sizes), REMEMBERED_SECONDS)
    return sizes


def _mailings(
    batch: Sequence[Delivery], waiting: Mapping[int, Sequence[Waiting]]
) -> Sequence[Mailing]:
    """Return what each of these mails is made of, but for people who are gone."""
    issue_of = {row.pk: row.issue_id or 0 for row in batch}
    found = render_each(batch, issue_of, lambda *mailing: mailing, waiting)
    return [mailing for mailing in found.values() if not isinstance(mailing, Skip)]


def _key(mailings: Sequence[Mailing]) -> str:
    digest = sha256()
    for row, told, reader in mailings:
        issue, who = told.issue, reader.person
        zone, day = issue.coalition.timezone, day_of(issue)
        shared = (issue.pk, issue.content_sha256, zone, day, told.desk)
        named = (who.pk, who.full_name, who.timezone, row.language, row.to_addr)
        own = (reader.partner, reader.waiting, reader.circle, reader.brings_to)
        unordered = (sorted(told.withdrawn), sorted(reader.only or ()))
        choosy = reader.only is not None
        digest.update(repr((shared, named, own, unordered, choosy)).encode())
    return f"survey:{digest.hexdigest()}"


def _measured(row: Delivery, told: Told, reader: Reader) -> Measured | Skip:
    with override(row.language):
        mail = make_mail(row, told, reader)
    if isinstance(mail, Skip):
        return mail
    key = row.dedupe_key
    lines = assemble(mail, message_id=f"<{key}>", dedupe_key=key).split(b"\r\n")
    return Measured(
        size=sum(map(len, lines)) + 2 * len(lines) - 2,
        longest_line=max(map(len, lines)),
    )


def _sizes(found: Mapping[int, Measured | Skip]) -> Sizes:
    made = {pk: size for pk, size in found.items() if isinstance(size, Measured)}
    if not made:
        return Sizes(0, 0, 0, 0)
    largest_for = max(made, key=lambda pk: made[pk].size)
    return Sizes(
        measured=len(made),
        largest=made[largest_for].size,
        largest_for=largest_for,
        longest_line=max(size.longest_line for size in made.values()),
    )
