"""Check-ins that tests begin with: one is open on Wednesday 13 May 2026."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from members.models.person import AffiliationKind
from tests.factories.checkins import (
    CheckInCycleFactory,
    CheckInFactory,
    CheckInScheduleFactory,
    CheckInVoiceFactory,
)
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory

OPENED = datetime(2026, 5, 12, 9, tzinfo=UTC)
CLOSES = datetime(2026, 5, 17, 9, tzinfo=UTC)


def open_cycle(coalition, **kwargs):
    schedule = CheckInScheduleFactory(coalition=coalition, **kwargs.pop("of", {}))
    times = {"opens_at": OPENED, "closes_at": CLOSES}
    return CheckInCycleFactory(schedule=schedule, **{**times, **kwargs})


def asked(membership, **kwargs):
    """Ask somebody in an open check-in."""
    cycle = kwargs.pop("cycle", None) or open_cycle(membership.coalition)
    return CheckInFactory(cycle=cycle, person=membership.person, **kwargs)


def close(check_in):
    cycle = check_in.cycle
    cycle.closed_at = cycle.closes_at = timezone.now() - timedelta(hours=1)
    cycle.save()


def carries(membership, letter="R", **task):
    """Return a task that they carry."""
    task = {f"task__{name}": value for name, value in task.items()}
    return AssignmentFactory(
        task__goal__coalition=membership.coalition,
        person=membership.person,
        letter=letter,
        status="accepted",
        answered_at=timezone.now(),
        **task,
    ).task


def speaks_with_alternate(membership, check_in, **alternate):
    """Let them speak for a partner in a check-in; return who is the alternate."""
    coalition = membership.coalition
    partner = PartnerFactory(coalition=coalition)
    AffiliationFactory(coalition=coalition, person=membership.person, partner=partner)
    CheckInVoiceFactory(check_in=check_in, partner=partner)
    other = MembershipFactory(coalition=coalition, **alternate)
    AffiliationFactory(
        coalition=coalition,
        person=other.person,
        partner=partner,
        kind=AffiliationKind.ALTERNATE,
    )
    return other
