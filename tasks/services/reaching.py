"""The quiet sign that somebody should be spoken to: given, acted on, taken back."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from members.models import Person
from members.models.membership import MembershipState
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, refuse_foreign
from tasks.errors import NotForYou, SettledAlready, TimeIsPast, WaitsForAYes
from tasks.models import (
    SPOKEN,
    CheckIn,
    CheckInCycle,
    CheckInState,
    CheckInVoice,
    ReachOut,
    ReachOutOutcome,
    ReachOutReason,
)
from tasks.models.checkin import CheckInQuerySet
from tasks.queries.rhythm import local_day

LOW: Final = 2
SHUT: Final = (MembershipState.SUSPENDED, MembershipState.REMOVED)
# What was said in confidence stays out of the trail.
TRAIL: Final = ("settled_at", "settled_by", "outcome", "snoozed_until")


def signal_reach_outs(*, cycle: CheckInCycle) -> int:
    """Note whom to speak to, now that a round is over; return how many are new.

    Who has an open sign of the same kind gets no second one. Call it in the
    transaction that closes the round.
    """
    before = cycle.schedule.cycles.held().filter(opens_at__lt=cycle.opens_at).first()
    if before is None:
        return 0
    found = [*_unsure(cycle, before), *_missed(cycle, before)]
    known = ReachOut.objects.open().filter(person__in=[row.person_id for row in found])
    pairs = set(known.values_list("person_id", "reason"))
    fresh = [row for row in found if (row.person_id, row.reason) not in pairs]
    ReachOut.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _unsure(cycle: CheckInCycle, before: CheckInCycle) -> Iterator[ReachOut]:
    """Yield who was not sure to get there, this time and the time before."""
    low = CheckIn.objects.spoken().filter(confidence__lte=LOW)
    now, then = low.filter(cycle=cycle), low.filter(cycle=before)
    twice = now.filter(person__in=then.values("person"))
    yield from _rows(twice, cycle, before, ReachOutReason.LOW_CONFIDENCE)


def _missed(cycle: CheckInCycle, before: CheckInCycle) -> Iterator[ReachOut]:
    """Yield who was asked twice and said nothing, though nothing excuses them."""
    then = _silent(before).values("person")
    twice = _silent(cycle).filter(person__in=then)
    here = Q(person__away_until=None) | Q(
        person__away_until__lt=local_day(cycle.schedule, cycle.opens_at)
    )
    yield from _rows(twice.filter(here), cycle, before, ReachOutReason.MISSED)


def _silent(cycle: CheckInCycle) -> CheckInQuerySet:
    """Keep who did not answer for themselves, and nobody else for their partner."""
    spoken = CheckInVoice.objects.filter(
        partner=OuterRef("voices__partner"),
        check_in__cycle=cycle,
        check_in__state__in=SPOKEN,
    )
    silent = CheckIn.objects.filter(
        cycle=cycle, state=CheckInState.ASKED, stands_in_for=None
    )
    return silent.exclude(pk__in=silent.filter(Exists(spoken)).values("pk"))


def _rows(
    check_ins: CheckInQuerySet,
    cycle: CheckInCycle,
    before: CheckInCycle,
    reason: ReachOutReason,
) -> Iterator[ReachOut]:
    """Make a row for each who is still here and was not spoken to since the last."""
    told = ReachOut.objects.filter(
        person=OuterRef("person"), reason=reason, cycle__opens_at__gte=before.opens_at
    )
    here = check_ins.exclude(person__membership__state__in=SHUT)
    asked = here.filter(~Exists(told), person__erased_at=None)
    people: Iterable[int] = asked.values_list("person_id", flat=True)
    for person in sorted(set(people)):
        yield ReachOut(
            coalition_id=cycle.coalition_id,
            person_id=person,
            cycle=cycle,
            reason=reason,
        )


def settle_heard(person: Person) -> None:
    """Wait no longer for somebody who is heard again; coordinators can take it back.

    It leaves no trace in the trail: there, the person would learn of the sign.
    """
    waiting = ReachOut.objects.open().filter(
        person=person, reason=ReachOutReason.MISSED
    )
    now = timezone.now()
    waiting.update(settled_at=now, snoozed_until=None, updated_at=now)


def settle_reach_out(
    *, reach_out: ReachOut, outcome: ReachOutOutcome, by: Actor, note: str = ""
) -> ReachOut:
    """Say that they were spoken to, or that it is not needed."""
    with transaction.atomic():
        stored = _held(reach_out, by)
        before = snapshot(stored, TRAIL)
        stored.settled_at, stored.settled_by = timezone.now(), by.person
        stored.outcome, stored.note, stored.snoozed_until = outcome, note, None
        return _save(stored, "settle", before, by)


def snooze_reach_out(*, reach_out: ReachOut, until: date, by: Actor) -> ReachOut:
    """Put it off; nothing new of the kind is noted meanwhile."""
    if until <= timezone.localdate():
        raise TimeIsPast
    with transaction.atomic():
        stored = _held(reach_out, by)
        before = snapshot(stored, TRAIL)
        stored.snoozed_until = until
        return _save(stored, "snooze", before, by)


def reopen_reach_out(*, reach_out: ReachOut, by: Actor) -> ReachOut:
    """Take back what was said of it; refused when there is a newer one."""
    with transaction.atomic():
        stored = _held(reach_out, by, is_open=False)
        newer = ReachOut.objects.open().filter(
            person=stored.person, reason=stored.reason
        )
        if stored.settled_at and newer.exists():
            raise SettledAlready
        if not stored.settled_at and not stored.snoozed_until:
            raise WaitsForAYes
        before = snapshot(stored, TRAIL)
        stored.settled_at = stored.settled_by = stored.snoozed_until = None
        stored.outcome = stored.note = ""
        return _save(stored, "reopen", before, by)


def _held(reach_out: ReachOut, by: Actor, *, is_open: bool = True) -> ReachOut:
    """Return it, held, for a coordinator; nobody acts on a sign about themselves."""
    refuse_foreign(by, reach_out)
    if not may(by, Permission.CHECKINS_EDIT) or by.person == reach_out.person:
        raise NotForYou
    stored = locked(reach_out)
    if is_open and stored.settled_at:
        raise SettledAlready
    return stored


def _save(
    reach_out: ReachOut, action: str, before: dict[str, object], by: Actor
) -> ReachOut:
    reach_out.save()
    after = snapshot(reach_out, TRAIL)
    record_change(action=action, target=reach_out, by=by, before=before, after=after)
    return reach_out
