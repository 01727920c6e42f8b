from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from goals.errors import DateLiesAhead
from goals.models import GoalReading
from goals.services.readings import (
    correct_reading,
    delete_reading,
    record_reading,
    restore_reading,
)
from members.errors import RecordElsewhere, RecordIsBack
from members.models import AuditEntry
from tests.factories.goals import GoalFactory, GoalReadingFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")

TODAY = date(2026, 5, 13)


def test_record_reading_says_who_read_it_when(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    reading = record_reading(
        goal=goal, on=TODAY, value=Decimal(7), by=acting(alice), note="From the survey"
    )
    assert GoalReading.objects.get() == reading
    assert reading.recorded_by == alice.person
    assert AuditEntry.objects.get().after == {
        "on": "2026-05-13",
        "value": "7",
        "note": "From the survey",
    }


def test_record_reading_refuses_tomorrow(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    with pytest.raises(DateLiesAhead):
        record_reading(
            goal=goal, on=TODAY + timedelta(days=1), value=Decimal(7), by=acting(alice)
        )


def test_record_reading_refuses_a_goal_of_another_coalition(alice, charlie):
    goal = GoalFactory(coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        record_reading(goal=goal, on=TODAY, value=Decimal(7), by=acting(alice))


def test_correct_reading_keeps_what_stood_there(harbor, alice):
    reading = GoalReadingFactory(goal__coalition=harbor, value=Decimal(70))
    reading.refresh_from_db()
    correct_reading(
        reading=reading, version=1, on=reading.on, value=Decimal(7), by=acting(alice)
    )
    assert GoalReading.objects.get().value == 7
    assert AuditEntry.objects.get().before == {"value": "70.00"}


def test_delete_reading_can_be_taken_back_once(harbor, alice):
    reading = GoalReadingFactory(goal__coalition=harbor, value=Decimal("4.50"))
    yesterday = timezone.now() - timedelta(days=1)
    GoalReading.objects.update(recorded_at=yesterday)
    entry = delete_reading(reading=reading, by=acting(alice))
    assert not GoalReading.objects.exists()
    restore_reading(entry=entry, by=acting(alice))
    again = GoalReading.objects.get()
    assert (again.pk, again.value) == (reading.pk, Decimal("4.50"))
    assert again.recorded_at == yesterday
    with pytest.raises(RecordIsBack):
        restore_reading(entry=entry, by=acting(alice))


def test_delete_reading_refuses_one_of_another_coalition(alice, charlie):
    reading = GoalReadingFactory(goal__coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        delete_reading(reading=reading, by=acting(alice))
