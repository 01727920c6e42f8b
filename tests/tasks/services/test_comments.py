"""What people say is kept, whole, and told to whom it concerns."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from members.errors import EditedMeanwhile, RecordElsewhere
from members.models import AuditEntry, Via
from members.services.audit import Actor
from tasks.errors import (
    CommentIsGone,
    CommentIsThere,
    CommentStays,
    CommentStaysAway,
    NotYourComment,
)
from tasks.models import Comment, Hearing, Task
from tasks.services.comments import (
    create_comment,
    delete_comment,
    edit_comment,
    restore_comment,
)
from tasks.services.tasks import delete_task, restore_task
from tests.factories.comments import CommentFactory
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import AffiliationFactory, MembershipFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)


@pytest.fixture
def task(harbor):
    return TaskFactory(goal__coalition=harbor, title="Write the letter")


def say(membership, subject, text="Shall we?", **named):
    return create_comment(
        subject=subject, text=text, named=named, by=acting(membership)
    )


def name(*memberships):
    return {m.person.full_name: m.person for m in memberships}


def heard(comment):
    rows = Hearing.objects.filter(comment=comment)
    return {row.person.full_name: (row.name, row.tell_at - NOW) for row in rows}


MINUTES_15, MINUTES_5 = timedelta(minutes=15), timedelta(minutes=5)


def test_create_comment_keeps_it_in_the_trail(task, bob):
    comment = say(bob, task)
    assert (comment.subject, comment.author) == (task, bob.person)
    entry = AuditEntry.objects.get(model="tasks.comment")
    assert entry.after == {"text": "Shall we?", "task": task.pk}


def test_those_who_carry_a_task_and_who_spoke_before_hear_of_it(
    harbor, task, alice, bob, stella
):
    carrier = AssignmentFactory(task=task, person=stella.person)
    AssignmentFactory(task=task, person=alice.person, letter="I")
    removed = MembershipFactory(coalition=harbor, state="removed")
    AssignmentFactory(task=task, person=removed.person)
    AssignmentFactory(task=task)  # who has no access
    first = say(bob, task)
    assert heard(first) == {carrier.person.full_name: ("", MINUTES_15)}
    assert heard(say(stella, task)) == {"Bob Brown": ("", MINUTES_15)}


def test_who_is_named_hears_of_it_sooner(task, alice, bob):
    comment = say(bob, task, **name(alice, bob))
    assert heard(comment) == {"Alice Adams": ("Alice Adams", MINUTES_5)}


def test_the_owner_of_a_goal_hears_of_its_milestones_and_so_do_their_partners(
    harbor, alice, bob, stella
):
    goal = GoalFactory(coalition=harbor, owner=alice.person)
    partner = AffiliationFactory(
        person=stella.person, partner__coalition=harbor
    ).partner
    milestone = MilestoneFactory(goal=goal, partner=partner)
    assert heard(say(bob, goal)).keys() == {"Alice Adams"}
    assert heard(say(bob, milestone)).keys() == {"Alice Adams", "Stella Stone"}


def test_what_is_said_within_a_while_is_told_at_once(task, alice, bob):
    AssignmentFactory(task=task, person=alice.person)
    first = say(bob, task)
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        second = say(bob, task)
    assert heard(first) == heard(second) == {"Alice Adams": ("", MINUTES_15)}


def test_a_name_hurries_what_waits(task, alice, bob):
    AssignmentFactory(task=task, person=alice.person)
    first = say(bob, task)
    second = say(bob, task, **name(alice))
    assert [row[1] for row in (*heard(first).values(), *heard(second).values())] == [
        MINUTES_5,
        MINUTES_5,
    ]


def test_after_a_mail_the_next_one_takes_its_time_unless_one_is_named(task, alice, bob):
    AssignmentFactory(task=task, person=alice.person)
    say(bob, task)
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        later = say(bob, task)
        assert heard(later)["Alice Adams"] == ("", MINUTES_15 + timedelta(hours=4))
        named = say(bob, task, **name(alice))
    at = timedelta(minutes=25)
    assert heard(named)["Alice Adams"][1] == heard(later)["Alice Adams"][1] == at


def test_a_bundle_about_to_leave_takes_no_more(task, alice, bob):
    say(bob, task, **name(alice))
    with time_machine.travel(NOW + timedelta(minutes=4, seconds=30), tick=False):
        late = say(bob, task, **name(alice))
    assert heard(late)["Alice Adams"][1] == timedelta(minutes=9, seconds=30)


def edit(comment, membership, text="Better so", version=1, **named):
    return edit_comment(
        comment=comment, version=version, text=text, named=named, by=acting(membership)
    )


def test_an_edit_says_so_and_keeps_the_earlier_words(task, bob):
    comment = edit(say(bob, task), bob)
    assert comment.edited_at
    entry = AuditEntry.objects.filter(action="edit").get()
    assert entry.before["text"] == "Shall we?"


def test_an_edit_that_changes_nothing_leaves_no_trace(task, bob):
    assert not edit(say(bob, task), bob, text="Shall we?").edited_at


def test_an_edit_tells_who_is_named_now_and_not_who_was(task, alice, bob, stella):
    comment = say(bob, task, **name(alice))
    edit(comment, bob, **name(stella))
    assert heard(comment) == {"Stella Stone": ("Stella Stone", MINUTES_5)}


def test_an_edit_leaves_who_is_part_of_it(task, alice, bob, stella):
    AssignmentFactory(task=task, person=alice.person)
    AssignmentFactory(task=task, person=stella.person)
    comment = say(bob, task, **name(alice))
    edit(comment, bob, **name(stella))
    assert heard(comment) == {
        "Alice Adams": ("", MINUTES_5),
        "Stella Stone": ("Stella Stone", MINUTES_5),
    }


def test_only_the_author_edits(task, alice, bob):
    comment = say(bob, task)
    with pytest.raises(NotYourComment):
        edit(comment, alice)
    nobody = Actor(bob.coalition, None, Via.JOB)
    with pytest.raises(NotYourComment):
        edit_comment(comment=comment, version=1, text="x", named={}, by=nobody)


def test_the_second_of_two_edits_is_told(task, bob):
    comment = say(bob, task)
    edit(comment, bob)
    with pytest.raises(EditedMeanwhile):
        edit(Comment.objects.get(), bob, version=1)


def test_what_is_taken_away_is_not_edited(task, bob):
    comment = delete_comment(comment=say(bob, task), by=acting(bob))
    with pytest.raises(CommentIsGone):
        edit(comment, bob)
    with pytest.raises(CommentIsGone):
        delete_comment(comment=comment, by=acting(bob))


def test_authors_and_coordinators_take_away(task, alice, bob, stella):
    comment = say(bob, task)
    with pytest.raises(CommentStays):
        delete_comment(comment=comment, by=acting(stella))
    gone = delete_comment(comment=comment, by=acting(alice))
    assert (gone.removed_by, gone.text) == (alice.person, "Shall we?")
    with pytest.raises(CommentStaysAway):
        restore_comment(comment=comment, by=acting(bob))
    assert not restore_comment(comment=comment, by=acting(alice)).removed_at
    with pytest.raises(CommentIsThere):
        restore_comment(comment=comment, by=acting(alice))


def test_authors_put_back_what_they_took_away(task, bob):
    comment = delete_comment(comment=say(bob, task), by=acting(bob))
    assert not restore_comment(comment=comment, by=acting(bob)).removed_by


def test_nothing_crosses_into_another_coalition(task, bob, charlie):
    foreign = TaskFactory(goal__coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        say(bob, foreign)
    with pytest.raises(RecordElsewhere):
        say(bob, task, **name(charlie))
    comment = CommentFactory(task=foreign, author=charlie.person)
    for act in (delete_comment, restore_comment):
        with pytest.raises(RecordElsewhere):
            act(comment=comment, by=acting(bob))
    with pytest.raises(RecordElsewhere):
        edit(comment, bob)


def test_a_comment_is_about_one_thing(harbor, task, bob):
    for about in ({}, {"task": task, "goal": task.goal}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.create(
                coalition=harbor, author=bob.person, text="x", **about
            )


def test_a_deleted_task_comes_back_with_what_was_said(task, alice, bob):
    comment = say(bob, task, **name(alice))
    entry = delete_task(task=task, by=acting(alice))
    assert not Comment.objects.exists()
    restore_task(entry=entry, by=acting(alice))
    assert Task.objects.get() == task
    back = Comment.objects.get()
    assert (back.pk, back.created_at) == (comment.pk, comment.created_at)
    assert heard(back) == {"Alice Adams": ("Alice Adams", MINUTES_5)}
