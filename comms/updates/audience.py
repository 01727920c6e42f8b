"""Who gets an issue, and who does not and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from coalition.common.languages import spoken
from comms.models import Issue, IssueKind, LeftOut, Suppression, Wish
from comms.sending.addresses import address_hashes
from comms.updates.addressees import addressees_of, among
from comms.updates.concerns import concerns
from comms.updates.content import shown_of
from members.models import Affiliation, Coalition, Person
from members.models.membership import MembershipState
from members.models.partner import PartnerStatus
from tasks.queries.personal import waiting_for


@dataclass(frozen=True, slots=True)
class Recipient:
    """A living person of the coalition; `left_out` says why they get nothing."""

    person_id: int
    name: str
    email: str
    language: str
    zone: str
    left_out: LeftOut | None


def audience(
    coalition: Coalition,
    today: date,
    *,
    issue: Issue | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Iterator[Recipient]:
    """Yield everybody in the order of their numbers, as they chose if told the issue.

    Of an announcement to a part of the coalition, only whom it is for. Two statements
    in all, and at most five more when somebody wants only what concerns them.
    """
    switched_off = _suppressed(coalition)
    at_partner = Affiliation.objects.current(today).filter(
        person=OuterRef("pk"),
        partner__status=PartnerStatus.ACTIVE,
        partner__archived_at=None,
    )
    rows = list(
        Person.objects.living()
        .filter(among(addressees_of(issue), today) if issue else Q(), pk__gt=after)
        .annotate(at_partner=Exists(at_partner))
        .order_by("pk")
        .values_list(
            "pk",
            "full_name",
            "email",
            "language",
            "timezone",
            "consent_digest",
            "membership__state",
            "at_partner",
            "mail_preference__updates",
            "mail_preference__announcements",
        )[:limit]
    )
    choosy = [row[0] for row in rows if row[-2] == Wish.CONCERNING]
    concerned = _concerned(issue, choosy, today) if issue else frozenset()
    for row in rows:
        pk, name, email, language, zone, consent, state, partner, updates, news = row
        reason = _reason(email, consent, state, partner, switched_off)
        if issue and not reason:
            reason = _unwanted(issue, updates, news, concerned=pk in concerned)
        spoke = spoken(language, coalition.language)
        there = zone or coalition.timezone
        yield Recipient(pk, name, email or "", spoke, there, reason)


def reach(issue: Issue) -> int:
    """Return how many people it is for, whether or not mail may go to each."""
    today = timezone.localdate(timezone=issue.coalition.zone)
    return Person.objects.living().filter(among(addressees_of(issue), today)).count()


def _concerned(issue: Issue, people: list[int], today: date) -> frozenset[int]:
    if not people or issue.kind != IssueKind.UPDATE:
        return frozenset()
    keys = [item.key for item in shown_of(issue).items]
    waiting = {pk for pk, tasks in waiting_for(people).items() if tasks}
    return frozenset(waiting | concerns(keys, people, today).keys())


def _unwanted(
    issue: Issue, updates: str | None, news: bool | None, *, concerned: bool
) -> LeftOut | None:
    if issue.kind == IssueKind.ANNOUNCEMENT:
        return LeftOut.NO_ANNOUNCEMENTS if news is False else None
    if updates == Wish.NONE:
        return LeftOut.NO_UPDATES
    if updates == Wish.CONCERNING and not concerned:
        return LeftOut.NOT_CONCERNED
    return None


def _suppressed(coalition: Coalition) -> dict[str, str]:
    # Not through the manager: what is switched off everywhere belongs to nobody.
    rows = Suppression._base_manager.filter(  # noqa: SLF001
        Q(coalition=coalition) | Q(coalition=None), lifted_at=None
    )
    return dict(rows.values_list("addr_hmac", "reason"))


def _reason(
    email: str | None,
    consent: bool,
    state: str | None,
    at_partner: bool,
    switched_off: dict[str, str],
) -> LeftOut | None:
    if not email:
        return LeftOut.NO_ADDRESS
    for hashed in address_hashes(email) if switched_off else ():
        if hashed in switched_off:
            return LeftOut(switched_off[hashed])
    if not consent:
        return LeftOut.NO_CONSENT
    # Whoever was suspended or removed is out, wherever they work.
    active = state == MembershipState.ACTIVE or (state is None and at_partner)
    return None if active else LeftOut.NOT_A_MEMBER
