"""A partner is asked to help by mail; a yes is told to the asker and coordinators."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scope
from comms.jobs import render, tell
from comms.models import Delivery
from comms.sending.mail import Skip
from members.permissions import MemberRole
from tasks.models import Ask
from tasks.services.asks import ask_partner, close_ask, decline_help, offer_help
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.checkins import AskFactory
from tests.factories.members import (
    AffiliationFactory,
    CapacityOfferFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.tasks.checkins import asked
from tests.utils import acting

NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mira(harbor):
    return speaker(harbor, "Lantern Church")


def speaker(coalition, name):
    mira = MembershipFactory(coalition=coalition, person__full_name=f"Mira of {name}")
    partner = PartnerFactory(coalition=coalition, name=name)
    AffiliationFactory(person=mira.person, partner=partner, coalition=coalition)
    CapacityOfferFactory(partner=partner, coalition=coalition, kind="Rooms")
    return mira


def church_of(mira):
    return mira.person.affiliations.get().partner


@pytest.fixture
def ask(bob):
    return AskFactory(check_in=asked(bob), text="A second room", seen_by="members")


def told(now=NOW):
    tell(now)
    rows = Delivery.objects.filter(kind__in=("ask", "help", "help_offered"))
    return {(row.kind, row.person): row for row in rows}


def plain(row):
    return " ".join(mail_of(row).get_body(("plain",)).get_content().split())


def test_a_partner_is_asked_by_a_link_of_each_speaker(ask, alice, mira):
    church = church_of(mira)
    second = MembershipFactory(coalition=alice.coalition).person
    AffiliationFactory(person=second, partner=church, coalition=alice.coalition)
    offer = church.offers.get()
    row = ask_partner(ask=ask, partner=church, offer=offer, by=acting(alice))
    found = told()
    assert found.keys() == {("help", mira.person), ("help", second)}
    for (_kind, person), mail in found.items():
        text = plain(mail)
        for words in ("A second room", "Alice Adams", "offers “Rooms”"):
            assert words in text
        link = "".join(row.link_for(person.pk).path.split())
        assert link in mail_of(mail).get_body(("plain",)).get_content()
    assert len(told()) == 2


def test_a_yes_puts_in_touch_and_tells_coordinators(ask, alice, bob, stella, mira):
    offer_help(ask=ask, partner=church_of(mira), by=acting(mira))
    found = told()
    assert found.keys() == {("ask", bob.person), ("help_offered", alice.person)}
    for mail in found.values():
        assert mira.person.email in plain(mail)


def test_who_coordinates_no_more_is_not_told_what_was_queued(ask, alice, bob, mira):
    offer_help(ask=ask, partner=church_of(mira), by=acting(mira))
    row = told()["help_offered", alice.person]
    alice.role = MemberRole.MEMBER
    alice.save()
    assert isinstance(render([row])[row.pk], Skip)


def test_a_no_tells_nobody_and_ends_the_question(ask, alice, mira):
    church = church_of(mira)
    ask_partner(ask=ask, partner=church, by=acting(alice))
    (mail,) = told().values()
    decline_help(ask=ask, partner=church, by=acting(mira))
    assert len(told()) == 1
    assert isinstance(render([mail])[mail.pk], Skip)


@pytest.mark.parametrize(
    ("met", "words"), ((True, "marked as met"), (False, "closed it"))
)
def test_the_asker_is_told_what_others_made_of_it(met, words, ask, alice, bob):
    close_ask(ask=ask, met=met, by=acting(alice))
    (mail,) = told().values()
    assert mail.person == bob.person
    assert words in plain(mail)


def test_the_asker_is_not_told_what_they_did(ask, bob):
    close_ask(ask=ask, met=True, by=acting(bob))
    assert told() == {}


def test_whoever_lost_access_is_not_asked(ask, alice, mira):
    mira.state = "suspended"
    mira.save()
    ask_partner(ask=ask, partner=church_of(mira), by=acting(alice))
    assert told() == {}


def test_old_news_is_no_news(ask, alice, mira):
    ask_partner(ask=ask, partner=church_of(mira), by=acting(alice))
    assert told(NOW + timedelta(days=8)) == {}


def test_coordinators_elsewhere_hear_nothing(ask, charlie, alice, mira):
    offer_help(ask=ask, partner=church_of(mira), by=acting(mira))
    assert charlie.person not in {person for _kind, person in told()}


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_asks(count, harbor, alice):
    for n in range(count):
        asker = MembershipFactory(coalition=harbor)
        ask = AskFactory(check_in=asked(asker), seen_by="members")
        ask_partner(
            ask=ask, partner=church_of(speaker(harbor, f"A{n}")), by=acting(alice)
        )
        yes = speaker(harbor, f"B{n}")
        offer_help(ask=ask, partner=church_of(yes), by=acting(yes))
    with CaptureQueriesContext(connection) as queuing:
        tell(NOW)
    rows = list(Delivery.objects.exclude(kind="check_in"))
    assert len(rows) == 3 * count
    assert Ask.objects.count() == count
    with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
        render(rows)
    assert (len(queuing), len(writing)) == (QUEUING + 2, WRITING)


WRITING = 16
