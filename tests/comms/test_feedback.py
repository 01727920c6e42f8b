"""What people say is read by whom it is for, and closed with an answer alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from comms.errors import (
    CannotSeeToIt,
    FeedbackMoved,
    NobodyReadsIt,
    NotOpenToSecond,
    TooMuchFeedback,
)
from comms.models import Delivery, Feedback, FeedbackSecond, FeedbackState, Visibility
from comms.notices.feedback import KIND
from comms.queries.feedback import (
    NEWS,
    TELL_AFTER,
    feedback_for,
    feedback_to_tell,
    own_feedback,
    waiting_feedback,
)
from comms.services.feedback import (
    A_DAY,
    Changed,
    acknowledge_feedback,
    assign_feedback,
    close_feedback,
    create_feedback,
    reopen_feedback,
    second_feedback,
    unsecond_feedback,
)
from comms.updates.links import in_coalition
from members.errors import EditedMeanwhile, RecordElsewhere
from members.models import AuditEntry
from members.permissions import MemberRole
from tests.factories.feedback import (
    FeedbackFactory,
    FeedbackSecondFactory,
    nameless_feedback,
)
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]
SECRET = "The chair never lets us finish"


def say(membership, **fields):
    given = {
        "kind": "idea",
        "visibility": "open",
        "text": "Meet at seven",
        "goal": None,
        "partner": None,
    }
    return create_feedback(**{**given, **fields}, by=acting(membership))


SEVEN = Changed(words="Seven", url="https://example.org/minutes")


def close(feedback, membership, **fields):
    given = {
        "state": "explained",
        "answer": "The hall is taken.",
        "changed": Changed(),
        "public_words": "",
        "version": feedback.version,
    }
    return close_feedback(
        feedback=feedback, by=acting(membership), **{**given, **fields}
    )


@pytest.fixture
def ana(harbor):
    return MembershipFactory(coalition=harbor, role=MemberRole.COORDINATOR)


def read(membership):
    return set(feedback_for(membership, timezone.localdate()))


def test_what_is_said_stands_under_a_name_and_asks_for_an_answer(bob):
    feedback = say(bob, text="Meet at seven\nso that parents can come.")
    assert (feedback.author, feedback.state) == (bob.person, FeedbackState.NEW)
    assert feedback.due_on == feedback.raised_on + timedelta(days=5)
    assert (feedback.title, feedback.rest) == (
        "Meet at seven",
        "so that parents can come.",
    )


def test_the_trail_does_not_repeat_what_was_said(alice, bob):
    feedback = say(bob, text=SECRET, visibility="coordinators")
    close(feedback, alice, answer=SECRET)
    kept = [entry.before | entry.after for entry in AuditEntry.objects.all()]
    assert len(kept) == 2
    assert SECRET not in str(kept)


def test_one_person_cannot_fill_the_board(bob):
    for _ in range(A_DAY):
        say(bob)
    with pytest.raises(TooMuchFeedback):
        say(bob)


def test_coordinators_alone_read_what_is_said_to_them(alice, stella, bob, vera):
    hidden = FeedbackFactory(coalition=bob.coalition, author=bob.person, hidden=True)
    shown = FeedbackFactory(coalition=bob.coalition)
    assert read(alice) == read(bob) == {hidden, shown}
    assert read(stella) == read(vera) == {shown}


def test_nobody_reads_what_is_said_to_coordinators_about_their_own(alice, bob):
    partner = PartnerFactory(coalition=bob.coalition)
    hidden = FeedbackFactory(
        coalition=bob.coalition, author=bob.person, hidden=True, partner=partner
    )
    shown = FeedbackFactory(coalition=bob.coalition, partner=partner)
    assert read(alice) == {hidden, shown}
    AffiliationFactory(partner=partner, person=alice.person, kind="staff")
    assert read(alice) == {shown}
    assert waiting_feedback(alice, timezone.localdate()).count == 1


def test_to_stand_for_it_no_more_opens_nothing_that_was_said_by_then(alice, ana, bob):
    partner = PartnerFactory(coalition=bob.coalition)
    about = {"coalition": bob.coalition, "hidden": True, "partner": partner}
    today = timezone.localdate()
    said = FeedbackFactory(**about, raised_on=today - timedelta(days=9))
    AffiliationFactory(
        partner=partner, person=alice.person, to_on=today - timedelta(days=1)
    )
    assert read(alice) == set()
    given = {"kind": "idea", "goal": None, "owner": alice.person, "due_on": None}
    with pytest.raises(CannotSeeToIt):
        assign_feedback(feedback=said, version=1, **given, by=acting(ana))
    later = FeedbackFactory(**about, raised_on=today)
    assert read(alice) == {later}


def test_what_nobody_could_read_is_not_taken(alice, bob):
    partner = PartnerFactory(coalition=bob.coalition)
    AffiliationFactory(partner=partner, person=alice.person)
    with pytest.raises(NobodyReadsIt):
        say(bob, visibility="coordinators", partner=partner)
    assert say(bob, visibility="open", partner=partner)


def test_who_looks_as_a_member_reads_as_one(alice):
    hidden = FeedbackFactory(coalition=alice.coalition, hidden=True)
    assert read(alice) == {hidden}
    alice.looks_as = "member"
    assert read(alice) == set()


def test_nothing_of_elsewhere_is_read_or_taken(alice, bob, charlie):
    FeedbackFactory(coalition=charlie.coalition)
    assert read(alice) == set()
    with pytest.raises(RecordElsewhere):
        say(bob, goal=GoalFactory(coalition=charlie.coalition))


def test_one_seconds_once_and_takes_it_back(bob, vera):
    feedback = FeedbackFactory(coalition=bob.coalition, author=bob.person)
    for _ in range(2):
        second_feedback(feedback=feedback, by=acting(vera))
    assert feedback.seconds.count() == 1
    assert list(own_feedback(vera.person)) == [feedback]
    unsecond_feedback(feedback=feedback, by=acting(vera))
    assert feedback.seconds.count() == 0


def test_one_does_not_second_oneself_or_what_is_hidden(alice, bob):
    own = FeedbackFactory(coalition=bob.coalition, author=bob.person)
    hidden = FeedbackFactory(coalition=bob.coalition, hidden=True)
    for feedback, who in ((own, bob), (hidden, alice)):
        with pytest.raises(NotOpenToSecond):
            second_feedback(feedback=feedback, by=acting(who))


def test_who_says_so_sees_to_it(alice, bob):
    feedback = acknowledge_feedback(feedback=say(bob), by=acting(alice))
    assert (feedback.state, feedback.owner) == ("acknowledged", alice.person)
    with pytest.raises(FeedbackMoved):
        acknowledge_feedback(feedback=feedback, by=acting(alice))


def test_who_may_not_read_it_cannot_see_to_it(alice, bob):
    feedback = say(bob, visibility="coordinators")
    fields = {"kind": "concern", "goal": None, "due_on": None, "by": acting(alice)}
    with pytest.raises(CannotSeeToIt):
        assign_feedback(feedback=feedback, version=1, owner=bob.person, **fields)
    assign_feedback(feedback=feedback, version=1, owner=alice.person, **fields)
    assert feedback.owner == alice.person
    with pytest.raises(EditedMeanwhile):
        assign_feedback(feedback=feedback, version=1, owner=None, **fields)


@pytest.mark.parametrize("state", ("changed", "explained", "cannot"))
def test_no_answer_no_end(state, alice, bob):
    with pytest.raises(ValidationError, match="deserves an answer"):
        close(say(bob), alice, state=state, answer="", changed=SEVEN)


def test_the_database_itself_refuses_an_end_without_an_answer(bob):
    feedback = say(bob)
    rows = Feedback.objects.filter(pk=feedback.pk)
    for columns in (
        {"state": "explained", "closed_at": timezone.now()},
        {"state": "changed", "closed_at": timezone.now(), "answer": "Yes."},
        {"author": None},
        {"visibility": Visibility.ANONYMOUS},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**columns)


def test_what_changed_is_named_by_its_record(alice, bob):
    milestone = MilestoneFactory(goal__coalition=bob.coalition, title="Late meetings")
    changed = Changed(milestone=milestone)
    feedback = close(say(bob), alice, state="changed", changed=changed)
    assert (feedback.changed, feedback.changed_words) == (milestone, "Late meetings")
    milestone.delete()
    feedback.refresh_from_db()
    assert (feedback.changed, feedback.changed_words) == (None, "Late meetings")


def test_something_must_have_changed(alice, bob):
    with pytest.raises(ValidationError, match="what was changed"):
        close(say(bob), alice, state="changed")
    with pytest.raises(ValidationError, match="where one can see it"):
        close(say(bob), alice, state="changed", changed=Changed(words="Seven"))


def test_an_answer_is_taken_back_whole(alice, bob):
    feedback = close(say(bob), alice, state="changed", changed=SEVEN)
    again = reopen_feedback(feedback=feedback, by=acting(alice))
    again.refresh_from_db()
    assert (again.state, again.answer, again.changed_words, again.closed_at) == (
        *("acknowledged", "", ""),
        None,
    )
    with pytest.raises(FeedbackMoved):
        reopen_feedback(feedback=again, by=acting(alice))


def told(now):
    return {notice.person_id for notice in feedback_to_tell(now)}


def test_everybody_who_said_so_is_told_once_it_is_settled(alice, bob, vera):
    feedback = say(bob)
    for person in (vera.person, alice.person):
        FeedbackSecondFactory(feedback=feedback, person=person)
    close(feedback, alice)
    at = feedback.closed_at
    assert told(at) == set()
    assert told(at + TELL_AFTER) == {bob.person.pk, vera.person.pk}
    assert told(at + NEWS + TELL_AFTER) == set()
    reopen_feedback(feedback=feedback, by=acting(alice))
    assert told(at + TELL_AFTER) == set()


def test_without_a_name_nobody_is_told(alice):
    nameless_feedback(
        coalition=alice.coalition,
        explained=True,
        closed_at=timezone.now() - TELL_AFTER,
    )
    assert told(timezone.now()) == set()


def test_the_oldest_that_waits_stands_first(alice, bob):
    today = timezone.localdate()
    made = [
        FeedbackFactory(coalition=bob.coalition, raised_on=today - timedelta(days=n))
        for n in (3, 9, 1)
    ]
    done = FeedbackFactory(coalition=bob.coalition, explained=True)
    listed = list(feedback_for(alice, today))
    assert listed == [made[1], made[0], made[2], done]
    assert waiting_feedback(alice, today).oldest == made[1]


@pytest.mark.parametrize("rows", (1, 3))
def test_statements_do_not_grow(rows, alice, bob):
    for _ in range(rows):
        feedback = FeedbackFactory(
            coalition=bob.coalition,
            goal=GoalFactory(coalition=bob.coalition),
            explained=True,
            closed_at=timezone.now() - TELL_AFTER,
        )
        FeedbackSecondFactory(feedback=feedback)
    with CaptureQueriesContext(connection) as asked:
        for feedback in feedback_for(alice, timezone.localdate()):
            shown = (feedback.author, feedback.goal, feedback.others)
            assert None not in shown
        feedback_to_tell(timezone.now())
    assert len(asked) == 2
    assert FeedbackSecond.objects.count() == rows


def mail_about(feedback, person):
    row = Delivery(pk=1, source=str(feedback.pk), person=person)
    return KIND.write([row])[row.pk]


def test_what_not_everybody_may_read_stands_in_no_subject(alice, bob):
    day = date_format(timezone.localdate(), "MONTH_DAY_FORMAT")
    hidden = close(say(bob, visibility="coordinators"), alice)
    subject = mail_about(hidden, bob.person).subject
    assert subject == f"What became of what you said on {day}"
    assert "Meet at seven" in mail_about(close(say(bob), alice), bob.person).subject


def test_the_mail_links_to_what_was_changed(alice, bob):
    milestone = MilestoneFactory(goal__coalition=bob.coalition, title="Late meetings")
    for changed, url in (
        (SEVEN, "https://example.org/minutes"),
        (Changed(milestone=milestone), at_goal(milestone)),
    ):
        told = close(say(bob), alice, state="changed", changed=changed)
        (shown,) = mail_about(told, bob.person).items
        assert (shown["words"], shown["url"]) == (told.changed_words, url)


def at_goal(milestone):
    return in_coalition("goals:goal_detail", "harbor", pk=milestone.goal_id)


def test_seconding_counts_the_others(alice, bob, vera):
    feedback = say(bob)
    for person in (vera.person, alice.person):
        FeedbackSecondFactory(feedback=feedback, person=person)
    today = timezone.localdate()
    seen = [feedback_for(reader, today).get().others for reader in (bob, vera)]
    assert seen == [2, 1]
