"""Who is asked how it goes gets one mail with one link, and gentle reminders."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut, Suppression
from comms.sending.addresses import address_hash
from comms.sending.mail import Skip
from comms.services.consent import (
    choose_check_in_mail,
    choose_mail,
    hears_check_ins,
    stop_mail,
    undo_stop,
)
from goals.models import Goal
from members.models import Person, Via
from members.services.audit import Actor
from tasks.models import (
    Audience,
    CheckIn,
    CheckInCycle,
    CheckInSchedule,
    CheckInState,
)
from tasks.services.cycles import close_due_cycles, open_due_cycles, remind_due
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.goals import GoalFactory
from tests.factories.members import CoalitionFactory, MembershipFactory, PartnerFactory
from tests.tasks.rounds import DAY, FIRST, HOUR, make_delegate, make_schedule
from tests.utils import HTMX, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(FIRST, tick=False) as traveller:
        yield traveller


@pytest.fixture
def delegate(harbor):
    partner = PartnerFactory(coalition=harbor, name="Clean Air Harbor")
    return make_delegate(harbor, partner=partner)


@pytest.fixture
def schedule(harbor, delegate):
    return make_schedule(harbor, name="Asthma team", questions="Who is missing?")


@pytest.fixture
def opened(schedule):
    open_due_cycles(FIRST)
    return CheckIn.objects.get()


def kinds(now):
    tell(now)
    return list(Delivery.objects.order_by("pk").values_list("kind", flat=True))


def body(row, kind="plain"):
    return mail_of(row).get_body((kind,)).get_content()


def test_the_question_is_asked_once(opened, delegate):
    assert kinds(FIRST) == ["check_in"]
    assert kinds(FIRST + HOUR) == ["check_in"]
    row = Delivery.objects.get()
    assert (row.person, row.lane) == (delegate, Lane.BULK)
    assert row.expires_at == FIRST + 5 * DAY


def test_the_mail_has_one_link_and_says_what_is_asked(opened):
    tell(FIRST)
    row = Delivery.objects.get()
    assert (
        mail_of(row)["Subject"] == "Asthma team · a minute for Healthy Harbor Coalition"
    )
    assert "List-Unsubscribe" in mail_of(row)
    for text in (body(row), body(row, "html")):
        assert text.count(opened.link.path) == 1
        for words in (
            "What moved since last time?",
            "Who is missing?",
            "Something to celebrate?",
            "You answer for Clean Air Harbor.",
            "time for the check-in “Asthma team”",
            "about a minute",
            "until Saturday 23 May, 09:00.",
            "you speak for a partner",
        ):
            assert words in text


def test_nothing_is_asked_that_the_page_does_not_ask(opened):
    CheckInSchedule.objects.update(asks_win=False)
    CheckInCycle.objects.update(question="")
    tell(FIRST)
    text = body(Delivery.objects.get())
    assert "celebrate" not in text
    assert "Who is missing?" not in text


def test_the_moment_is_that_of_the_reader(opened, delegate):
    """It closes at nine in the evening of the 22nd in Honolulu."""
    Person.objects.filter(pk=delegate.pk).update(timezone="Pacific/Honolulu")
    CheckInSchedule.objects.update(quiet_from=time(0), quiet_to=time(0))
    CheckInCycle.objects.update(closes_at=datetime(2026, 5, 23, 7, tzinfo=UTC))
    tell(FIRST)
    assert "until Friday 22 May, 21:00" in body(Delivery.objects.get())


def test_who_is_asked_for_a_goal_reads_of_it(harbor, alice):
    goal = GoalFactory(coalition=harbor, owner=alice.person, title="Cleaner air")
    make_schedule(harbor, audience=Audience.GOAL, goal=goal)
    open_due_cycles(FIRST)
    tell(FIRST)
    text = body(Delivery.objects.get())
    assert "you carry a part of “Cleaner air”" in text
    assert "You answer for" not in text
    assert Goal.objects.count() == 1


def test_a_reminder_is_another_mail_with_the_same_link(opened):
    tell(FIRST)
    later = FIRST + 4 * DAY
    remind_due(later)
    assert kinds(later) == ["check_in", "check_in_reminder"]
    assert kinds(later + HOUR) == ["check_in", "check_in_reminder"]
    first, second = Delivery.objects.order_by("pk")
    assert (
        mail_of(second)["Subject"]
        == "Asthma team · still open until Saturday 23 May, 09:00"
    )
    assert "reminder of the check-in “Asthma team”" in body(second)
    assert opened.link.path in body(second)
    assert render([first])[first.pk] == Skip(LeftOut.WITHDRAWN)


@pytest.mark.parametrize(
    "state", [state for state in CheckInState if state != CheckInState.ASKED]
)
def test_who_has_spoken_gets_no_mail_any_more(state, opened):
    tell(FIRST)
    CheckIn.objects.update(state=state, answered_at=FIRST)
    row = Delivery.objects.get()
    assert render([row])[row.pk] == Skip(LeftOut.WITHDRAWN)
    Delivery.objects.all().delete()
    assert kinds(FIRST) == []


def test_what_has_closed_is_no_news(opened):
    tell(FIRST)
    close_due_cycles(FIRST + 5 * DAY)
    row = Delivery.objects.get()
    assert render([row])[row.pk] == Skip(LeftOut.WITHDRAWN)


def test_a_stopped_schedule_writes_to_nobody(opened):
    CheckInSchedule.objects.update(stopped_at=FIRST)
    assert kinds(FIRST) == []


def test_days_of_silence_end_in_one_mail(schedule):
    CheckInSchedule.objects.update(reminders=2)
    late = FIRST + 3 * DAY
    open_due_cycles(late)
    remind_due(late)
    assert kinds(late) == ["check_in"]


@pytest.mark.parametrize(
    ("zone", "leaves"),
    (
        ("UTC", FIRST),
        ("America/New_York", FIRST + 2 * HOUR),  # it is five in the morning there
        ("Asia/Tokyo", FIRST),
        ("Pacific/Auckland", FIRST + 10 * HOUR),  # nine in the evening
    ),
)
def test_nobody_is_written_to_in_their_quiet_hours(zone, leaves, opened, delegate):
    Person.objects.filter(pk=delegate.pk).update(timezone=zone)
    if leaves > FIRST:
        assert kinds(leaves - timedelta(seconds=1)) == []
    assert kinds(leaves) == ["check_in"]


def test_each_reads_their_own_language(opened, delegate):
    Person.objects.filter(pk=delegate.pk).update(language="es")
    tell(FIRST)
    text = body(Delivery.objects.get())
    assert "Hola, " in text
    assert "¿Qué ha avanzado" in text


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_people(count, harbor):
    for n in range(count):
        partner = PartnerFactory(coalition=harbor, name=f"Partner {n}")
        make_delegate(harbor, partner=partner)
        make_schedule(harbor)
    open_due_cycles(FIRST)
    with CaptureQueriesContext(connection) as queuing:
        tell(FIRST)
    rows = list(Delivery.objects.all())
    assert len(rows) == count * count
    with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
        render(rows)
    assert (len(queuing), len(writing)) == (QUEUING, WRITING)


WRITING = 6


def test_each_coalition_asks_its_own(opened, delegate):
    other = CoalitionFactory()
    partner = PartnerFactory(coalition=other, name="Elsewhere")
    theirs = make_delegate(other, partner=partner)
    make_schedule(other)
    open_due_cycles(FIRST)
    tell(FIRST)
    rows = {row.person: row for row in Delivery.objects.all()}
    assert rows.keys() == {delegate, theirs}
    assert "Elsewhere" not in body(rows[delegate])
    assert "Clean Air Harbor" not in body(rows[theirs])


# Who does not want to be asked by mail


def test_who_wants_no_mail_is_asked_on_their_page_alone(opened, delegate):
    by = Actor(delegate.coalition, delegate, Via.WEB)
    choose_check_in_mail(person=delegate, check_ins=False, by=by)
    assert kinds(FIRST) == []
    assert CheckIn.objects.get().state == CheckInState.ASKED


def test_it_needs_no_consent_to_updates(harbor, opened, delegate):
    by = Actor(harbor, delegate, Via.WEB)
    with scope(coalition=harbor):
        choose_mail(person=delegate, updates="none", announcements=False, by=by)
    assert kinds(FIRST) == ["check_in"]
    assert not Suppression.objects.active().exists()


def test_the_link_in_the_mail_stops_it_and_can_be_taken_back(harbor, delegate):
    addr = address_hash(delegate.email)
    stop_mail(coalition=harbor, addr_hmac=addr)
    delegate.refresh_from_db()
    assert not hears_check_ins(delegate)
    undo_stop(coalition=harbor, addr_hmac=addr)
    delegate.refresh_from_db()
    assert hears_check_ins(delegate)


def test_taking_it_back_keeps_an_earlier_no(harbor, delegate):
    by = Actor(harbor, delegate, Via.WEB)
    with scope(coalition=harbor):
        choose_check_in_mail(person=delegate, check_ins=False, by=by)
    addr = address_hash(delegate.email)
    stop_mail(coalition=harbor, addr_hmac=addr)
    undo_stop(coalition=harbor, addr_hmac=addr)
    delegate.refresh_from_db()
    assert not delegate.check_in_mail


def test_each_chooses_on_their_own_page(harbor, client_of):
    bob = MembershipFactory(coalition=harbor)
    client, url = client_of(bob), at(bob, "comms:check_in_mail_choose")
    client.post(url, {})
    bob.person.refresh_from_db()
    assert not bob.person.check_in_mail
    client.post(url, {"check_ins": "on"}, headers=HTMX)
    bob.person.refresh_from_db()
    assert bob.person.check_in_mail
    page = client.get(at(bob, "comms:mail_preferences"))
    assert page.context["check_in_form"].initial == {"check_ins": True}
    assert timezone.now() == FIRST
