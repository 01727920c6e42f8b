"""What the tests of check-ins share: a rhythm of Mondays, and who is asked."""

from datetime import UTC, date, datetime, timedelta

from tasks.models import CheckIn
from tests.factories.checkins import CheckInScheduleFactory
from tests.factories.members import AffiliationFactory, MembershipFactory

FIRST = datetime(2026, 5, 18, 9, tzinfo=UTC)
DAY, HOUR, FORTNIGHT = timedelta(days=1), timedelta(hours=1), timedelta(weeks=2)


def make_schedule(coalition, **fields):
    return CheckInScheduleFactory(
        coalition=coalition, anchor_date=date(2026, 5, 18), **fields
    )


def make_delegate(coalition, **fields):
    """Return somebody who speaks for a partner."""
    return AffiliationFactory(coalition=coalition, **fields).person


def member(coalition):
    return MembershipFactory(coalition=coalition).person


def asked():
    return {row.person: row.state for row in CheckIn.objects.select_related("person")}
