"""One's own dates in one's own calendar, by a link that can be ended."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from coalition.common.tenancy import scope, scopes_disabled
from members.models import AuditEntry, Membership, Person
from members.models.membership import MembershipState
from members.services.people import edit_person
from tasks.models import CheckInSchedule, CheckInState
from tasks.queries.audience import whom_to_ask
from tasks.queries.calendar import own_rounds
from tests.factories.checkins import (
    CheckInCycleFactory,
    CheckInFactory,
    CheckInPauseFactory,
    CheckInScheduleFactory,
    RoleAssignmentFactory,
)
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    GroupMemberFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting, at

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
PROFILE, RENEW, END = (
    f"members:{name}" for name in ("profile_edit", "calendar_renew", "calendar_end")
)


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def path_of(membership):
    with scopes_disabled():
        return Person.objects.get(pk=membership.person_id).calendar_link.path


@pytest.fixture
def feed(bob, client_of):
    """Return a function that reads Bob's calendar as it is now."""
    client_of(bob).post(at(bob, RENEW))

    def read():
        answer = Client().get(path_of(bob))
        assert answer.status_code == 200
        return Calendar.from_ical(answer.content).walk("VEVENT")

    return read


def asks(membership, **fields):
    """Let a schedule ask one person every second Monday."""
    return CheckInScheduleFactory(
        coalition=membership.coalition,
        audience="person",
        person=membership.person,
        anchor_date=date(2026, 5, 18),
        **fields,
    )


def carries(membership, **fields):
    task = TaskFactory(goal__coalition=membership.coalition, **fields)
    AssignmentFactory(task=task, person=membership.person, letter="R")
    return task


def titles(events):
    return [str(event["summary"]) for event in events]


def test_the_profile_makes_an_address_and_shows_it(client_of, bob):
    client, page = client_of(bob), at(bob, PROFILE)
    assert "Make an address for it" in client.get(page).text
    shown = client.post(at(bob, RENEW), follow=True).text
    assert f'value="{settings.SITE_URL}{path_of(bob)}"' in shown
    assert 'href="webcal://' in shown
    with scope(coalition=bob.coalition):
        entry = AuditEntry.objects.get(action="renew calendar")
    assert (entry.before, entry.after) == ({}, {})


def test_a_new_address_ends_the_old_one_at_once(client_of, bob):
    client = client_of(bob)
    client.post(at(bob, RENEW))
    old = path_of(bob)
    client.post(at(bob, RENEW))
    assert Client().get(old).status_code == 404
    new = path_of(bob)
    assert Client().get(new).status_code == 200
    client.post(at(bob, END))
    assert Client().get(new).status_code == 404
    client.post(at(bob, RENEW))
    assert Client().get(new).status_code == 404


@pytest.mark.parametrize("state", (MembershipState.SUSPENDED, MembershipState.REMOVED))
def test_it_ends_with_the_access(state, client_of, bob):
    client_of(bob).post(at(bob, RENEW))
    with scopes_disabled():
        Membership.objects.filter(pk=bob.pk).update(state=state)
    assert Client().get(path_of(bob)).status_code == 404


def test_it_ends_when_the_address_passes_to_somebody_else(client_of, alice, bob):
    client_of(bob).post(at(bob, RENEW))
    old = path_of(bob)
    with scope(coalition=bob.coalition):
        person = Person.objects.get(pk=bob.person_id)
        fields = {"email": "new@example.org", "version": person.version}
        edit_person(person=person, by=acting(alice), **fields)
    assert Client().get(old).status_code == 404


def test_a_closed_coalition_shows_nothing(client_of, bob):
    client_of(bob).post(at(bob, RENEW))
    bob.coalition.closed_at = bob.coalition.mail_paused_at = NOW
    bob.coalition.save()
    assert Client().get(path_of(bob)).status_code == 410


def test_it_can_only_be_read(client_of, bob):
    client_of(bob).post(at(bob, RENEW))
    answer = Client().get(path_of(bob))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert Client().head(path_of(bob)).status_code == 200
    assert Client().post(path_of(bob)).status_code == 405


def test_check_ins_of_the_next_six_months_at_the_time_on_the_wall(feed, bob):
    asks(bob, name="How is it going?", timezone="Europe/Madrid", window_days=3)
    events = feed()
    starts = [event["dtstart"].dt for event in events]
    assert starts[0] == datetime(2026, 5, 18, 7, tzinfo=UTC)
    assert events[0]["dtend"].dt == datetime(2026, 5, 21, 7, tzinfo=UTC)
    assert titles(events[:1]) == ["Check-in: How is it going?"]
    steps = {later.date() - day.date() for day, later in pairwise(starts)}
    assert steps == {timedelta(days=14)}
    assert starts[-1] == datetime(2026, 11, 2, 8, tzinfo=UTC)  # winter time
    assert len({event["uid"] for event in events}) == len(events)


