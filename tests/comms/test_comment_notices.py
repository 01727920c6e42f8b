"""What was said is told to whom it concerns: bundled, once, and as it stands then."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut
from comms.sending.mail import Skip
from members.models.person import CommentMail
from tasks.models import Comment, Hearing
from tasks.services.comments import create_comment, delete_comment, edit_comment
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.comms.test_render import Seen
from tests.factories.goals import MilestoneFactory
from tests.factories.members import MembershipFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def task(harbor, alice):
    task = TaskFactory(goal__coalition=harbor, title="Write the letter")
    AssignmentFactory(task=task, person=alice.person, taken=True)
    return task


def say(membership, subject, text="Shall we?", named=()):
    with scope(coalition=membership.coalition):
        people = {m.person.full_name: m.person for m in named}
        return create_comment(
            subject=subject, text=text, named=people, by=acting(membership)
        )


def queued(minutes=16):
    tell(NOW + timedelta(minutes=minutes))
    return list(Delivery.objects.order_by("pk"))


def bodies(row):
    mail = mail_of(row)
    return [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]


def test_it_is_told_after_a_while_and_once(task, alice, bob):
    say(bob, task)
    assert queued(14) == []
    (row,) = queued()
    assert (row.kind, row.lane, row.person) == ("comments", Lane.BULK, alice.person)
    assert queued() == [row]
    assert queued(300) == [row]


def test_the_mail_says_what_was_said_and_leads_there(harbor, task, bob, alice):
    comment = say(bob, task, "I *have* the **text** & more.\n\nSee it?")
    (row,) = queued()
    mail = mail_of(row)
    assert mail["Subject"] == "Bob Brown on Write the letter"
    assert "List-Unsubscribe" in mail
    for body in bodies(row):
        assert "Bob Brown on “Write the letter”:" in body
        assert f"/c/harbor/comments/{comment.pk}/" in body
        assert "See it?" in body
        assert "nsubscribe" in body
        assert "/c/harbor/mail/" in body
    assert "I have the text & more." in bodies(row)[0]


def test_who_is_named_is_told_sooner_and_that_they_are(task, alice, bob):
    say(bob, task, "Ask @Alice Adams", named=[alice])
    (row,) = queued(5)
    mail = mail_of(row)
    assert mail["Subject"] == "Bob Brown names you: Write the letter"
    assert "because somebody named you" in bodies(row)[0]


def test_several_threads_are_one_mail(harbor, task, alice, bob):
    task.goal.owner = alice.person
    task.goal.save()
    milestone = MilestoneFactory(goal=task.goal, title="Seventh school")
    for number, subject in enumerate((task, task.goal, milestone)):
        say(bob, subject, f"Word {number}")
    (row,) = queued()
    assert mail_of(row)["Subject"].startswith("3 things were said")
    for body in bodies(row):
        for words in ("Word 0", "Word 1", "Word 2", "Seventh school"):
            assert words in body


def test_a_long_talk_is_told_in_short(task, bob):
    for number in range(13):
        say(bob, task, f"Word {number}.")
    (row,) = queued()
    text = bodies(row)[0]
    assert "Word 9." in text
    assert "Word 10." not in text
    assert "And 3 more." in text


def test_it_is_told_as_it_stands_when_the_mail_leaves(task, bob):
    first, second = say(bob, task, "First"), say(bob, task, "Second")
    (row,) = queued()
    with scope(coalition=bob.coalition):
        edit_comment(
            comment=first, version=1, text="Reworded", named={}, by=acting(bob)
        )
        delete_comment(comment=second, by=acting(bob))
    text = bodies(row)[0]
    assert "Reworded" in text
    assert "First" not in text
    assert "Second" not in text
    with scope(coalition=bob.coalition):
        delete_comment(comment=Comment.objects.get(pk=first.pk), by=acting(bob))
    assert render([row])[row.pk] == Skip(LeftOut.EMPTY)


def choose(person, wish):
    type(person).objects.filter(pk=person.pk).update(comment_mail=wish)


def test_who_wants_only_to_be_named_is_told_only_that(task, alice, bob):
    choose(alice.person, CommentMail.NAMED)
    say(bob, task, "Nothing for her")
    assert queued() == []
    say(bob, task, "For @Alice Adams", named=[alice])
    (row,) = queued()
    text = bodies(row)[0]
    assert "For @Alice Adams" in text
    assert "Nothing for her" not in text


def test_who_wants_nothing_is_told_nothing(task, alice, bob):
    say(bob, task, named=[alice])
    (row,) = queued()
    choose(alice.person, CommentMail.NONE)
    assert render([row])[row.pk] == Skip(LeftOut.EMPTY)
    Delivery.objects.all().delete()
    assert queued() == []


@pytest.mark.parametrize("state", ("suspended", "removed"))
def test_who_lost_access_is_not_told(task, alice, bob, state):
    say(bob, task, named=[alice])
    (row,) = queued()
    type(alice).objects.filter(pk=alice.pk).update(state=state)
    assert render([row])[row.pk] == Skip(LeftOut.EMPTY)
    Delivery.objects.all().delete()
    assert queued() == []


def test_what_is_old_is_no_news(task, bob):
    say(bob, task)
    assert queued(60 * 24 * 2 + 16) == []


def test_each_coalition_tells_its_own(task, alice, bob, charlie):
    say(bob, task)
    foreign = TaskFactory(goal__coalition=charlie.coalition, title="Canary")
    other = MembershipFactory(coalition=charlie.coalition)
    AssignmentFactory(task=foreign, person=other.person, taken=True)
    say(charlie, foreign)
    rows = queued()
    assert {(row.coalition, row.person) for row in rows} == {
        (alice.coalition, alice.person),
        (charlie.coalition, other.person),
    }
    (ours,) = (row for row in rows if row.coalition == alice.coalition)
    assert "Canary" not in "".join(bodies(ours))


def test_hostile_words_stay_words(task, bob):
    bob.person.full_name = "Eve\r\nBcc: all@example.org <b>"
    bob.person.save()
    say(bob, task, "<script>x</script> ![p](https://x.example/p.png)")
    (row,) = queued()
    mail = mail_of(row)
    assert "Bcc" not in mail
    tags = {tag for tag, _ in Seen(mail.get_body(("html",)).get_content()).tags}
    assert not tags & {"script", "b", "img"}


def test_who_left_is_not_called_by_name(task, alice, bob):
    say(bob, task, "With @Alice Adams", named=[alice])
    stella = MembershipFactory(coalition=bob.coalition)
    say(stella, task, "Yes")
    for gone in (alice.person, stella.person):
        gone.erased_at = timezone.now()
        gone.save()
    row = next(row for row in queued() if row.person == bob.person)
    text = bodies(row)[0]
    assert "somebody who left on “Write the letter”" in text


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_notices(count, harbor, bob):
    for _ in range(count):
        task = TaskFactory(goal__coalition=harbor)
        named = MembershipFactory(coalition=harbor)
        AssignmentFactory(task=task, person=named.person, taken=True)
        say(bob, task, named=[named])
        say(bob, task)
    with CaptureQueriesContext(connection) as queuing:
        tell(NOW + timedelta(minutes=16))
    rows = list(Delivery.objects.all())
    assert len(rows) == count
    assert Hearing.objects.count() == 2 * count
    with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
        render(rows)
    assert (len(queuing), len(writing)) == (QUEUING, WRITING)


WRITING = 5
