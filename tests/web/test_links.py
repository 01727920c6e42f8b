"""Signed links: GET only shows, a link serves its one act, row and person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.signing import Link
from coalition.common.tenancy import scopes_disabled
from coalition.web.views.links import LINK_PAGES
from comms.models import IssueState
from comms.updates.links import READ, READ_VERSION
from members.models import Coalition, Invitation, Person, User
from members.permissions import MemberRole
from members.services.invitations import invite_person
from members.services.people import edit_person
from tests.architecture.test_sweep import SAFE, writes
from tests.comms.drafts import make_issue
from tests.factories.checkins import (
    CheckInCycleFactory,
    CheckInFactory,
    CheckInScheduleFactory,
)
from tests.factories.comms import DeliveryFactory
from tests.factories.members import (
    CoalitionFactory,
    HandoverFactory,
    InvitationFactory,
    MembershipFactory,
)
from tests.utils import acting

pytestmark = pytest.mark.django_db


def link_to_invitation() -> Link:
    member = MembershipFactory(user=None)
    return InvitationFactory(coalition=member.coalition, person=member.person).link


def link_to_handover() -> Link:
    taker = MembershipFactory()
    giver = MembershipFactory(coalition=taker.coalition, role=MemberRole.COORDINATOR)
    people = {"giver": giver.person, "taker": taker.person}
    return HandoverFactory(coalition=taker.coalition, **people).link


def link_to_mail() -> Link:
    member = MembershipFactory()
    issue = make_issue(member.coalition, IssueState.DONE, subject="Seven schools")
    DeliveryFactory(
        coalition=member.coalition,
        issue=issue,
        person=member.person,
        status="sent",
        accepted_at=timezone.now(),
    )
    return Link(READ, member.coalition.pk, issue.pk, member.person.pk, READ_VERSION)


def link_to_check_in() -> Link:
    member = MembershipFactory()
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=1)}
    schedule = CheckInScheduleFactory(coalition=member.coalition)
    cycle = CheckInCycleFactory(schedule=schedule, **times)
    return CheckInFactory(cycle=cycle, person=member.person).link


# A link of each purpose; one that is missing here fails the tests.
LINKS = {
    "check_in": link_to_check_in,
    "handover": link_to_handover,
    "invitation": link_to_invitation,
    "read": link_to_mail,
}


@pytest.fixture(params=sorted(LINK_PAGES))
def link(request):
    with scopes_disabled():
        return LINKS[request.param]()


@pytest.mark.parametrize("method", SAFE)
def test_reading_a_link_changes_nothing(method, link):
    with writes() as tables:
        answer = Client().generic(method, link.path)
    assert answer.status_code in {200, 405}
    assert not tables


def test_a_forged_or_unknown_link_is_not_there(link):
    forged = link.path[:-3] + "x/"
    unknown = replace(link, purpose="nothing").path
    nobody = replace(link, person_id=0).path
    other = replace(link, coalition_id=CoalitionFactory().pk).path
    for path in (forged, unknown, nobody, other, "/l/x/"):
        assert Client().get(path).status_code == 404
        assert Client().post(path).status_code == 404


def test_a_link_to_anothers_row_does_nothing(link):
    with scopes_disabled():
        here = Coalition.objects.get(pk=link.coalition_id)
        other = MembershipFactory(coalition=here).person
    for changed in (replace(link, person_id=other.pk), replace(link, version=9)):
        with writes() as tables:
            answer = Client().post(changed.path)
        assert answer.status_code == 410
        assert not tables


def test_a_link_page_tells_nobody_where_it_was(link):
    answer = Client().get(link.path)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


def test_accepting_an_invitation_signs_a_newcomer_in(db):
    link = link_to_invitation()
    client = Client()
    answer = client.post(link.path)
    with scopes_disabled():
        invitation = Invitation.objects.select_related("coalition").get()
    assert answer["Location"] == f"/c/{invitation.coalition.slug}/"
    assert client.get(answer["Location"]).status_code == 200
    assert invitation.accepted_at


def test_an_invitation_works_once(db):
    link = link_to_invitation()
    Client().post(link.path)
    again = Client()
    answer = again.post(link.path)
    assert answer.status_code == 410
    assert "You are in already" in answer.text
    assert "_auth_user_id" not in again.session


def test_whoever_has_signed_in_before_signs_in_as_ever(db, client_of):
    link = link_to_invitation()
    with scopes_disabled():
        known = Invitation.objects.select_related("person").get().person
        other = MembershipFactory(person__email=known.email)
    client_of(other)  # has been in
    answer = (fresh := Client()).post(link.path)
    assert answer.status_code == 303
    assert "_auth_user_id" not in fresh.session


def test_an_invitation_serves_the_address_it_was_mailed_to_alone(db):
    """Else whoever invites themselves could come in as anybody of any coalition."""
    link = link_to_invitation()
    with scopes_disabled():
        asked = Invitation.objects.select_related("person").get().person
        other = MembershipFactory(user=None).person
        Person.objects.filter(pk=asked.pk).update(email=other.email)
    thief = Client()
    assert thief.post(link.path).status_code == 410
    assert "_auth_user_id" not in thief.session
    assert not User.objects.filter(email=other.email).exists()


def test_who_has_a_new_address_can_be_invited_again(alice, in_harbor):
    person = MembershipFactory(coalition=in_harbor, user=None).person
    invite_person(person=person, by=acting(alice))
    fields = {"email": "new@example.org", "version": person.version}
    edit_person(person=person, by=acting(alice), **fields)
    assert not Invitation.objects.open(timezone.now()).exists()
    again = invite_person(person=person, by=acting(alice))
    assert Invitation.objects.open(timezone.now()).get() == again