def test_a_pause_is_said_to_be_one(feed, bob):
    schedule = asks(bob)
    before = {event["uid"]: event for event in feed()}
    CheckInPauseFactory(
        schedule=schedule,
        from_on=date(2026, 6, 1),
        to_on=date(2026, 6, 1),
        reason="Summer break",
    )
    (paused,) = (e for e in feed() if e["status"] == "CANCELLED")
    assert paused["dtstart"].dt.date() == date(2026, 6, 1)
    assert paused["description"] == "Summer break"
    assert paused["sequence"] > before[paused["uid"]]["sequence"]


def test_a_round_keeps_its_number_when_it_opens_and_is_answered(feed, bob):
    schedule = asks(bob)
    first = feed()[0]
    with time_machine.travel(datetime(2026, 5, 18, 9, tzinfo=UTC), tick=False):
        cycle = CheckInCycleFactory(
            schedule=schedule,
            period=1,
            opens_at=first["dtstart"].dt,
            closes_at=first["dtend"].dt,
        )
        check_in = CheckInFactory(cycle=cycle, person=bob.person)
        opened = feed()[0]
        assert (opened["uid"], opened["summary"]) == (first["uid"], first["summary"])
        assert at(bob, "tasks:check_in_detail", check_in.pk) in opened["url"]
        check_in.state, check_in.answered_at = CheckInState.ANSWERED, NOW
        check_in.save()
        assert feed()[0]["summary"].startswith("Check-in, answered")
        check_in.state = CheckInState.HANDED_OVER
        check_in.save()
        assert feed()[0]["uid"] != first["uid"]


def test_what_stopped_is_gone(feed, bob):
    asks(bob)
    assert feed()
    with scopes_disabled():
        CheckInSchedule.objects.update(stopped_at=NOW)
    assert feed() == []


def test_leave_leaves_out_what_falls_into_it(feed, bob):
    asks(bob)
    with scopes_disabled():
        Person.objects.filter(pk=bob.person_id).update(away_until=date(2026, 6, 1))
    assert feed()[0]["dtstart"].dt.date() == date(2026, 6, 15)


def test_own_tasks_and_milestones_stand_on_their_day(feed, bob, stella):
    carries(bob, title="Book the hall", due=date(2026, 5, 20))
    carries(bob, title="Some day", due=None)
    carries(bob, title="Done", due=date(2026, 5, 20), done=True)
    carries(stella, title="Stella's", due=date(2026, 5, 20))
    goal = GoalFactory(coalition=bob.coalition, owner=bob.person, title="Clean air")
    MilestoneFactory(goal=goal, title="First week", due=date(2026, 5, 22))
    MilestoneFactory(goal=goal, reached=True, due=date(2026, 5, 22))
    task, milestone = feed()
    assert titles([task, milestone]) == ["Due: Book the hall", "Milestone: First week"]
    assert (task["dtstart"].dt, task["dtend"].dt) == (
        date(2026, 5, 20),
        date(2026, 5, 21),
    )
    assert {str(e["transp"]) for e in (task, milestone)} == {"TRANSPARENT"}


def test_nothing_of_anybody_else_stands_in_it(feed, bob, stella, charlie):
    for membership in (stella, charlie):
        asks(membership, name="Quagga")
        carries(membership, title="Quagga", due=date(2026, 5, 20))
    assert feed() == []


