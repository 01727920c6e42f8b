"""Coordinators say once who is asked how it goes, and when."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import AuditEntry
from tasks.models import Audience, Cadence, CheckInCycle, CheckInPause, CheckInSchedule
from tasks.queries.rhythm import coming, reminders, rhythm_in_words
from tasks.services.cycles import open_due_cycles
from tests.factories.checkins import (
    CheckInCycleFactory,
    CheckInPauseFactory,
    RoleFactory,
)
from tests.factories.goals import GoalFactory
from tests.factories.members import WorkingGroupFactory
from tests.tasks.rounds import DAY, FIRST, FORTNIGHT, HOUR, make_schedule, member
from tests.utils import HTMX, at

pytestmark = pytest.mark.django_db
LIST = "tasks:check_in_schedule_list"
CREATE = "tasks:check_in_schedule_create"
DETAIL = "tasks:check_in_schedule_detail"
EDIT = "tasks:check_in_schedule_edit"


@pytest.fixture
def client(alice, client_of):
    return client_of(alice)


def filled(client, url, **changes):
    """Return what a browser would send: what the form shows, and what was changed."""
    form = client.get(url).context["form"]
    shown = {bound.html_name: bound.value() for bound in form}
    sent = {name: value for name, value in shown.items() if value not in {None, False}}
    return {**sent, **changes}


def save(client, url, **changes):
    return client.post(url, filled(client, url, **changes))


def stored():
    return CheckInSchedule.objects.get()


def test_what_is_suggested_can_be_saved_as_it_is(client, alice, in_harbor):
    save(client, at(alice, CREATE))
    schedule = stored()
    assert (schedule.cadence, schedule.every) == (Cadence.WEEKS, 2)
    assert (schedule.audience, schedule.window_days) == (Audience.PARTNERS, 5)
    assert (schedule.reminders, schedule.first_period) == (1, 1)
    assert schedule.next_opens_at == datetime(2026, 5, 19, 9, tzinfo=UTC)
    entry = AuditEntry.objects.get(model="tasks.checkinschedule")
    assert (entry.action, entry.actor) == ("create", alice.person)


def test_sent_twice_it_is_one(client, alice, in_harbor):
    sent = filled(client, at(alice, CREATE))
    for _ in range(2):
        assert client.post(at(alice, CREATE), sent).status_code == 303
    assert CheckInSchedule.objects.count() == 1


@pytest.mark.parametrize("headers", ({}, HTMX), ids=("plain", "htmx"))
def test_a_look_shows_the_dates_and_names_and_saves_nothing(
    headers, client, alice, delegate, in_harbor
):
    url = at(alice, CREATE)
    sent = filled(client, url, often="months:1", anchor_date="2026-05-29", look="1")
    page = client.post(url, sent, headers=headers).text
    for words in ("Friday 29 May", "Friday 26 June", "Friday 31 July", str(delegate)):
        assert words in page
    assert "1 person would be asked today" in page
    assert not CheckInSchedule.objects.exists()
    assert ("<html" in page) is not headers


@pytest.mark.parametrize(
    ("name", "value", "words"),
    (
        ("anchor_date", "2026-05-13", "still to come"),
        ("anchor_date", "2028-05-13", "within a year"),
        ("window_days", "15", "close before the next one opens"),
        ("window_days", "0", "From 1 to 28 days"),
        ("whom", "person", "Say who is asked"),
        ("whom", "goal:999", "valid choice"),
        ("often", "weeks:99", "valid choice"),
        ("timezone", "Mars/Olympus", "valid choice"),
        ("name", "", "fill this in"),
    ),
)
@pytest.mark.usefixtures("in_harbor")
def test_what_cannot_be_is_refused_beside_its_field(name, value, words, client, alice):
    answer = save(client, at(alice, CREATE), **{name: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.context["form"][name].value() == value
    assert not CheckInSchedule.objects.exists()


@pytest.mark.parametrize("often", ("months:1", "weeks:12"))
def test_too_many_days_are_marked_and_the_look_says_so(often, client, alice, in_harbor):
    url = at(alice, CREATE)
    sent = filled(client, url, often=often, window_days="40")
    form = client.post(url, sent).context["form"]
    assert form.errors == {"window_days": ["From 1 to 28 days, please."]}
    look = client.post(url, {**sent, "look": "1"}, headers=HTMX).text
    assert "Days to answer: From 1 to 28 days, please." in look


def test_the_people_of_anything_open_can_be_asked(client, alice, in_harbor, charlie):
    goal = GoalFactory(coalition=in_harbor, title="Cleaner air")
    role = RoleFactory(coalition=in_harbor, name="Media lead")
    group = WorkingGroupFactory(coalition=in_harbor, name="Events")
    WorkingGroupFactory(coalition=in_harbor, name="Long ago", closed_at=FIRST)
    GoalFactory(coalition=charlie.coalition, title="Elsewhere")
    page = client.get(at(alice, CREATE)).text
    assert "Elsewhere" not in page
    assert "Long ago" not in page
    for n, (kind, target) in enumerate(
        (("goal", goal), ("role", role), ("group", group)), start=1
    ):
        save(client, at(alice, CREATE), whom=f"{kind}:{target.pk}")
        made = CheckInSchedule.objects.latest("pk")
        assert (made.audience, getattr(made, kind)) == (kind, target)
        assert CheckInSchedule.objects.count() == n
    page = client.get(at(alice, LIST)).text
    for words in ("“Cleaner air”", "“Media lead”", "“Events”"):
        assert words in page


def test_one_person_can_be_asked_by_name(client, alice, bob, in_harbor):
    save(client, at(alice, CREATE), whom="person", who="Bob Brown")
    assert stored().person == bob.person
    save(client, at(alice, EDIT, stored().pk), name="Bob and I", who="Bob Brown")
    assert (stored().person, stored().name) == (bob.person, "Bob and I")
    save(client, at(alice, EDIT, stored().pk), whom="partners", who="Bob Brown")
    assert (stored().audience, stored().person) == (Audience.PARTNERS, None)


# Changing it


def test_a_change_of_words_leaves_the_rhythm_alone(client, alice, in_harbor):
    """The last Friday stays the last, in a month whose fourth is the last, too."""
    schedule = make_schedule(
        in_harbor,
        cadence="months",
        every=1,
        next_opens_at=datetime(2026, 6, 26, 9, tzinfo=UTC),
    )
    CheckInSchedule.objects.update(anchor_date=date(2026, 1, 30))
    assert save(client, at(alice, EDIT, schedule.pk), name="Other").status_code == 303
    now = stored()
    assert (now.name, now.anchor_date) == ("Other", date(2026, 1, 30))
    assert now.next_opens_at == datetime(2026, 6, 26, 9, tzinfo=UTC)
    days = [opening.day.day for opening in coming(now, FIRST)]
    assert days == [29, 26, 31, 28, 25]


def test_a_new_rhythm_goes_on_with_the_numbers(client, alice, in_harbor, time_machine):
    schedule = make_schedule(in_harbor)
    open_due_cycles(FIRST + FORTNIGHT)
    time_machine.move_to(FIRST + FORTNIGHT + 6 * DAY, tick=False)
    save(
        client,
        at(alice, EDIT, schedule.pk),
        often="weeks:1",
        anchor_date="2026-06-10",
    )
    assert stored().first_period == 3
    open_due_cycles(datetime(2026, 6, 10, 9, tzinfo=UTC))
    assert list(CheckInCycle.objects.values_list("period", flat=True)) == [3, 2, 1]


def test_two_are_never_open_at_once(client, alice, in_harbor, time_machine):
    schedule = make_schedule(in_harbor)
    open_due_cycles(FIRST)
    time_machine.move_to(FIRST + DAY, tick=False)
    url = at(alice, EDIT, schedule.pk)
    answer = save(client, url, anchor_date="2026-05-21")
    assert answer.status_code == 422
    assert "open until 23 May" in answer.text
    assert save(client, url, anchor_date="2026-05-24").status_code == 303


def test_the_second_of_two_editors_is_told(client, alice, in_harbor):
    schedule = make_schedule(in_harbor)
    url = at(alice, EDIT, schedule.pk)
    sent = filled(client, url, name="Mine")
    save(client, url, name="Theirs")
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "Saved now: Theirs" in answer.text


# Stopping and pauses


def test_it_stops_and_goes_on(client, alice, in_harbor, time_machine):
    schedule = make_schedule(in_harbor)
    client.post(at(alice, "tasks:check_in_schedule_stop", schedule.pk))
    assert open_due_cycles(FIRST) == 0
    page = client.get(at(alice, DETAIL, schedule.pk)).text
    resume = at(alice, "tasks:check_in_schedule_resume", schedule.pk)
    assert page.count(f'action="{resume}"') == 2  # the button, and the undo
    client.post(resume)
    assert stored().next_opens_at == FIRST
    client.post(at(alice, "tasks:check_in_schedule_stop", schedule.pk))
    time_machine.move_to(FIRST + HOUR, tick=False)
    client.post(resume)
    assert (stored().stopped_at, stored().next_opens_at) == (None, FIRST + FORTNIGHT)
    actions = AuditEntry.objects.filter(model="tasks.checkinschedule")
    assert sorted(actions.values_list("action", flat=True)) == [
        *("resume", "resume", "stop", "stop")
    ]


def test_a_pause_is_made_and_taken_away_and_back(client, alice, in_harbor):
    schedule = make_schedule(in_harbor)
    url = at(alice, "tasks:check_in_pause_create", schedule.pk)
    days = {"from_on": "2026-05-30", "to_on": "2026-06-05", "reason": "Summer"}
    assert client.post(url, days).status_code == 303
    page = client.get(at(alice, DETAIL, schedule.pk)).text
    assert "Summer" in page
    assert "<s><time" in page
    pause = CheckInPause.objects.get()
    client.post(at(alice, "tasks:check_in_pause_delete", pause.pk))
    assert not CheckInPause.objects.exists()
    entry = AuditEntry.objects.get(action="delete")
    client.post(at(alice, "tasks:check_in_pause_restore", entry.pk))
    assert CheckInPause.objects.get() == pause


def test_a_pause_that_ends_before_it_begins_is_refused(client, alice, in_harbor):
    schedule = make_schedule(in_harbor)
    url = at(alice, "tasks:check_in_pause_create", schedule.pk)
    answer = client.post(url, {"from_on": "2026-06-05", "to_on": "2026-05-30"})
    assert answer.status_code == 422
    assert "must not end before it begins" in answer.text
    assert not CheckInPause.objects.exists()


def test_the_address_of_a_refused_pause_leads_to_its_schedule(client, alice, in_harbor):
    schedule = make_schedule(in_harbor)
    answer = client.get(at(alice, "tasks:check_in_pause_create", schedule.pk))
    assert answer.status_code == 303
    assert answer.url == at(alice, DETAIL, schedule.pk)


def test_a_pause_elsewhere_is_not_there(client, alice, charlie, in_harbor):
    theirs = CheckInPauseFactory(schedule__coalition=charlie.coalition)
    url = at(alice, "tasks:check_in_pause_delete", theirs.pk)
    assert client.post(url).status_code == 404


# Looking at it


def test_the_list_says_who_when_and_how_it_stands(client, alice, in_harbor):
    assert "Set up the first check-in" in client.get(at(alice, LIST)).text
    schedule = make_schedule(in_harbor)
    make_schedule(in_harbor, name="Long ago", stopped_at=FIRST)
    CheckInCycleFactory(
        schedule=schedule, opens_at=FIRST - 6 * DAY, closes_at=FIRST - DAY
    )
    page = client.get(at(alice, LIST)).text
    for words in ("All partners", "Every 2 weeks on Monday", "Monday 18 May", "0 of 0"):
        assert words in page
    assert page.index(schedule.name) < page.index("Long ago")
    assert page.count("Next:") == 1


def test_the_steering_group_reads_and_changes_nothing(stella, client_of, in_harbor):
    schedule = make_schedule(in_harbor)
    client = client_of(stella)
    page = client.get(at(stella, DETAIL, schedule.pk)).text
    assert "Every 2 weeks on Monday" in page
    for act in ("edit", "stop", "resume", "delete"):
        assert f"/{act}/" not in page
    assert client.get(at(stella, EDIT, schedule.pk)).status_code == 403


@pytest.mark.parametrize("page", (LIST, DETAIL))
def test_statements_do_not_grow(page, client, alice, in_harbor):
    counts = []
    for _ in range(2):
        schedule = make_schedule(in_harbor)
        CheckInPauseFactory(schedule=schedule)
        CheckInCycleFactory(
            schedule=schedule, opens_at=FIRST - 6 * DAY, closes_at=FIRST - DAY
        )
        CheckInCycleFactory(schedule=schedule, closed_at=FIRST)
        member(in_harbor)
        url = at(alice, page, schedule.pk if page == DETAIL else None)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("fields", "words"),
    (
        ({"every": 1}, "Every week on Monday"),
        ({"every": 2}, "Every 2 weeks on Monday"),
        ({"cadence": "months", "every": 1}, "On the third Monday of the month"),
        ({"cadence": "months", "every": 3}, "On the third Monday, every 3 months"),
    ),
)
def test_the_rhythm_in_words(fields, words, in_harbor):
    schedule = make_schedule(in_harbor, **fields)
    assert rhythm_in_words(schedule) == words


@pytest.mark.parametrize(
    ("days", "count", "hours"),
    (
        (5, 0, []),
        (5, 1, [96]),
        (5, 2, [60, 96]),
        (2, 1, [24]),
        (2, 2, [24]),
        (1, 1, [12]),
        (1, 2, [12]),
        (28, 2, [336, 648]),
    ),
)
def test_reminders_leave_room_between_mails(days, count, hours):
    found = reminders(FIRST, FIRST + days * DAY, count)
    assert [(at - FIRST) / HOUR for at in found] == hours


def test_midnight_and_noon_have_a_window_in_wall_time(in_harbor):
    schedule = make_schedule(in_harbor, local_time=time(0), timezone="Europe/Madrid")
    CheckInSchedule.objects.update(anchor_date=date(2026, 10, 23))
    opening = coming(stored(), FIRST)[0]
    assert schedule.window_days == 5
    assert opening.closes_at - opening.opens_at == 5 * DAY + timedelta(hours=1)


def test_the_latest_rounds_stand_first_however_many_there_were(
    client, alice, in_harbor
):
    schedule = make_schedule(in_harbor)
    rounds = [
        CheckInCycleFactory(
            schedule=schedule,
            opens_at=FIRST + n * FORTNIGHT,
            closes_at=FIRST + n * FORTNIGHT + 5 * DAY,
        )
        for n in range(12)
    ]
    shown = client.get(at(alice, DETAIL, schedule.pk)).context["rounds"]
    assert list(shown) == rounds[:1:-1]
