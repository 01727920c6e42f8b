"""Signed links: GET only shows, a link serves its one act, row and person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.signing import Link
from coalition.common.tenancy import scopes_disabled
from coalition.web.views.links import LINK_PAGES
from comms.models import (
    ADDRESS,
    ADDRESS_VERSION,
    Issue,
    IssueKind,
    IssueState,
    Topic,
)
from comms.updates.happenings import Gathering
from comms.updates.links import (
    EVENT,
    EVENT_VERSION,
    READ,
    READ_VERSION,
    SAY,
    SAY_VERSION,
)
from members.models import Coalition, Invitation, Membership, Person, User
from members.models.membership import SHUT
from members.permissions import MemberRole
from members.services.invitations import invite_person
from members.services.people import edit_person
from tasks.models import TaskWord
from tasks.queries.proposals import proposals_link
from tests.architecture.test_sweep import SAFE, writes
from tests.comms.drafts import make_issue
from tests.factories.checkins import (
    AskFactory,
    AskHelpFactory,
    CheckInCycleFactory,
    CheckInFactory,
    CheckInScheduleFactory,
    HurdleFactory,
    TaskReportFactory,
)
from tests.factories.comms import DeliveryFactory, QuoteFactory
from tests.factories.members import (
    AffiliationFactory,
    CoalitionFactory,
    HandoverFactory,
    InvitationFactory,
    MembershipFactory,
)
from tests.factories.tasks import AssignmentFactory, ConsultationFactory, TaskFactory
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


def link_to_have_a_say() -> Link:
    return replace(link_to_mail(), purpose=SAY, version=SAY_VERSION)


def link_to_event() -> Link:
    mail = link_to_mail()
    with scopes_disabled():
        issue = Issue.objects.get(pk=mail.row_id)
        issue.kind, issue.topic = IssueKind.ANNOUNCEMENT, Topic.EVENT
        issue.facts = Gathering(title="Soup", starts_at=timezone.now()).as_json()
        issue.save()
    return replace(mail, purpose=EVENT, version=EVENT_VERSION)


def link_to_check_in() -> Link:
    member = MembershipFactory()
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=1)}
    schedule = CheckInScheduleFactory(coalition=member.coalition)
    cycle = CheckInCycleFactory(schedule=schedule, **times)
    return CheckInFactory(cycle=cycle, person=member.person).link


def link_to_part() -> Link:
    member = MembershipFactory()
    task = TaskFactory(goal__coalition=member.coalition)
    return AssignmentFactory(task=task, person=member.person).link


def link_to_naming() -> Link:
    speaker = AffiliationFactory()
    part = AssignmentFactory(
        task__goal__coalition=speaker.coalition, person=None, partner=speaker.partner
    )
    return part.naming_link(speaker.person)


def link_to_hurdle() -> Link:
    member = MembershipFactory()
    return HurdleFactory(
        check_in=None, coalition=member.coalition, person=member.person
    ).link


def link_to_consultation() -> Link:
    member = MembershipFactory()
    task = TaskFactory(goal__coalition=member.coalition)
    AssignmentFactory(task=task, person=member.person, letter="C")
    return ConsultationFactory(task=task, person=member.person).link


def link_to_calendar() -> Link:
    person = MembershipFactory(person__calendar_key=3).person
    assert person.calendar_link
    return person.calendar_link


def link_to_address() -> Link:
    member = MembershipFactory()
    row = DeliveryFactory(
        coalition=member.coalition, person=member.person, kind=ADDRESS
    )
    ids = row.coalition_id, row.pk, row.person_id
    return Link(ADDRESS, *ids, ADDRESS_VERSION)


def link_to_ask() -> Link:
    member = MembershipFactory()
    return AskFactory(
        check_in=None, coalition=member.coalition, person=member.person
    ).link


def link_to_help() -> Link:
    speaker = AffiliationFactory()
    row = AskHelpFactory(
        ask__check_in=None,
        ask__coalition=speaker.coalition,
        ask__person=MembershipFactory(coalition=speaker.coalition).person,
        partner=speaker.partner,
    )
    return row.link_for(speaker.person_id)


def link_to_proposals() -> Link:
    member = MembershipFactory()
    task = AssignmentFactory(
        task__goal__coalition=member.coalition, person=member.person, letter="A"
    ).task
    TaskReportFactory(
        check_in__coalition=member.coalition,
        check_in__cycle__schedule__coalition=member.coalition,
        task=task,
        word=TaskWord.DONE,
    )
    return proposals_link(member.person, timezone.localdate())


def link_to_quote() -> Link:
    member = MembershipFactory()
    issue = make_issue(member.coalition)
    return QuoteFactory(issue=issue, speaker=member.person).link


# A link of each purpose; one that is missing here fails the tests.
LINKS = {
    "address": link_to_address,
    "calendar": link_to_calendar,
    "ask": link_to_ask,
    "help": link_to_help,
    "check_in": link_to_check_in,
    "consultation": link_to_consultation,
    "event": link_to_event,
    "feedback": link_to_have_a_say,
    "handover": link_to_handover,
    "hurdle": link_to_hurdle,
    "invitation": link_to_invitation,
    "naming": link_to_naming,
    "part": link_to_part,
    "proposals": link_to_proposals,
    "quote": link_to_quote,
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


@pytest.mark.parametrize("path", ("/l/check_in-1-1/", "/u/cut-off/", "/f/cut-off/"))
def test_a_link_that_was_cut_off_says_what_to_do(path, harbor):
    answer = Client().get(path)
    assert answer.status_code == 404
    assert "to the last letter" in answer.text
    assert "Go to your coalition" in answer.text
    assert ("half a year after its answer" in answer.text) == path.startswith("/f/")


def test_a_link_to_anothers_row_does_nothing(link):
    with scopes_disabled():
        here = Coalition.objects.get(pk=link.coalition_id)
        other = MembershipFactory(coalition=here).person
    for changed in (replace(link, person_id=other.pk), replace(link, version=9)):
        gone = 404 if link.purpose in {"calendar", "event"} else 410
        for method in ("GET", "POST"):
            with writes() as tables:
                answer = Client().generic(method, changed.path)
            assert answer.status_code == gone
            assert not tables


# What they were mailed, and what is theirs to stop, stays open to who is out.
STILL_THEIRS = {"address", "event", "quote", "read"}


@pytest.mark.parametrize(
    "link", sorted(LINK_PAGES.keys() - STILL_THEIRS), indirect=True
)
@pytest.mark.parametrize("state", SHUT)
def test_a_link_opens_nothing_for_whose_access_was_ended(link, state):
    with scopes_disabled():
        person = Person.objects.get(pk=link.person_id)
        Membership.objects.update_or_create(
            person=person,
            defaults={"coalition": person.coalition, "state": state},
        )
    for method in ("GET", "POST"):
        with writes() as tables:
            answer = Client().generic(method, link.path)
        assert answer.status_code in {404, 410}, method
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
