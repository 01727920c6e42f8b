"""An update tells what became of what people said, and no more than all may read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.models import Delivery, Feedback, FeedbackBox, IssueState
from comms.queries.feedback import feedback_answered_between
from comms.updates.build import Window, build_update
from comms.updates.concerns import concerns
from comms.updates.content import SectionKind
from comms.updates.links import say_url
from comms.updates.words import subject_for
from members.models import AuditEntry
from tests.comms.drafts import make_issue
from tests.factories.comms import DeliveryFactory
from tests.factories.feedback import (
    FeedbackFactory,
    FeedbackSecondFactory,
    nameless_feedback,
)
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import PersonFactory
from tests.utils import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]
SECRET = "He hides the minutes"


def told(harbor):
    now = timezone.now()
    window = Window(
        start=now - timedelta(days=14),
        end=now + timedelta(seconds=1),
        today=timezone.localdate(),
    )
    return build_update(harbor, window)


def because(harbor):
    sections = {section.kind: section for section in told(harbor).sections}
    section = sections.get(SectionKind.BECAUSE)
    return list(section.items) if section else []


def test_what_was_said_openly_stands_there_with_its_answer(harbor, alice):
    goal = GoalFactory(coalition=harbor, title="Evening meetings")
    feedback = FeedbackFactory(
        coalition=harbor,
        text="Too early for parents\nat five",
        state="changed",
        answer="We meet at seven.",
        changed_goal=goal,
        changed_words="Evening meetings",
        closed_at=timezone.now(),
    )
    (item,) = because(harbor)
    assert item.words == "Too early for parents"
    assert "Evening meetings. We meet at seven." in item.note
    assert item.path == at(alice, "comms:feedback_detail", feedback.pk)


@pytest.mark.parametrize("make", (FeedbackFactory, nameless_feedback))
def test_what_is_hidden_is_told_in_the_coordinators_words_alone(make, harbor):
    fields = {"hidden": True} if make is FeedbackFactory else {}
    feedback = make(
        coalition=harbor, text=SECRET, explained=True, answer=SECRET, **fields
    )
    assert because(harbor) == []
    Feedback.objects.update(public_words="The minutes are sent to all from now on.")
    (item,) = because(harbor)
    assert (item.words, item.note, item.path) == (
        "The minutes are sent to all from now on.",
        "",
        "",
    )
    assert SECRET not in str(told(harbor).as_json())
    assert str(feedback) == SECRET


def test_only_what_was_answered_in_the_window_is_told(harbor):
    FeedbackFactory(coalition=harbor)
    FeedbackFactory(
        coalition=harbor,
        explained=True,
        closed_at=timezone.now() - timedelta(days=15),
    )
    assert because(harbor) == []


def test_it_is_news_but_what_was_achieved_names_the_mail(harbor):
    FeedbackFactory(coalition=harbor, explained=True, text="Said")
    assert subject_for(told(harbor)) == "Said"
    MilestoneFactory(goal__coalition=harbor, reached=True, title="Reached", due=None)
    assert subject_for(told(harbor)) == "Reached, and 1 more"


def test_who_said_it_or_said_so_too_is_concerned(harbor):
    feedback = FeedbackFactory(coalition=harbor)
    second = FeedbackSecondFactory(feedback=feedback).person
    other = PersonFactory(coalition=harbor)
    people = [feedback.author.pk, second.pk, other.pk]
    key = f"feedback:{feedback.pk}"
    found = concerns([key], people, timezone.localdate())
    assert found == {person: {key} for person in people[:2]}


def test_what_is_said_in_confidence_concerns_nobody_by_name(harbor):
    """Whoever looks at the mail of others would read there who said it."""
    feedback = FeedbackFactory(coalition=harbor, hidden=True, explained=True)
    key, people = f"feedback:{feedback.pk}", [feedback.author.pk]
    assert concerns([key], people, timezone.localdate()) == {}


@pytest.mark.parametrize("rows", (1, 3))
def test_statements_do_not_grow(rows, harbor):
    for _ in range(rows):
        FeedbackFactory(coalition=harbor, explained=True)
    with CaptureQueriesContext(connection) as asked:
        assert len(because(harbor)) == rows
    with CaptureQueriesContext(connection) as one:
        now = timezone.now()
        list(feedback_answered_between(now - timedelta(days=1), now))
    assert len(one) == 1
    assert len(asked) == BUILT


BUILT = 34


@pytest.fixture
def link(harbor, bob):
    issue = make_issue(harbor, IssueState.DONE, subject="Seven schools")
    DeliveryFactory(
        coalition=harbor,
        issue=issue,
        person=bob.person,
        status="sent",
        accepted_at=timezone.now(),
    )
    return say_url(harbor.pk, issue.pk, bob.person.pk).partition("//")[2].partition("/")


SAID = {"kind": "idea", "visibility": "open", "text": "Bring bread"}


def test_the_link_in_an_update_has_a_say_without_signing_in(link, bob):
    path = "/" + link[2]
    assert "Have a say" in Client().get(path).text
    assert Client().post(path, {**SAID, "text": ""}).status_code == 422
    response = Client().post(path, SAID, follow=True)
    assert "Thank you." in response.text
    feedback = Feedback.objects.get()
    assert feedback.author == bob.person
    assert AuditEntry.objects.get().via == "link"


def test_by_the_link_without_a_name_nothing_tells_whose_it_was(link):
    response = Client().post("/" + link[2], {**SAID, "visibility": "anonymous"})
    assert response["Location"].startswith("/f/")
    assert Feedback.objects.count() == AuditEntry.objects.count() == 0
    assert FeedbackBox.objects.count() == 1


def test_who_got_no_mail_or_is_gone_has_no_say_by_link(link, bob):
    path = "/" + link[2]
    bob.state = "removed"
    bob.save()
    assert Client().post(path, SAID).status_code == 410
    bob.state = "active"
    bob.save()
    Delivery.objects.all().delete()
    assert Client().post(path, SAID).status_code == 410
    assert Feedback.objects.count() == 0
