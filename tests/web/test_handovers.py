"""Handing the coordination over: asked, answered, and only then changed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from comms.jobs import render, tell
from comms.models import Delivery, LeftOut
from comms.sending.mail import Skip
from members.models import AuditEntry, Handover, Membership
from members.permissions import MemberRole
from tests.factories.members import HandoverFactory, MembershipFactory
from tests.utils import at

pytestmark = pytest.mark.django_db


def ask(alice, taker, client_of, **said):
    said = {"becomes": "steering", "words": "Please."} | said
    url = at(alice, "web:handover_create")
    return client_of(alice).post(url, {"taker": taker.person.full_name, **said})


def asked(alice, taker, **kwargs):
    people = {"giver": alice.person, "taker": taker.person}
    return HandoverFactory(coalition=alice.coalition, **people, **kwargs)


def role_of(membership):
    with scopes_disabled():
        return Membership.objects.get(pk=membership.pk).role


def told(kind):
    with scopes_disabled():
        tell(timezone.now())
        return set(
            Delivery.objects.filter(kind=kind).values_list("person_id", flat=True)
        )


def test_asking_changes_nothing_and_sends_a_mail(alice, bob, client_of):
    ask(alice, bob, client_of)
    with scopes_disabled():
        handover = Handover.objects.get()
    assert (handover.giver, handover.taker) == (alice.person, bob.person)
    assert (role_of(alice), role_of(bob)) == (alice.role, bob.role)
    assert told("handover") == {bob.person_id}
    page = client_of(alice).get(at(alice, "web:handover_create")).text
    assert "has not answered yet" in page


def test_a_yes_changes_both_at_once_and_tells_both(alice, bob, client_of):
    handover = asked(alice, bob)
    page = Client().get(handover.link.path)
    assert "asks you to coordinate" in page.text
    assert role_of(bob) == MemberRole.MEMBER
    Client().post(handover.link.path, {"answer": "yes"})
    assert (role_of(alice), role_of(bob)) == ("steering", "coordinator")
    assert told("handover_answer") == {alice.person_id, bob.person_id}
    with scopes_disabled():
        actions = [e.action for e in AuditEntry.objects.order_by("pk")]
    assert actions == ["access", "access", "take coordination"]
    assert Client().post(handover.link.path, {"answer": "yes"}).status_code == 410


def test_the_one_who_is_asked_can_answer_signed_in(alice, bob, stella, client_of):
    handover = asked(alice, bob)
    url = at(bob, "web:handover_detail", handover.pk)
    assert "asks you to take" in client_of(bob).get(at(bob, "members:access_list")).text
    assert client_of(stella).get(url).status_code == 404
    assert client_of(alice).post(url, {"answer": "yes"}).status_code == 404
    assert client_of(bob).get(url).status_code == 200
    client_of(bob).post(url, {"answer": "yes"})
    assert role_of(bob) == MemberRole.COORDINATOR


def test_a_no_changes_nothing_and_tells_who_asked(alice, bob):
    handover = asked(alice, bob)
    Client().post(handover.link.path, {"answer": "no"})
    assert (role_of(alice), role_of(bob)) == (alice.role, bob.role)
    assert told("handover_answer") == {alice.person_id}
    assert "You said no" in Client().get(handover.link.path).text


@pytest.mark.parametrize(
    "spoiled", ("giver lowered", "giver gone", "taker gone", "ran out", "withdrawn")
)
def test_a_yes_that_comes_too_late_changes_nothing(
    spoiled, alice, bob, stella, client_of
):
    handover = asked(alice, bob)
    with scopes_disabled():
        Membership.objects.filter(pk=stella.pk).update(role=MemberRole.COORDINATOR)
        giver = Membership.objects.filter(pk=alice.pk)
        if spoiled == "giver lowered":
            giver.update(role=MemberRole.MEMBER)
        if spoiled == "giver gone":
            giver.update(state="removed")
        if spoiled == "taker gone":
            Membership.objects.filter(pk=bob.pk).update(state="suspended")
        if spoiled == "ran out":
            Handover.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if spoiled == "withdrawn":
        client_of(alice).post(at(alice, "web:handover_withdraw", handover.pk))
    before = role_of(alice)
    Client().post(handover.link.path, {"answer": "yes"})
    assert (role_of(alice), role_of(bob)) == (before, MemberRole.MEMBER)
    with scopes_disabled():
        assert Handover.objects.get().accepted_at is None


@pytest.mark.parametrize("lost", ({"role": "member"}, {"state": "suspended"}))
def test_nobody_is_asked_for_who_coordinates_no_more(lost, alice, bob, client_of):
    handover = asked(alice, bob)
    told("handover")
    later = asked(MembershipFactory(coalition=alice.coalition), bob)
    with scopes_disabled():
        Membership.objects.filter(pk=alice.pk).update(**lost)
    with scope(coalition=alice.coalition):
        (row,) = Delivery.objects.filter(source=str(handover.pk))
        assert render([row])[row.pk] == Skip(LeftOut.WITHDRAWN)
        tell(timezone.now())
        assert not Delivery.objects.filter(source=str(later.pk)).exists()
    page = client_of(bob).get(at(bob, "members:access_list")).text
    assert "asks you to take" not in page
    assert "Yes, I take it over" not in Client().get(handover.link.path).text


def test_no_answer_is_no_yes(alice, bob):
    handover = asked(alice, bob)
    assert Client().post(handover.link.path).status_code == 200
    assert role_of(bob) == MemberRole.MEMBER


def test_what_was_taken_back_does_not_leave(alice, bob, client_of):
    handover = asked(alice, bob)
    told("handover")
    client_of(alice).post(at(alice, "web:handover_withdraw", handover.pk))
    with scope(coalition=alice.coalition):
        (row,) = Delivery.objects.all()
        assert render([row])[row.pk] == Skip(LeftOut.WITHDRAWN)


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_handovers(count, alice, django_assert_num_queries):
    for member in MembershipFactory.create_batch(count, coalition=alice.coalition):
        people = {"giver": member.person, "taker": alice.person}
        HandoverFactory(coalition=alice.coalition, **people, accepted_at=timezone.now())
    told("handover_answer")
    with scope(coalition=alice.coalition):
        rows = list(Delivery.objects.all())
        with django_assert_num_queries(4):
            mails = render(rows)
    assert len(mails) == 2 * count


def test_who_cannot_take_it_is_named(alice, bob, stella, client_of):
    page = ask(alice, alice, client_of)
    assert "coordinates already" in page.text
    with scopes_disabled():
        Membership.objects.filter(pk=stella.pk).update(state="suspended")
    assert "has no access now" in ask(alice, stella, client_of).text
    ask(alice, bob, client_of)
    page = ask(alice, bob, client_of)
    assert page.status_code == 422
    with scopes_disabled():
        assert Handover.objects.count() == 1


def test_one_that_ran_out_makes_room(alice, bob, stella, client_of):
    asked(alice, bob, expires_at=timezone.now())
    ask(alice, stella, client_of)
    with scopes_disabled():
        assert Handover.objects.filter(taker=stella.person).count() == 1
