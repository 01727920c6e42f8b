"""Announced events stand in the calendars of those to whom they were announced."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from coalition.common.tenancy import scope, scopes_disabled
from comms.models import Issue, IssueKind, IssueState, Reach, Topic
from comms.services.items import withdraw_item
from comms.updates.addressees import Addressees
from comms.updates.happenings import Gathering
from comms.updates.links import event_url
from members.models import Person
from tests.comms.drafts import arrived, make_issue
from tests.factories.comms import DeliveryFactory
from tests.utils import acting, at

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
TO_A_GROUP = Addressees(Reach.GROUP, (1,), "Media").as_json()
CALENDAR = "tasks:task_calendar"


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def event(coalition, title="Press day", *, state=IssueState.DONE, **fields):
    """Return an announcement of what begins in a week."""
    starts = fields.pop("starts_at", NOW + timedelta(days=7))
    gathering = Gathering(title=title, starts_at=starts, ends_at=fields.pop("to", None))
    return make_issue(
        coalition,
        state,
        kind=IssueKind.ANNOUNCEMENT,
        topic=Topic.EVENT,
        facts=gathering.as_json(),
        subject=title,
        **{"source_key": f"a:{title}", "released_at": NOW} | fields,
    )


def feed_of(membership, client_of):
    client_of(membership).post(at(membership, "members:calendar_renew"))
    with scopes_disabled():
        person = Person.objects.get(pk=membership.person_id)
    answer = Client().get(person.calendar_link.path)
    return Calendar.from_ical(answer.content).walk("VEVENT")


def month_of(membership, client_of, month="2026-05"):
    return client_of(membership).get(at(membership, CALENDAR), {"month": month}).text


def test_an_event_stands_where_those_look_who_got_it(client_of, harbor, alice, bob):
    """Not where somebody looks who only sees drafts."""
    arrived(event(harbor, addressees=TO_A_GROUP), bob.person)
    (entry,) = feed_of(bob, client_of)
    assert entry["summary"] == "Press day"
    assert entry["dtstart"].dt == NOW + timedelta(days=7)
    assert entry["status"] == "CONFIRMED"
    assert "Press day" in month_of(bob, client_of)
    assert feed_of(alice, client_of) == []
    assert "Press day" not in month_of(alice, client_of)


def test_what_everybody_was_told_stands_for_who_joined_since(
    client_of, harbor, alice, bob, charlie
):
    arrived(event(harbor), alice.person)
    assert len(feed_of(bob, client_of)) == 1
    assert "Press day" in month_of(bob, client_of)
    assert feed_of(charlie, client_of) == []
    assert "Press day" not in month_of(charlie, client_of)


def test_what_can_be_called_back_stands_nowhere_yet(client_of, harbor, alice, bob):
    issue = event(harbor, state=IssueState.RELEASED)
    DeliveryFactory(coalition=harbor, issue=issue, person=bob.person)
    for state in (IssueState.RELEASED, IssueState.AWAITING_APPROVAL):
        with scopes_disabled():
            Issue.objects.filter(pk=issue.pk).update(state=state)
        assert feed_of(bob, client_of) == []
        assert "Press day" not in month_of(bob, client_of)


def test_what_was_taken_back_is_cancelled(client_of, harbor, alice, bob):
    issue = arrived(event(harbor), bob.person)
    (before,) = feed_of(bob, client_of)
    with scope(coalition=harbor):
        withdraw_item(issue=issue, key="event", by=acting(alice))
    (entry,) = feed_of(bob, client_of)
    assert (entry["uid"], entry["status"]) == (before["uid"], "CANCELLED")
    assert entry["sequence"] > before["sequence"]
    assert "Press day" not in month_of(bob, client_of)


def test_an_event_that_an_update_told_leads_members_to_its_file_until_taken_back(
    client_of, harbor, alice, bob
):
    update = arrived(make_issue(harbor, IssueState.DONE, released_at=NOW), bob.person)
    issue = event(harbor, state=IssueState.MERGED, told_in=update)
    file = event_url(harbor.pk, issue.pk, bob.person_id)
    assert Client().get(file).status_code == 200
    assert len(feed_of(bob, client_of)) == 1
    with scope(coalition=harbor):
        withdraw_item(issue=update, key=f"issue:{issue.pk}", by=acting(alice))
    assert Client().get(file).status_code == 404
    (entry,) = feed_of(bob, client_of)
    assert entry["status"] == "CANCELLED"
    assert "Press day" not in month_of(bob, client_of)


def test_an_event_over_midnight_stands_on_both_days(client_of, harbor, bob):
    starts = datetime(2026, 5, 20, 22, tzinfo=UTC)
    arrived(
        event(harbor, starts_at=starts, to=starts + timedelta(hours=20)), bob.person
    )
    assert month_of(bob, client_of).count("Press day") == 2
    assert "Press day" not in month_of(bob, client_of, "2026-07")


@pytest.mark.parametrize("rows", (1, 3))
def test_the_month_costs_the_same_for_any_rows(
    client_of, harbor, bob, rows, django_assert_num_queries
):
    for n in range(rows):
        arrived(event(harbor, f"Press day {n}"), bob.person)
    client, url = client_of(bob), at(bob, CALENDAR)
    client.get(url)
    with django_assert_num_queries(8):
        client.get(url, {"month": "2026-05"})
