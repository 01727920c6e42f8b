"""What each person is asked stands on top of their mail, with the way to answer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comms.models import Circle, IssueState
from comms.updates.links import absolute
from comms.updates.look import look_over
from comms.updates.render import preview, render_issues
from tasks.models import AssignmentStatus, CheckInState, Letter
from tests.comms.drafts import content, make_issue
from tests.comms.test_render import Mail, release, sealed
from tests.factories.checkins import CheckInCycleFactory, CheckInFactory
from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.factories.tasks import AssignmentFactory, ConsultationFactory, TaskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def issue(harbor):
    return make_issue(harbor, IssueState.APPROVED, told=content("Harborview signs"))


@pytest.fixture
def check_in(harbor, bob):
    return ask(harbor, bob.person, opens=-1, closes=3)


def ask(harbor, person, *, opens, closes, **fields):
    now = timezone.now()
    cycle = CheckInCycleFactory(
        schedule__coalition=harbor,
        schedule__name="Every second Monday",
        opens_at=now + timedelta(days=opens),
        opened_at=now + timedelta(days=opens),
        closes_at=now + timedelta(days=closes),
    )
    return CheckInFactory(cycle=cycle, person=person, **fields)


def mail_to(person, issue, alice):
    rows = release(issue, alice)
    (row,) = (row for row in rows if row.person_id == person.pk)
    return Mail(sealed(render_issues(rows)[row.pk], row))


def test_the_check_in_leads_and_is_answered_without_signing_in(
    issue, alice, bob, check_in
):
    task = TaskFactory(goal=None, coalition=alice.coalition, title="Paint signs")
    AssignmentFactory(task=task, person=bob.person)
    mail = mail_to(bob.person, issue, alice)
    for words in (mail.text, mail.seen.words):
        assert "How is it going? “Every second Monday” is open until" in words
        assert words.index("How is it going?") < words.index("Paint signs")
        assert "Answer in a minute" in words
    path = check_in.link.path
    assert path in mail.text
    assert any(link.endswith(path) for link in mail.seen.links)
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize(
    "asked",
    (
        {"opens": -1, "closes": 3, "state": CheckInState.AWAY},
        {"opens": 1, "closes": 3},
        {"opens": -3, "closes": -1},
    ),
)
def test_a_check_in_that_takes_or_needs_no_answer_is_not_there(
    issue, alice, bob, asked
):
    ask(alice.coalition, bob.person, **asked)
    assert "How is it going?" not in mail_to(bob.person, issue, alice).text


def test_who_wants_no_mail_of_check_ins_is_not_asked(issue, alice, bob, check_in):
    bob.person.check_in_mail = False
    bob.person.save()
    assert "How is it going?" not in mail_to(bob.person, issue, alice).text


def test_each_question_is_answered_by_a_link_of_ones_own(harbor, issue, alice, bob):
    partner = PartnerFactory(coalition=harbor, name="Clinic")
    AffiliationFactory(person=bob.person, partner=partner)
    asked = [TaskFactory(goal=None, coalition=harbor) for _ in range(4)]
    part = AssignmentFactory(task=asked[0], person=bob.person)
    unnamed = AssignmentFactory(task=asked[1], person=None, partner=partner)
    AssignmentFactory(task=asked[2], person=bob.person, letter=Letter.CONSULTED)
    question = ConsultationFactory(task=asked[2], person=bob.person)
    AssignmentFactory(
        task=asked[3],
        person=bob.person,
        status=AssignmentStatus.ACCEPTED,
        answered_at=timezone.now(),
    )
    mail = mail_to(bob.person, issue, alice)
    for act, link in (
        ("Say yes or no", part.link),
        ("Say who it will be", unnamed.naming_link(bob.person)),
        ("Answer", question.link),
    ):
        assert f"{act}: {absolute(link.path)}" in mail.text
        assert Client().get(link.path).status_code == 200
    assert f"/c/harbor/tasks/{asked[3].pk}/" in mail.text


def test_who_looks_at_it_as_somebody_else_cannot_answer_for_them(issue, bob, check_in):
    task = TaskFactory(goal=None, coalition=bob.coalition, title="Bring flyers")
    AssignmentFactory(task=task, person=bob.person)
    seen = preview(issue, bob.person, within=Circle.STEERING)
    for part in (seen.html, seen.text):
        assert "Bring flyers" in part
        assert "Every second Monday" in part
        assert "/l/" not in part


def test_whom_a_check_in_waits_for_has_something_of_their_own(issue, alice, bob):
    def idle():
        survey = look_over(issue, alice.person, within=Circle.STEERING).survey
        return {who.person_id for who in survey.idle}

    assert bob.person.pk in idle()
    ask(bob.coalition, bob.person, opens=-1, closes=3)
    assert bob.person.pk not in idle()
    assert alice.person.pk in idle()
