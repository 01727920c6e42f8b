"""The quiet sign: who gets it and who does not, once, and by whom it is seen."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from members.models import AuditEntry, Person, Via
from members.models.person import AffiliationKind
from members.services.audit import Actor
from tasks.errors import NotForYou, SettledAlready
from tasks.models import CheckIn, CheckInCycle, CheckInState, ReachOut, ReachOutOutcome
from tasks.queries.reaching import to_reach
from tasks.services.checkins import Said, answer_check_in, go_on_leave, say_nothing
from tasks.services.cycles import close_due_cycles, open_due_cycles
from tasks.services.reaching import (
    reopen_reach_out,
    settle_reach_out,
    snooze_reach_out,
)
from tests.factories.checkins import CheckInVoiceFactory, ReachOutFactory
from tests.factories.members import (
    AffiliationFactory,
    CoalitionFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.tasks.rounds import DAY, FIRST, FORTNIGHT, make_delegate, make_schedule
from tests.tasks.test_cycles import at_once
from tests.utils import acting, at

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def nadia(harbor, schedule):
    """Somebody who speaks for a partner that is asked every second Monday."""
    partner = PartnerFactory(coalition=harbor, name="Mothers")
    return make_delegate(
        harbor,
        partner=partner,
        person__full_name="Nadia Haddad",
        person__email="nadia@mothers.example",
    )


def hold(*numbers, before_closing=lambda _n: None):
    """Open and close these rounds."""
    for n in numbers:
        at = FIRST + n * FORTNIGHT
        open_due_cycles(at)
        before_closing(n)
        close_due_cycles(at + 5 * DAY)


def say(person, **said):
    def act(_n):
        CheckIn.objects.filter(person=person, cycle__closed_at=None).update(
            **{"state": CheckInState.ANSWERED, "answered_at": timezone.now(), **said}
        )

    return act


def signs():
    rows = ReachOut.objects.select_related("person").order_by("pk")
    return [(row.person.full_name, row.reason) for row in rows]


def test_two_missed_rounds_give_one_sign(in_harbor, nadia):
    hold(0)
    assert signs() == []
    hold(1)
    assert signs() == [("Nadia Haddad", "missed")]
    hold(2, 3)
    assert len(signs()) == 1  # it is still open


def answer(person, n, service=say_nothing, **said):
    """Let them answer the round in their own name, as they do by any way."""
    open_due_cycles(FIRST + n * FORTNIGHT)
    mine = CheckIn.objects.get(person=person, cycle__closed_at=None)
    with time_machine.travel(FIRST + n * FORTNIGHT + DAY, tick=False):
        service(check_in=mine, by=Actor(person.coalition, person, Via.LINK), **said)
    close_due_cycles(FIRST + n * FORTNIGHT + 5 * DAY)


@pytest.mark.parametrize(
    ("service", "said"),
    (
        (say_nothing, {}),
        (answer_check_in, {"said": Said(progress="We met.")}),
        (go_on_leave, {"until": date(2027, 5, 1)}),
    ),
)
def test_who_is_heard_again_is_waited_for_no_longer(
    in_harbor, nadia, alice, service, said
):
    hold(0, 1)
    answer(nadia, 2, service, **said)
    assert to_reach(alice.person, timezone.localdate()) == []
    row = ReachOut.objects.get()
    assert (row.outcome, row.settled_by) == ("", None)
    hold(3, 4)
    if service is not go_on_leave:
        assert signs() == [("Nadia Haddad", "missed")] * 2


def test_coordinators_read_who_is_heard_again(in_harbor, nadia, alice, client_of):
    hold(0, 1)
    answer(nadia, 2)
    url = at(alice, "tasks:reach_out_list")
    assert "Heard from again" in client_of(alice).get(url).text


def test_low_confidence_stays_after_an_answer(in_harbor, nadia, alice):
    for n in range(2):
        hold(n, before_closing=say(nadia, confidence=1))
    answer(nadia, 2)
    assert len(to_reach(alice.person, timezone.localdate())) == 1


def test_low_confidence_twice_in_a_row(in_harbor, nadia):
    hold(0, before_closing=say(nadia, confidence=2))
    hold(1, before_closing=say(nadia, confidence=1))
    assert signs() == [("Nadia Haddad", "confidence")]


@pytest.mark.parametrize("pair", ((2, 3), (3, 1), (1, None)))
def test_one_low_answer_is_no_sign(in_harbor, nadia, pair):
    for n, confidence in enumerate(pair):
        hold(n, before_closing=say(nadia, confidence=confidence))
    assert signs() == []


@pytest.mark.parametrize("state", (CheckInState.AWAY, CheckInState.HANDED_OVER))
def test_who_is_excused_has_not_missed_it(in_harbor, nadia, state):
    hold(0)
    hold(1, before_closing=say(nadia, state=state))
    assert signs() == []


def test_a_leave_set_while_it_was_open_excuses_too(in_harbor, nadia):
    def leave(_n):
        Person.objects.filter(pk=nadia.pk).update(away_until="2026-12-31")

    hold(0)
    hold(1, before_closing=leave)
    assert signs() == []


def test_who_came_late_was_not_asked_twice(in_harbor, schedule):
    hold(0)
    make_delegate(in_harbor, partner=PartnerFactory(coalition=in_harbor))
    hold(1)
    assert signs() == []


def test_who_stands_in_has_missed_nothing(in_harbor, nadia, alice):
    def stand_in(_n):
        CheckIn.objects.filter(cycle__closed_at=None).update(stands_in_for=alice.person)

    hold(0, 1, before_closing=stand_in)
    assert signs() == []


def test_a_partner_that_was_heard_through_somebody_else_was_heard(
    in_harbor, nadia, alice
):
    def heard(_n):
        cycle = CheckInCycle.objects.get(closed_at=None)
        mine = CheckIn.objects.get(cycle=cycle, person=nadia)
        other = CheckIn.objects.create(
            coalition=in_harbor,
            cycle=cycle,
            person=alice.person,
            state="answered",
            answered_at=timezone.now(),
        )
        CheckInVoiceFactory(check_in=other, partner=mine.voices.get().partner)

    hold(0)
    hold(1, before_closing=heard)
    assert signs() == []


def test_who_has_left_is_not_sought(in_harbor, nadia):
    MembershipFactory(coalition=in_harbor, person=nadia)
    hold(0)

    def remove(_n):
        nadia.membership.state = "removed"
        nadia.membership.save()

    hold(1, before_closing=remove)
    assert signs() == []


def test_after_a_talk_two_new_rounds_make_a_new_sign(in_harbor, nadia, alice):
    hold(0, 1)
    done = ReachOutOutcome.DONE
    settle_reach_out(reach_out=ReachOut.objects.get(), outcome=done, by=acting(alice))
    hold(2)
    assert len(signs()) == 1
    hold(3)
    assert len(signs()) == 2


def test_closing_twice_signals_once(in_harbor, nadia):
    hold(0, 1)
    CheckInCycle.objects.filter(period=2).update(closed_at=None)
    close_due_cycles(FIRST + 4 * FORTNIGHT)
    assert len(signs()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one write at a time"
)
def test_workers_at_once_signal_once(harbor, nadia):
    for n in (0, 1):
        begins = FIRST + n * FORTNIGHT
        open_due_cycles(begins)
        at_once(lambda ends=begins + 5 * DAY: close_due_cycles(ends))
    with scopes_disabled():
        assert signs() == [("Nadia Haddad", "missed")]


def test_each_coalition_signals_its_own(harbor, nadia):
    other = CoalitionFactory()
    theirs = make_delegate(other, partner=PartnerFactory(coalition=other))
    make_schedule(other)
    hold(0, 1)
    with scopes_disabled():
        found = {row.person: row.coalition for row in ReachOut.objects.all()}
        assert found == {nadia: harbor, theirs: other}


@pytest.mark.parametrize("count", (1, 3))
def test_closing_costs_the_same_for_many(in_harbor, schedule, count):
    for _ in range(count):
        make_delegate(in_harbor, partner=PartnerFactory(coalition=in_harbor))
    hold(0)
    open_due_cycles(FIRST + FORTNIGHT)
    with CaptureQueriesContext(connection) as found:
        close_due_cycles(FIRST + FORTNIGHT + 5 * DAY)
    assert ReachOut.objects.count() == count
    assert len(found) == CLOSING


CLOSING = 10


# What is suggested


@pytest.fixture
def sign(harbor, bob):
    AffiliationFactory(
        coalition=harbor,
        person=bob.person,
        partner=PartnerFactory(coalition=harbor, name="Mothers"),
    )
    return ReachOutFactory(person=bob.person, cycle__schedule__coalition=harbor)


def the_step(reader):
    (line,) = to_reach(reader.person, timezone.localdate())
    return line


def test_first_the_alternate_then_a_letter_then_a_call(in_harbor, sign, alice, bob):
    Person.objects.filter(pk=bob.person.pk).update(phone="555 0100")
    partner = bob.person.affiliations.get().partner
    AffiliationFactory(
        coalition=in_harbor,
        partner=partner,
        kind=AffiliationKind.ALTERNATE,
        person__full_name="Ruth Adeyemi",
    )
    for step in ("alternate", "mail", "call", "call"):
        line = the_step(alice)
        assert line.step == step
        assert line.alternate.full_name == "Ruth Adeyemi"
        settle_reach_out(
            reach_out=line.reach_out, outcome=ReachOutOutcome.DONE, by=acting(alice)
        )
        ReachOutFactory(person=bob.person, cycle=sign.cycle)


def test_what_was_said_in_confidence_stays_with_them(in_harbor, sign, alice, bob):
    ReachOut.objects.update(reason="confidence")
    partner = bob.person.affiliations.get().partner
    AffiliationFactory(
        coalition=in_harbor, partner=partner, kind=AffiliationKind.ALTERNATE
    )
    assert the_step(alice).step == "mail"


def test_the_letter_is_drafted_in_their_language(in_harbor, sign, alice, bob):
    assert "Hello Bob" in unquote(the_step(alice).mail)
    Person.objects.filter(pk=bob.person.pk).update(language="es")
    assert "Hola" in unquote(the_step(alice).mail)


# Who sees it, and what they do with it


@pytest.mark.usefixtures("in_harbor")
def test_only_coordinators_see_it_and_never_of_themselves(
    client_of, sign, alice, bob, stella
):
    url = at(alice, "tasks:reach_out_list")
    assert "Bob Brown" in client_of(alice).get(url).text
    for other in (bob, stella):
        assert client_of(other).get(url).status_code == 403
    bob.role = "coordinator"
    bob.save()
    assert "Not heard from" not in client_of(bob).get(url).text
    with pytest.raises(NotForYou):
        snooze_reach_out(
            reach_out=sign, until=timezone.localdate() + DAY, by=acting(bob)
        )


@pytest.mark.usefixtures("in_harbor")
@pytest.mark.parametrize(
    ("act", "data"), (("done", "note"), ("later", "until"), ("not_needed", ""))
)
def test_each_answer_ends_it_and_can_be_taken_back(client_of, sign, alice, act, data):
    client, url = client_of(alice), at(alice, "tasks:reach_out_list")
    value = {"note": "All is well", "until": "2026-06-30"}.get(data, "")
    posted = {"reach_out": sign.pk, "act": act, f"{sign.pk}-{data}": value}
    assert client.post(url, posted).status_code == 303
    assert to_reach(alice.person, timezone.localdate()) == []
    client.post(url, {"reach_out": sign.pk, "act": "back"})
    assert the_step(alice).reach_out == sign


def test_a_wrong_day_is_said_beside_the_field(client_of, in_harbor, sign, alice):
    data = {"reach_out": sign.pk, "act": "later", f"{sign.pk}-until": "2020-01-01"}
    answer = client_of(alice).post(at(alice, "tasks:reach_out_list"), data)
    assert answer.status_code == 422
    assert "Choose a day within the next half year." in answer.text


def test_what_is_put_off_comes_back_and_nothing_new_comes_meanwhile(
    in_harbor, nadia, alice
):
    hold(0, 1)
    day = (FIRST + 4 * FORTNIGHT).date()
    snooze_reach_out(reach_out=ReachOut.objects.get(), until=day, by=acting(alice))
    hold(2, 3)
    assert len(signs()) == 1
    assert to_reach(alice.person, day - timedelta(days=1)) == []
    assert len(to_reach(alice.person, day)) == 1


def test_the_trail_keeps_no_words_and_a_newer_sign_wins(in_harbor, sign, alice, bob):
    settle_reach_out(
        reach_out=sign, outcome=ReachOutOutcome.DONE, note="Quagga", by=acting(alice)
    )
    for entry in AuditEntry.objects.all():
        assert "Quagga" not in f"{entry.before}{entry.after}"
    ReachOutFactory(person=bob.person, cycle=sign.cycle)
    with pytest.raises(SettledAlready):
        reopen_reach_out(reach_out=sign, by=acting(alice))


@pytest.mark.usefixtures("in_harbor")
def test_dashboard_and_pages_tell_coordinators_alone(
    client_of, sign, alice, stella, bob
):
    assert "Reach out to Bob Brown" in client_of(alice).get(at(alice, "web:home")).text
    assert "Reach out to" not in client_of(stella).get(at(stella, "web:home")).text
    partner = bob.person.affiliations.get().partner
    for name, pk in (("person", bob.person.pk), ("partner", partner.pk)):
        url = at(alice, f"tasks:reach_out_for_{name}_panel", pk)
        assert "A quiet word with Bob Brown" in client_of(alice).get(url).text
        assert client_of(stella).get(url).status_code == 403


def test_another_coalition_finds_nothing(client_of, in_harbor, sign, charlie):
    url = at(charlie, "tasks:reach_out_list")
    client = client_of(charlie)
    assert "Bob Brown" not in client.get(url).text
    client.post(url, {"reach_out": sign.pk, "act": "not_needed"})
    sign.refresh_from_db()
    assert sign.settled_at is None


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_costs_the_same_however_long(client_of, in_harbor, alice, count):
    for _ in range(count):
        line = AffiliationFactory(
            coalition=in_harbor, partner=PartnerFactory(coalition=in_harbor)
        )
        ReachOutFactory(person=line.person, cycle__schedule__coalition=in_harbor)
    client = client_of(alice)
    with CaptureQueriesContext(connection) as found:
        client.get(at(alice, "tasks:reach_out_list"))
    assert len(found) == 8
