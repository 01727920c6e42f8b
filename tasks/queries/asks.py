"""Read models of asks: the list, one of them, and which of them one could help with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from goals.models import Goal
from members.models import Affiliation, CapacityOffer, Membership, Partner, Person
from tasks.models import Ask, AskHelp, AskState, HelpState, SeenBy
from tasks.models.trouble import AskQuerySet
from tasks.queries.matching import Fit, best_fits
from tasks.queries.troubles import Waiting, age, counted

OPEN: Final = "open"
EVERYTHING: Final = "all"
READ: Final = 100  # of open asks, for whom one could help


@dataclass(frozen=True, slots=True)
class AskFilter:
    """What of the asks is asked for; `show` is a state, or one of the two words."""

    show: str = OPEN
    mine: bool = False
    goal: Goal | None = None
    partner: Partner | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class AskLine:
    ask: Ask
    now: datetime

    @property
    def partners(self) -> str:
        return ", ".join(str(partner) for partner in _voices(self.ask))

    @property
    def age(self) -> str:
        return age(self.ask.created_at, self.now)

    @property
    def offered(self) -> str:
        helps = self.ask.helps.all()
        return ", ".join(str(h.partner) for h in helps if h.state == HelpState.OFFERED)

    @property
    def is_closed(self) -> bool:
        return self.ask.state == AskState.CLOSED


def asks_for(membership: Membership, wanted: AskFilter) -> AskQuerySet:
    """Return what this member may read of it, the oldest first."""
    found = Ask.objects.visible_to(membership).filter(_shown(wanted.show))
    found = found.matching(wanted.words)
    if wanted.mine:
        found = found.filter(person=membership.person)
    if wanted.partner:
        found = found.filter(check_in__voices__partner=wanted.partner)
    if wanted.goal:
        found = found.about(wanted.goal)
    return with_helps(found).order_by("created_at", "id")


def _shown(show: str) -> Q:
    if show == EVERYTHING:
        return Q()
    return ~Q(state=AskState.CLOSED) if show == OPEN else Q(state=show)


def with_helps(found: AskQuerySet) -> AskQuerySet:
    """Load what a line or a page tells, in four statements however many there are."""
    return found.select_related("person", "check_in__cycle").prefetch_related(
        "check_in__voices__partner", "helps__partner", "helps__answered_by"
    )


@dataclass(frozen=True, slots=True)
class AskPage:
    """One ask: which partners could help, who was asked, and what they said."""

    line: AskLine
    helps: Sequence[AskHelp]
    fits: Sequence[Fit]
    mine: Sequence[Partner]  # partners one speaks for that could still answer
    all_asked: bool  # of those whose offers fit

    @property
    def ask(self) -> Ask:
        return self.line.ask

    @property
    def may_be_passed_on(self) -> bool:
        return self.ask.seen_by == SeenBy.MEMBERS


def ask_page(
    ask: Ask, speaks_for: Sequence[Partner], today: date, now: datetime
) -> AskPage:
    """Read one that was loaded by `with_helps`."""
    helps = list(ask.helps.all())
    named = {row.partner_id for row in helps}
    own = _own_partners(ask, today)
    fitting = [
        fit for fit in best_fits(ask, _offers(today)) if fit.offer.partner_id not in own
    ]
    fits = [fit for fit in fitting if fit.offer.partner_id not in named]
    offered = {row.partner_id for row in helps if row.state == HelpState.OFFERED}
    mine = [p for p in speaks_for if p.pk not in own | offered]
    all_asked = bool(fitting) and not fits
    return AskPage(AskLine(ask, now), helps, fits, mine, all_asked)


def _offers(today: date) -> Sequence[CapacityOffer]:
    return list(CapacityOffer.objects.open(today).select_related("partner"))


def _voices(ask: Ask) -> list[Partner]:
    return [v.partner for v in ask.check_in.voices.all()] if ask.check_in else []


def _own_partners(ask: Ask, today: date) -> set[int]:
    current = Affiliation.objects.current(today).filter(person=ask.person_id)
    affiliated = current.values_list("partner_id", flat=True)
    return {partner.pk for partner in _voices(ask)} | set(affiliated)


@dataclass(frozen=True, slots=True)
class CouldHelp:
    """An ask that a partner of this person could help with, and why."""

    ask: Ask
    partner: Partner
    offer: CapacityOffer | None
    words: tuple[str, ...]
    is_asked: bool
    from_whom: str


def could_help(
    person: Person, speaks_for: Sequence[Partner], today: date
) -> list[CouldHelp]:
    """Return open asks that everybody may read and an own offer fits, or one was asked.

    In five statements at most; in none for who speaks for nobody.
    """
    if not speaks_for:
        return []
    partners = {partner.pk: partner for partner in speaks_for}
    offers = [o for o in _offers(today) if o.partner_id in partners]
    asks = Ask.objects.open().filter(seen_by=SeenBy.MEMBERS).exclude(person=person)
    newest = with_helps(asks).order_by("-created_at", "-id")[:READ]
    lines = (_could(ask, partners, offers) for ask in newest)
    found = [line for line in lines if line]
    return sorted(found, key=lambda line: not line.is_asked)


def _could(
    ask: Ask, partners: dict[int, Partner], offers: Sequence[CapacityOffer]
) -> CouldHelp | None:
    own = {partner.pk for partner in _voices(ask)}
    rows = {row.partner_id: row for row in ask.helps.all()}
    names = ", ".join([str(ask.person), *map(str, _voices(ask))])
    for pk, row in rows.items():
        if pk in partners and row.state == HelpState.ASKED:
            return CouldHelp(ask, partners[pk], None, (), True, names)
    for fit in best_fits(ask, offers):
        pk = fit.offer.partner_id
        if pk not in own and pk not in rows:
            offer = fit.offer
            return CouldHelp(ask, partners[pk], offer, fit.words, False, names)
    return None


def asks_open_before(end: datetime) -> AskQuerySet:
    """Return what help is looked for and may be told to everybody, the newest first."""
    shown = Ask.objects.for_everybody().filter(state=AskState.OPEN, created_at__lt=end)
    return (
        shown.select_related("person", "check_in")
        .prefetch_related("check_in__voices__partner")
        .order_by("-created_at", "-id")
    )


def waiting_asks() -> Waiting:
    """Count the asks that no partner has been asked for, and none came forward."""
    return counted(Ask.objects.filter(state=AskState.OPEN, helps=None))
