"""R and A are reminded, who keeps silent too, and then others are told: never often."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scope
from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut, MailPreference, Wish
from comms.sending.mail import Skip
from comms.updates.personal import readers, waiting_block
from members.models import Membership, Person
from members.permissions import MemberRole
from members.queries import Carrier
from tasks.models import Assignment, Letter, Task
from tasks.models.duty import Step, last_reminder_day, reminded_of, reminder_day
from tasks.queries.duties import duties_of
from tasks.services.assignments import accept_assignment, decline_assignment
from tasks.services.handovers import hand_over_assignment
from tasks.services.naming import name_person
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.members import (
    AffiliationFactory,
    CoalitionFactory,
    MembershipFactory,
    PartnerFactory,
    PersonFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
MONDAY = datetime(2026, 5, 11, 9, tzinfo=UTC)
LONG_AGO = MONDAY - timedelta(days=60)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def carried(member, due, *, title="Write the letter", status="accepted", **fields):
    task = fields.pop("task", None) or TaskFactory(
        goal__coalition=member.coalition, title=title, due=due
    )
    asked_at = fields.pop("asked_at", LONG_AGO)
    answered = None if status == "proposed" else LONG_AGO
    part = AssignmentFactory(
        task=task, person=member.person, status=status, answered_at=answered, **fields
    )
    Assignment.objects.filter(pk=part.pk).update(asked_at=asked_at)
    Person.objects.filter(pk=part.person_id).update(
        consent_digest=True, consent_at=LONG_AGO
    )
    part.refresh_from_db()
    return part


def day_by_day(days, first=MONDAY):
    """Let so many days pass; return who got a mail on which of them."""
    found = []
    for n in range(days):
        now = first + timedelta(days=n)
        with time_machine.travel(now, tick=False):
            before = set(Delivery.objects.values_list("pk", flat=True))
            tell(now)
            tell(now + timedelta(hours=5))
            fresh = Delivery.objects.exclude(pk__in=before).filter(kind="duties")
            found += [(now.date(), row.person) for row in fresh.order_by("pk")]
    return found


def texts(row):
    mail = mail_of(row)
    return [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]


@pytest.mark.parametrize("offset", range(7))
def test_the_days_are_at_most_three_and_never_two_at_once(offset):
    due = date(2026, 5, 11) + timedelta(days=offset)
    days = reminded_of(due)
    assert list(days.values()) == [Step.BEFORE, Step.AFTER, Step.AFTER]
    before, after, again = sorted(days)
    assert 1 <= (due - before).days <= 4
    assert 1 <= (after - due).days <= 4
    assert 8 <= (again - due).days <= 11
    assert all(day == reminder_day(day) == last_reminder_day(day) for day in days)


@pytest.mark.parametrize("letter", ("R", "A"))
@pytest.mark.parametrize("status", ("accepted", "proposed"))
def test_who_carries_it_hears_once_before_and_twice_after(bob, letter, status):
    carried(bob, date(2026, 5, 14), letter=letter, status=status)
    days = [day for day, person in day_by_day(40) if person == bob.person]
    assert days == [date(2026, 5, d) for d in (11, 18, 25)]


@pytest.mark.parametrize("letter", ("C", "I"))
def test_who_does_not_carry_it_hears_nothing(bob, letter):
    carried(bob, date(2026, 5, 14), letter=letter)
    assert day_by_day(40) == []


def test_all_that_is_due_is_one_mail(bob):
    carried(bob, date(2026, 5, 12), title="Soon")
    carried(bob, date(2026, 5, 14), title="Sooner or later")
    carried(bob, date(2026, 5, 8), title="Late")
    carried(bob, date(2026, 6, 30), title="Far away")
    assert tell(MONDAY) == 1
    row = Delivery.objects.get()
    assert (row.kind, row.lane, row.person) == ("duties", Lane.BULK, bob.person)
    assert mail_of(row)["Subject"] == "3 tasks wait for you"
    for text in texts(row):
        assert text.index("Late") < text.index("Soon") < text.index("Sooner or later")
        assert "Far away" not in text
        assert "It was due on 8 May." in text
        assert "It is due on 12 May." in text
        assert "nsubscribe" in text


def test_one_task_has_its_own_words(bob):
    part = carried(bob, date(2026, 5, 14))
    tell(MONDAY)
    row = Delivery.objects.get()
    assert mail_of(row)["Subject"] == "Due on 14 May: Write the letter"
    for text in texts(row):
        assert f"/c/harbor/tasks/{part.task_id}/" in text
        assert "/l/" not in text


def test_who_carries_it_twice_reads_it_once(bob):
    part = carried(bob, date(2026, 5, 14))
    carried(bob, None, task=part.task, letter="A")
    tell(MONDAY)
    assert mail_of(Delivery.objects.get())["Subject"].startswith("Due on")


def test_it_leaves_by_day_where_they_are(bob):
    Person.objects.filter(pk=bob.person_id).update(timezone="Pacific/Auckland")
    carried(bob, date(2026, 5, 14))
    assert tell(MONDAY) == 0  # Monday, 21:00
    assert tell(MONDAY + timedelta(hours=11)) == 1  # Tuesday, 08:00


def test_what_could_not_leave_on_its_day_leaves_before_the_next(bob):
    carried(bob, date(2026, 5, 14))
    assert tell(MONDAY + timedelta(days=2)) == 1
    assert tell(MONDAY + timedelta(days=2, hours=1)) == 0
    Delivery.objects.all().delete()
    assert tell(MONDAY + timedelta(days=3)) == 0


def test_who_was_asked_on_that_day_is_not_reminded_of_it(bob):
    carried(bob, date(2026, 5, 14), asked_at=MONDAY)
    assert tell(MONDAY + timedelta(hours=1)) == 0


def test_what_was_done_or_declined_meanwhile_does_not_leave(bob, alice):
    part = carried(bob, date(2026, 5, 14))
    tell(MONDAY)
    row = Delivery.objects.get()
    Task.objects.filter(pk=part.task_id).update(done_at=MONDAY)
    assert render([row])[row.pk] == Skip(LeftOut.EMPTY)
    Task.objects.filter(pk=part.task_id).update(done_at=None)
    with scope(coalition=bob.coalition):
        decline_assignment(assignment=part, by=acting(bob))
    assert render([row])[row.pk] == Skip(LeftOut.EMPTY)


def test_a_new_day_begins_anew(bob):
    part = carried(bob, date(2026, 5, 8))
    assert len(day_by_day(2)) == 1
    Task.objects.filter(pk=part.task_id).update(due=date(2026, 6, 1))
    found = day_by_day(40, MONDAY + timedelta(days=2))
    assert [day for day, _ in found] == [
        date(2026, 5, 28),
        date(2026, 6, 4),
        date(2026, 6, 11),
    ]


@pytest.mark.parametrize("state", ("suspended", "removed"))
def test_whose_access_ended_is_not_reminded(bob, state):
    carried(bob, date(2026, 5, 14))
    Membership.objects.filter(pk=bob.pk).update(state=state)
    assert tell(MONDAY) == 0


def test_who_is_at_no_active_partner_is_not_reminded(harbor):
    partner = PartnerFactory(coalition=harbor)
    person = PersonFactory(coalition=harbor)
    AffiliationFactory(partner=partner, person=person)
    task = TaskFactory(goal__coalition=harbor, due=date(2026, 5, 14))
    part = AssignmentFactory(task=task, person=person)
    Assignment.objects.filter(pk=part.pk).update(asked_at=LONG_AGO)
    assert tell(MONDAY) == 1
    Delivery.objects.all().delete()
    type(partner).objects.filter(pk=partner.pk).update(status="left")
    assert tell(MONDAY) == 0


def test_who_is_on_leave_is_not_reminded(bob):
    carried(bob, date(2026, 5, 14))
    Person.objects.filter(pk=bob.person_id).update(away_until=date(2026, 5, 17))
    assert [day.day for day, _ in day_by_day(20)] == [18, 25]


def test_who_wants_no_updates_is_not_reminded(bob):
    carried(bob, date(2026, 5, 14))
    tell(MONDAY)
    row = Delivery.objects.get()
    MailPreference.objects.create(person=bob.person, updates=Wish.NONE)
    assert render([row])[row.pk] == Skip(LeftOut.NO_UPDATES)
    Person.objects.filter(pk=bob.person_id).update(consent_digest=False)
    assert render([row])[row.pk] == Skip(LeftOut.NO_CONSENT)


def test_who_is_asked_hears_of_it_and_is_reminded_once_and_then_who_answers_for_it(
    bob, alice
):
    answers = MembershipFactory(coalition=bob.coalition)
    part = carried(bob, None, status="proposed", asked_at=MONDAY, asked_by=alice.person)
    carried(answers, None, task=part.task, letter="A")
    found = day_by_day(40)
    assert found == [
        (date(2026, 5, 11), bob.person),
        (date(2026, 5, 18), bob.person),
        (date(2026, 5, 25), answers.person),
    ]
    asks, reminds, second = Delivery.objects.order_by("pk")
    for row in (asks, reminds):
        assert mail_of(row)["Subject"] == "Will you take it? Write the letter"
        for text in texts(row):
            assert part.link.path in text
            assert "Alice Adams asks you to be responsible" in text
            assert "You are asked for something." in text
    for text in texts(second):
        assert "Bob Brown has not answered: Write the letter" in text
        assert "/l/" not in text


def test_else_the_coordinators_are_told(bob, alice, stella):
    carried(bob, None, status="proposed", asked_at=MONDAY, letter="A")
    other = MembershipFactory(coalition=bob.coalition, role=MemberRole.COORDINATOR)
    found = day_by_day(40)
    assert found == [
        (date(2026, 5, 11), bob.person),
        (date(2026, 5, 18), bob.person),
        (date(2026, 5, 25), alice.person),
        (date(2026, 5, 25), other.person),
    ]


@pytest.mark.parametrize("answer", (accept_assignment, decline_assignment))
def test_who_has_answered_is_asked_no_more(bob, alice, answer):
    part = carried(bob, None, status="proposed", asked_at=MONDAY)
    with scope(coalition=bob.coalition):
        answer(assignment=part, by=acting(bob))
    assert day_by_day(40) == []


def test_who_is_asked_to_answer_for_it_is_not_told_of_their_own_silence(alice):
    carried(alice, None, status="proposed", asked_at=MONDAY, letter="A")
    days = [(day, person) for day, person in day_by_day(40) if person == alice.person]
    assert days == [(date(2026, 5, d), alice.person) for d in (11, 18)]


def test_each_coalition_reminds_its_own(bob, alice, charlie):
    carried(bob, date(2026, 5, 14), status="proposed", asked_at=MONDAY)
    theirs = MembershipFactory(coalition=charlie.coalition)
    carried(theirs, date(2026, 5, 14), title="Canary", status="proposed")
    late = MONDAY + timedelta(days=14)
    with time_machine.travel(late, tick=False):
        tell(late)
        rows = list(Delivery.objects.all())
        assert {(row.coalition, row.person) for row in rows} == {
            (bob.coalition, bob.person),
            (bob.coalition, alice.person),
            (theirs.coalition, theirs.person),
        }
        for row in rows:
            assert (row.coalition == theirs.coalition) == ("Canary" in texts(row)[0])


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow(count, harbor, alice):
    for _ in range(count):
        member = MembershipFactory(coalition=harbor)
        carried(member, date(2026, 5, 14))
        silent = {"status": "proposed", "asked_at": MONDAY - timedelta(days=13)}
        carried(member, date(2026, 5, 14), **silent)
        for _ in range(count):
            carried(member, date(2026, 5, 6))
    with CaptureQueriesContext(connection) as queuing:
        tell(MONDAY)
    rows = list(Delivery.objects.all())
    assert len(rows) == count + 1
    with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
        render(rows)
    assert (len(queuing), len(writing)) == (QUEUING + 3, 8)


def test_a_long_list_is_told_in_short(bob):
    for n in range(14):
        carried(bob, date(2026, 5, 14), title=f"Task {n:02}")
    tell(MONDAY)
    text = texts(Delivery.objects.get())[0]
    assert "Task 11" in text
    assert "Task 12" not in text
    assert "And 2 more." in text


def test_a_mail_about_another_day_says_nothing(bob):
    carried(bob, date(2026, 5, 14))
    assert duties_of([(bob.person_id, date(2026, 5, 14))]) == {}
    assert duties_of([(0, date(2026, 5, 11))]) == {}


def test_the_letter_is_that_of_the_part(alice, bob):
    carried(
        bob,
        None,
        status="proposed",
        letter=Letter.ACCOUNTABLE,
        asked_at=MONDAY - timedelta(days=5),
    )
    tell(MONDAY)
    assert "You are asked to be accountable for" in texts(Delivery.objects.get())[0]


def test_nothing_is_left_of_a_closed_coalition(harbor):
    other = CoalitionFactory(closed_at=MONDAY, mail_paused_at=MONDAY)
    carried(MembershipFactory(coalition=other), date(2026, 5, 14))
    assert tell(MONDAY) == 0


def tell_at(when):
    """Let the mails of that moment be queued; return how many."""
    with time_machine.travel(when, tick=False):
        return tell(when)


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TUESDAY = MONDAY + DAY


def asked(member, at, **fields):
    return carried(member, None, status="proposed", asked_at=at, **fields)


def test_what_is_asked_in_one_go_is_one_mail_when_it_has_ended(bob):
    for n in range(12):
        asked(bob, TUESDAY + n * MINUTE, title=f"Task {n:02}")
    assert tell_at(TUESDAY + 20 * MINUTE) == 0
    assert [tell_at(TUESDAY + n * MINUTE) for n in (26, 27, 90)] == [1, 0, 0]
    row = Delivery.objects.get()
    assert mail_of(row)["Subject"] == "12 tasks wait for you"


def test_what_is_asked_after_todays_mail_is_told_tomorrow_and_alone(bob):
    asked(bob, TUESDAY, title="Early")
    assert tell_at(TUESDAY + HOUR) == 1
    asked(bob, TUESDAY + 2 * HOUR, title="Later")
    assert [tell_at(TUESDAY + n * HOUR) for n in (3, 8, 12)] == [0, 0, 0]
    assert tell_at(TUESDAY + DAY) == 1
    early, later = Delivery.objects.order_by("pk")
    assert mail_of(early)["Subject"] == "Will you take it? Early"
    assert mail_of(later)["Subject"] == "Will you take it? Later"


def test_an_ask_and_a_reminder_of_one_day_are_one_mail(bob):
    carried(bob, date(2026, 5, 14), title="Due")
    asked(bob, MONDAY - HOUR, title="New")
    assert [tell_at(MONDAY), tell_at(MONDAY + HOUR)] == [1, 0]
    text = texts(Delivery.objects.get())[0]
    assert text.index("New") < text.index("Due")
    asked(bob, MONDAY + HOUR, title="Newer")
    assert [tell_at(MONDAY + 3 * HOUR), tell_at(TUESDAY)] == [0, 1]
    assert "Newer" in texts(Delivery.objects.latest("pk"))[0]


def test_a_late_reminder_and_an_ask_are_one_mail(bob):
    carried(bob, date(2026, 5, 14), title="Due")
    asked(bob, TUESDAY, title="New")
    assert tell_at(TUESDAY + HOUR) == 1
    text = texts(Delivery.objects.get())[0]
    assert "Due" in text
    assert "New" in text


def test_who_is_asked_at_night_hears_of_it_in_the_morning(bob):
    Person.objects.filter(pk=bob.person_id).update(timezone="Pacific/Auckland")
    asked(bob, TUESDAY)  # 21:00
    assert tell_at(TUESDAY + HOUR) == 0
    assert tell_at(TUESDAY + 11 * HOUR) == 1  # 08:00


def test_an_ask_is_told_late_after_a_day_of_silence_and_not_twice(bob):
    asked(bob, TUESDAY)
    assert [tell_at(TUESDAY + n * DAY) for n in (2, 3)] == [1, 0]


@pytest.mark.parametrize("answer", (accept_assignment, decline_assignment))
def test_an_ask_that_is_answered_before_its_mail_leaves_is_not_told(bob, answer):
    part = asked(bob, TUESDAY)
    tell_at(TUESDAY + HOUR)
    with scope(coalition=bob.coalition):
        answer(assignment=part, by=acting(bob))
    row = Delivery.objects.get()
    assert render([row])[row.pk] == Skip(LeftOut.EMPTY)


def on_leave(member, until):
    Person.objects.filter(pk=member.person_id).update(away_until=until)


BACK = datetime(2026, 5, 26, 9, tzinfo=UTC)  # a Tuesday, on which no reminders leave


def days_of(member, days, first=MONDAY):
    return [day for day, person in day_by_day(days, first) if person == member.person]


def test_who_comes_back_hears_once_of_all_that_was_asked_meanwhile(bob, alice):
    asked(bob, TUESDAY, title="Early", asked_by=alice.person)
    asked(bob, BACK - 2 * DAY, title="Late", asked_by=alice.person)
    on_leave(bob, date(2026, 5, 25))
    assert days_of(bob, 40) == [date(2026, 5, 26), date(2026, 5, 28)]
    back, reminder = Delivery.objects.filter(person=bob.person).order_by("pk")
    assert mail_of(back)["Subject"] == "2 tasks wait for you"
    assert mail_of(reminder)["Subject"] == "Will you take it? Late"
    for text in texts(back):
        assert "Early" in text
        assert "Late" in text


def test_what_they_had_heard_of_before_their_leave_is_not_told_again(bob, alice):
    asked(bob, MONDAY - HOUR, title="Before")
    assert tell_at(MONDAY) == 1
    asked(bob, TUESDAY, title="Meanwhile")
    on_leave(bob, date(2026, 5, 25))
    assert days_of(bob, 40, TUESDAY) == [date(2026, 5, 26)]
    back = Delivery.objects.filter(person=bob.person).latest("pk")
    assert mail_of(back)["Subject"] == "Will you take it? Meanwhile"


def test_what_was_asked_meanwhile_and_a_reminder_of_that_day_are_one_mail(bob, alice):
    asked(bob, TUESDAY, title="Meanwhile")
    carried(bob, date(2026, 5, 28), title="Due")
    on_leave(bob, date(2026, 5, 24))
    days = days_of(bob, 14, MONDAY + DAY)
    assert days == [date(2026, 5, 25)]
    text = texts(Delivery.objects.get(person=bob.person))[0]
    assert text.index("Meanwhile") < text.index("Due")


def test_they_hear_of_it_by_day_where_they_are_and_late_rather_than_not(bob):
    Person.objects.filter(pk=bob.person_id).update(timezone="Pacific/Auckland")
    asked(bob, TUESDAY)
    on_leave(bob, date(2026, 5, 26))
    midnight = datetime(2026, 5, 26, 12, 30, tzinfo=UTC)  # 27 May, 0:30
    assert [tell_at(midnight), tell_at(midnight + 8 * HOUR)] == [0, 1]
    Delivery.objects.all().delete()
    assert tell_at(midnight + 8 * HOUR + 2 * DAY) == 1
    Delivery.objects.all().delete()
    assert tell_at(midnight + 8 * HOUR + 6 * DAY) == 0


@pytest.mark.parametrize("answer", (accept_assignment, decline_assignment))
def test_what_was_answered_on_leave_is_not_told(bob, answer):
    part = asked(bob, TUESDAY)
    on_leave(bob, date(2026, 5, 25))
    with scope(coalition=bob.coalition):
        answer(assignment=part, by=acting(bob))
    assert days_of(bob, 40) == []


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_who_comes_back(count, harbor):
    for _ in range(count):
        member = MembershipFactory(coalition=harbor)
        asked(member, LONG_AGO, title="Long ago")
        for _ in range(count):
            asked(member, TUESDAY)
        on_leave(member, date(2026, 5, 25))
    with time_machine.travel(BACK, tick=False):
        with CaptureQueriesContext(connection) as queuing:
            tell(BACK)
        rows = list(Delivery.objects.all())
        assert len(rows) == count
        with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
            for made in render(rows).values():
                assert b"Long ago" in made.content
    assert (len(queuing), len(writing)) == (QUEUING + 3, 6)


def asked_of(partner, by, **fields):
    task = TaskFactory(
        goal__coalition=partner.coalition, title="Book the hall", due=None
    )
    columns = {"task": task, "person": None, "partner": partner, "asked_by": by}
    part = AssignmentFactory(**columns | fields)
    Assignment.objects.filter(pk=part.pk).update(asked_at=MONDAY)
    Person.objects.update(consent_digest=True, consent_at=LONG_AGO)
    part.refresh_from_db()
    return part


@pytest.mark.parametrize("letter", "ARCI")
def test_a_partner_is_asked_reminded_and_then_others_are_told(
    clinic, bob, alice, letter
):
    part = asked_of(clinic, alice.person, letter=letter)
    assert day_by_day(40) == [
        (date(2026, 5, 14), bob.person),
        (date(2026, 5, 18), bob.person),
        (date(2026, 5, 25), alice.person),
    ]
    first, _again, told = Delivery.objects.order_by("pk")
    assert mail_of(first)["Subject"] == "Who will it be? Book the hall"
    for text in texts(first):
        assert part.naming_link(bob.person).path in text
        assert "Alice Adams asks Clinic for somebody" in text
        assert "you speak for a partner that was asked" in text
    for text in texts(told):
        assert "Clinic has named nobody yet: Book the hall" in text
        assert "/l/" not in text


@pytest.mark.parametrize(("letter", "days"), (("R", [11, 15, 22]), ("C", [])))
def test_a_partner_that_named_nobody_is_reminded_when_it_is_due(
    clinic, bob, alice, letter, days
):
    task = TaskFactory(goal__coalition=clinic.coalition, due=date(2026, 6, 14))
    part = asked_of(clinic, alice.person, letter=letter, task=task)
    Assignment.objects.filter(pk=part.pk).update(asked_at=LONG_AGO)
    found = day_by_day(50)
    assert found == [(date(2026, 6, day), bob.person) for day in days]
    for row in Delivery.objects.all():
        assert mail_of(row)["Subject"].startswith("Who will it be?")


def test_who_stands_in_is_asked_while_the_delegate_is_away(clinic, bob, alice):
    asked_of(clinic, alice.person)
    Person.objects.filter(pk=bob.person_id).update(away_until=date(2026, 6, 30))
    days = [(day, str(person)) for day, person in day_by_day(10)]
    assert days == [(date(2026, 5, 14), "Carl Cole"), (date(2026, 5, 18), "Carl Cole")]


@pytest.mark.parametrize("answer", ("name", "decline"))
def test_a_partner_that_has_answered_is_asked_no_more(clinic, bob, alice, answer):
    part = asked_of(clinic, alice.person)
    with scope(coalition=clinic.coalition):
        if answer == "name":
            name_person(assignment=part, person=bob.person, by=acting(bob))
        else:
            decline_assignment(assignment=part, by=acting(bob))
    assert day_by_day(16) == []


def test_who_is_named_is_reminded_from_that_day_on(clinic, bob, alice):
    part = asked_of(clinic, alice.person)
    carl = Person.objects.get(full_name="Carl Cole")
    day = MONDAY + timedelta(days=2)
    with time_machine.travel(day, tick=False), scope(coalition=clinic.coalition):
        name_person(assignment=part, person=carl, by=acting(bob))
    found = day_by_day(20, day)
    assert found[:2] == [(date(2026, 5, d), carl) for d in (13, 18)]


def test_what_was_handed_over_is_spoken_of_no_more(bob, alice):
    part = carried(bob, date(2026, 5, 14), status="proposed", asked_at=MONDAY)
    with scope(coalition=bob.coalition):
        hand_over_assignment(
            assignment=part, to=Carrier(alice.person, None), by=acting(alice)
        )
    assert {person for _day, person in day_by_day(40)} <= {alice.person}
    Delivery.objects.all().delete()


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_partners(count, harbor, alice):
    for _ in range(count):
        partner = PartnerFactory(coalition=harbor)
        AffiliationFactory(
            partner=partner, person=MembershipFactory(coalition=harbor).person
        )
        asked_of(partner, alice.person)
    late = MONDAY + timedelta(days=3)
    with time_machine.travel(late, tick=False):
        with CaptureQueriesContext(connection) as queuing:
            tell(late)
        rows = list(Delivery.objects.all())
        assert len(rows) == count
        with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
            render(rows)
    assert (len(queuing), len(writing)) == (QUEUING + 4, 9)


def test_no_coalition_asks_the_partner_of_another(clinic, bob, alice, charlie):
    asked_of(clinic, alice.person)
    theirs = PartnerFactory(coalition=charlie.coalition, name="Quagga")
    AffiliationFactory(partner=theirs, person=charlie.person)
    assert {person for _day, person in day_by_day(10)} == {bob.person}


def test_it_stands_on_top_of_the_update_of_who_speaks_for_it(clinic, bob, alice):
    task = TaskFactory(
        goal__coalition=clinic.coalition, title="Book the hall", due=date(2026, 6, 1)
    )
    part = asked_of(clinic, alice.person, task=task)
    people = [bob.person_id, alice.person_id]
    with scope(coalition=clinic.coalition):
        found = readers(people, [])
    assert found[alice.person_id].waiting == ()
    (block,) = waiting_block(found[bob.person_id], "harbor", signed=False)
    (said,) = block["asked"]
    assert said["words"] == (
        "Alice Adams asks Clinic for somebody for “Book the hall”: Responsible. "
        "It is due on 1 June."
    )
    assert said["url"].endswith(f"/c/harbor/assignments/{part.pk}/name/")
    with scope(coalition=clinic.coalition):
        name_person(assignment=part, person=bob.person, by=acting(bob))
        (waiting,) = readers(people, [])[bob.person_id].waiting
    assert not waiting.asked