HOSTILE = (
    "a\r\nBEGIN:VEVENT\r\nSUMMARY:quagga\r\nEND:VEVENT",
    "a\nATTENDEE:mailto:quagga@example.org",
    "a\rX-QUAGGA:1",
    r"a\nb, c; d\\, \;",
    'a" <script>alert(1)</script>',
    "a" + "ñ😀" * 90,
    "a\x00\x07\x1b[31m\x85b",
    "a\u202egpj.exe",
    "a:b;VALUE=DATE:20260101",
)


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_words_stay_words(title, feed, bob):
    asks(bob, name="The other one")
    plain = len(feed())
    task = carries(bob, due=date(2026, 5, 20))
    with scopes_disabled():
        stored = title.replace("\x00", "")[:200]  # PostgreSQL takes no NUL
        type(task).objects.filter(pk=task.pk).update(title=stored)
    events = feed()
    assert len(events) == plain + 1
    (event,) = (e for e in events if str(e["uid"]).startswith("task-"))
    said = str(event["summary"])
    assert said.startswith("Due: a")
    assert not {c for c in said if c != "\n" and ord(c) < 32}
    assert "ATTENDEE" not in event
    assert "X-QUAGGA" not in event
    raw = Client().get(path_of(bob)).content
    lines = raw.split(b"\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, lines)) <= 75
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode()  # a fold never cuts a letter in two
    for name in (b"UID:", b"DTSTAMP:", b"SEQUENCE:", b"STATUS:", b"DTSTART"):
        assert raw.count(b"\r\n" + name) == len(events)


def test_the_words_are_in_their_language(feed, bob):
    asks(bob, name="Ronda")
    with scopes_disabled():
        Person.objects.filter(pk=bob.person_id).update(language="es")
    assert titles(feed())[0].endswith("Ronda")
    assert not titles(feed())[0].startswith("Check-in")


@pytest.mark.parametrize("rows", (1, 3))
def test_it_costs_the_same_for_any_rows(rows, feed, bob):
    harbor = bob.coalition
    for _ in range(rows):
        CheckInPauseFactory(schedule=asks(bob))
        speaks = AffiliationFactory(person=bob.person, partner__coalition=harbor)
        AffiliationFactory(partner=speaks.partner)
        CheckInScheduleFactory(coalition=harbor)
        place = GroupMemberFactory(group__coalition=harbor, person=bob.person)
        CheckInScheduleFactory(coalition=harbor, audience="group", group=place.group)
        term = RoleAssignmentFactory(role__coalition=harbor, person=bob.person)
        schedule = CheckInScheduleFactory(
            coalition=harbor, audience="role", role=term.role
        )
        CheckInFactory(cycle__schedule=schedule, cycle__opens_at=NOW, person=bob.person)
        carries(bob, due=date(2026, 5, 20))
        goal = GoalFactory(coalition=harbor, owner=bob.person)
        MilestoneFactory(goal=goal, due=date(2026, 5, 20))
    path = path_of(bob)
    with CaptureQueriesContext(connection) as done:
        assert Client().get(path).status_code == 200
    assert len(done) == 13


def make_audiences(harbor, bob):
    """Make a schedule for each kind of audience, some with Bob and some without."""
    own = PartnerFactory(coalition=harbor)
    AffiliationFactory(person=bob.person, partner=own, kind="alternate")
    AffiliationFactory(partner=own, person=MembershipFactory(coalition=harbor).person)
    goal = GoalFactory(coalition=harbor)
    AssignmentFactory(task=TaskFactory(goal=goal), person=bob.person)
    for group_left in (None, NOW):
        place = GroupMemberFactory(
            group__coalition=harbor, person=bob.person, left_at=group_left
        )
        yield {"audience": "group", "group": place.group}
    for to_on in (None, date(2026, 5, 12), date(2026, 5, 18), date(2026, 5, 17)):
        term = RoleAssignmentFactory(
            role__coalition=harbor, person=bob.person, to_on=to_on
        )
        yield {"audience": "role", "role": term.role}
    yield {"audience": "goal", "goal": goal}
    yield {"audience": "goal", "goal": GoalFactory(coalition=harbor)}
    yield {"audience": "goal", "goal": GoalFactory(coalition=harbor, owner=bob.person)}
    yield {"audience": "person", "person": bob.person}
    yield {"audience": "partners", "answering": "delegates"}
    yield {"audience": "partners", "answering": "speakers"}


@pytest.mark.parametrize("delegate", ("there", "gone", "away", "suspended"))
def test_the_calendar_says_what_the_round_will_do(delegate, harbor, bob):
    """Whoever is asked on the day finds it in the calendar, and nobody else does."""
    first = date(2026, 5, 18)
    with scopes_disabled():
        made = [
            CheckInScheduleFactory(
                coalition=harbor, anchor_date=first, local_time=time(9), **fields
            )
            for fields in make_audiences(harbor, bob)
        ]
        other = bob.person.affiliations.get().partner.affiliations.exclude(
            person=bob.person
        )
        if delegate == "gone":
            other.update(to_on=date(2026, 5, 14))
        elif delegate == "away":
            Person.objects.filter(affiliations__in=other).update(away_until=first)
        elif delegate == "suspended":
            Membership.objects.filter(person__affiliations__in=other).update(
                state=MembershipState.SUSPENDED
            )
    with scope(coalition=harbor):
        until = NOW + timedelta(days=10)
        coming = own_rounds(bob.person, NOW, since=NOW, until=until)
        expected = {
            schedule
            for schedule in made
            if bob.person in {each.person for each in whom_to_ask(schedule, first)}
        }
    assert {each.schedule for each in coming} == expected
    assert 0 < len(expected) < len(made)
