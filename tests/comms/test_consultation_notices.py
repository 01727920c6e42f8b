"""C is asked by mail, once; who asked is told the answer, once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scope
from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut
from comms.sending.mail import Skip
from comms.updates.personal import readers, waiting_block
from members.models import Person
from tasks.models import Assignment, Consultation, Task
from tasks.services.consultations import answer_consultation, ask_for_input
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.members import MembershipFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
FRIDAY = NOW.date() + timedelta(days=2)


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def ask(by, whom, title="Write the letter", question="Which tone?\nWarm?"):
    task = TaskFactory(goal__coalition=by.coalition, title=title, due=None)
    AssignmentFactory(task=task, person=by.person, taken=True)
    AssignmentFactory(task=task, person=whom.person, letter="C")
    with scope(coalition=by.coalition):
        (asked,) = ask_for_input(
            task=task,
            people=[whom.person],
            question=question,
            due=FRIDAY,
            by=acting(by),
        )
    return asked


def answer(asked, by, words="Warm, please."):
    with scope(coalition=by.coalition):
        answer_consultation(consultation=asked, answer=words, by=acting(by))


def queued(minutes=0):
    tell(NOW + timedelta(minutes=minutes))
    return list(Delivery.objects.order_by("pk"))


def test_the_question_is_one_mail_with_its_link(bob, stella):
    asked = ask(bob, stella)
    (row,) = queued()
    assert (row.kind, row.lane, row.person) == (
        "consultation",
        Lane.BULK,
        stella.person,
    )
    assert queued(600) == [row]
    mail = mail_of(row)
    assert mail["Subject"] == "Bob Brown asks for your view: Write the letter"
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert asked.link.path in text
        assert "Warm?" in text
        assert "answer by 15 May" in text
        assert "nsubscribe" in text


@pytest.mark.parametrize("how", ("answered", "done", "taken off", "taken back"))
def test_what_is_no_question_any_more_does_not_leave(bob, stella, how):
    asked = ask(bob, stella)
    (row,) = queued()
    if how == "answered":
        answer(asked, stella)
    elif how == "done":
        Task.objects.filter(pk=asked.task_id).update(done_at=NOW)
    elif how == "taken off":
        Assignment.objects.filter(letter="C").delete()
    else:
        Consultation.objects.all().delete()
    assert render([row])[row.pk] == Skip(LeftOut.WITHDRAWN)


def test_what_was_asked_long_ago_is_not_asked_again(bob, stella):
    ask(bob, stella)
    assert queued(60 * 24 * 8) == []


def test_who_asked_is_told_once_and_after_a_while(bob, stella):
    asked = ask(bob, stella)
    answer(asked, stella)
    assert queued(9) == []
    (row,) = queued(10)
    answer(asked, stella, "Warm and short.")
    assert queued(20) == [row]
    assert (row.kind, row.person) == ("consultation_answer", bob.person)
    mail = mail_of(row)
    assert mail["Subject"] == "Stella Stone answers: Write the letter"
    text = mail.get_body(("plain",)).get_content()
    assert "Warm and short." in text
    assert f"/c/harbor/tasks/{asked.task_id}/" in text


def test_who_wrote_the_answer_down_is_not_told_of_it(alice, stella):
    asked = ask(alice, stella)
    answer(asked, alice)
    assert [row.kind for row in queued(10)] == []


def test_each_coalition_asks_its_own(bob, stella, charlie):
    ask(bob, stella)
    other = MembershipFactory(coalition=charlie.coalition)
    ask(charlie, other, title="Canary", question="Canary?")
    rows = queued()
    assert {(row.coalition, row.person) for row in rows} == {
        (bob.coalition, stella.person),
        (charlie.coalition, other.person),
    }
    ours = next(row for row in rows if row.person == stella.person)
    assert "Canary" not in mail_of(ours).as_string()


def test_hostile_words_stay_words(bob, stella):
    Person.objects.filter(pk=bob.person_id).update(full_name="Eve\r\nBcc: a@b.example")
    ask(bob, stella, question="<script>x</script>")
    mail = mail_of(queued()[0])
    assert "Bcc" not in mail
    assert "<script>" not in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow(count, bob):
    for _ in range(count):
        other = MembershipFactory(coalition=bob.coalition)
        ask(bob, other)
        answer(ask(bob, other), other)
    with CaptureQueriesContext(connection) as queuing:
        tell(NOW + timedelta(minutes=10))
    rows = list(Delivery.objects.all())
    assert len(rows) == 2 * count
    with CaptureQueriesContext(connection) as writing, scope(coalition=bob.coalition):
        render(rows)
    assert (len(queuing), len(writing)) == (QUEUING, 8)


def test_it_stands_on_top_of_their_update(bob, stella):
    asked = ask(bob, stella)
    with scope(coalition=bob.coalition):
        reader = readers([stella.person_id], [])[stella.person_id]
    (block,) = waiting_block(reader, "harbor", signed=False)
    assert block["headline"] == "One thing waits for you"
    (said,) = block["asked"]
    assert said["words"] == (
        "Bob Brown asks for your view on “Write the letter”. Please answer by 15 May."
    )
    assert said["url"].endswith(f"/c/harbor/consultations/{asked.pk}/")
    answer(asked, stella)
    with scope(coalition=bob.coalition):
        assert readers([stella.person_id], [])[stella.person_id].waiting == ()
