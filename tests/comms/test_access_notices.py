"""Whoever may lead since today is told, and so are the others who coordinate."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.jobs import render, tell
from comms.models import Delivery
from members.models import Via
from members.models.membership import MembershipState
from members.permissions import MemberRole
from members.services.audit import Actor
from members.services.people import change_access, change_state
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.members import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture
def carla(harbor):
    return MembershipFactory(
        coalition=harbor, role=MemberRole.COORDINATOR, person__full_name="Carla Cole"
    )


def give(member, role, by):
    change_access(
        membership=member,
        version=member.version,
        role=role,
        state=member.state,
        by=Actor(by.coalition, by.person, Via.WEB),
    )
    member.refresh_from_db()


def told(now=None):
    tell(now or timezone.now())
    return {row.person for row in Delivery.objects.filter(kind="access")}


def test_who_may_lead_and_the_other_coordinators_are_told_once(
    alice, carla, bob, charlie
):
    give(bob, MemberRole.COORDINATOR, alice)
    assert told() == {bob.person, carla.person}  # neither Alice nor elsewhere
    assert told() == {bob.person, carla.person}
    assert Delivery.objects.filter(kind="access").count() == 2
    own, other = (
        mail_of(Delivery.objects.get(person=who.person)) for who in (bob, carla)
    )
    assert own["Subject"] == "Your access to Healthy Harbor Coalition: Coordinator"
    assert other["Subject"] == "Bob Brown has new access: Coordinator"
    text = other.get_body(("plain",)).get_content()
    assert "Alice Adams gave it to Bob Brown." in " ".join(text.split())


@pytest.mark.parametrize(
    ("before", "after"),
    (
        (MemberRole.OBSERVER, MemberRole.MEMBER),
        (MemberRole.COORDINATOR, MemberRole.STEERING),
        (MemberRole.STEERING, MemberRole.STEERING),
    ),
)
def test_less_or_the_same_is_no_news(alice, carla, harbor, before, after):
    member = MembershipFactory(coalition=harbor, role=before)
    give(member, after, alice)
    assert told() == set()


def test_access_that_is_given_back_is_news(alice, stella):
    for state in (MembershipState.SUSPENDED, MembershipState.ACTIVE):
        change_state(
            membership=stella,
            state=state,
            by=Actor(alice.coalition, alice.person, Via.WEB),
        )
    assert told() == {stella.person}


def test_what_was_long_ago_is_no_news(alice, bob):
    give(bob, MemberRole.STEERING, alice)
    assert told(timezone.now() + timedelta(days=3)) == set()


@pytest.mark.parametrize("count", (1, 3))
def test_many_cost_as_much_as_one(alice, harbor, count):
    for _ in range(count):
        give(MembershipFactory(coalition=harbor), MemberRole.STEERING, alice)
    with CaptureQueriesContext(connection) as queuing:
        tell(timezone.now())
    rows = list(Delivery.objects.filter(kind="access"))
    with CaptureQueriesContext(connection) as writing:
        render(rows)
    assert (len(rows), len(queuing), len(writing)) == (count, QUEUING + 1, 5)
