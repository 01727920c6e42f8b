"""Whoever said something takes it back until it is answered: words go, the row stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from comms.errors import FeedbackMoved, FeedbackTakenBack, NotTheirWords
from comms.models import (
    Feedback,
    FeedbackBox,
    FeedbackMessage,
    InboundMail,
    LeftOut,
    Outcome,
)
from comms.notices import feedback as mail
from comms.notices import replies
from comms.queries.feedback import NEWS, feedback_to_tell
from comms.queries.quotes import quotable
from comms.sending.mail import Skip
from comms.services.anonymous import (
    create_anonymous,
    open_boxes,
    take_back_nameless,
    thread_of,
    write_back,
    write_on,
)
from comms.services.feedback import (
    Changed,
    acknowledge_feedback,
    assign_feedback,
    close_feedback,
    reopen_feedback,
    second_feedback,
    take_back_feedback,
)
from members.models import AuditEntry
from tests.comms.test_anonymous import hand_over, say, tuesday  # noqa: F401
from tests.factories.comms import DeliveryFactory, IssueFactory
from tests.factories.feedback import FeedbackFactory, FeedbackSecondFactory
from tests.factories.inbound import InboundMailFactory
from tests.utils import acting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]
SECRET = "The chair never lets us finish"


@pytest.fixture
def said(bob):
    return FeedbackFactory(coalition=bob.coalition, author=bob.person, text=SECRET)


def dumped(*models):
    return str([list(model.objects.values()) for model in models])


def test_the_words_go_and_that_it_was_said_stays(bob, said):
    mailed = InboundMailFactory(
        coalition=bob.coalition,
        check_in=None,
        issue=IssueFactory(coalition=bob.coalition),
        person=bob.person,
        sender=bob.person.email,
        feedback=said,
        text=SECRET,
        raw=SECRET.encode(),
        outcome=Outcome.SAID,
    )
    take_back_feedback(feedback=said, by=acting(bob))
    said.refresh_from_db()
    assert (said.state, said.text, said.author) == ("taken_back", "", bob.person)
    assert SECRET.casefold() not in dumped(Feedback, AuditEntry, InboundMail).casefold()
    assert [entry.action for entry in AuditEntry.objects.all()] == ["take_back"]
    assert not quotable(timezone.now())
    mailed.refresh_from_db()
    note = replies._words(mailed)
    assert note == Skip(LeftOut.WITHDRAWN)


def test_once_is_as_much_as_twice(bob, said):
    for _time in range(2):
        take_back_feedback(feedback=said, by=acting(bob))
    assert AuditEntry.objects.count() == 1


def test_nobody_else_takes_it_back(alice, said):
    with pytest.raises(NotTheirWords):
        take_back_feedback(feedback=said, by=acting(alice))


def answer(feedback, alice):
    return close_feedback(
        feedback=feedback,
        version=feedback.version,
        state="explained",
        answer="The hall is taken.",
        changed=Changed(),
        public_words="",
        by=acting(alice),
    )


def test_what_is_answered_stands(alice, bob, said):
    answer(said, alice)
    with pytest.raises(FeedbackMoved):
        take_back_feedback(feedback=said, by=acting(bob))


def test_what_is_gone_takes_no_answer(alice, bob, said):
    gone = take_back_feedback(feedback=said, by=acting(bob))
    given = {"kind": "idea", "goal": None, "owner": None, "due_on": None}
    for act in (
        lambda: answer(gone, alice),
        lambda: acknowledge_feedback(feedback=gone, by=acting(alice)),
        lambda: reopen_feedback(feedback=gone, by=acting(alice)),
        lambda: second_feedback(feedback=gone, by=acting(alice)),
        lambda: write_back(feedback=gone, text="Why?", by=acting(alice)),
        lambda: assign_feedback(
            feedback=gone, version=gone.version, by=acting(alice), **given
        ),
    ):
        with pytest.raises(FeedbackTakenBack):
            act()


@pytest.mark.parametrize("fields", ({"text": "still here"}, {"closed_at": None}))
def test_the_database_itself_keeps_no_words(fields, bob, said):
    take_back_feedback(feedback=said, by=acting(bob))
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.update(**fields)


def test_who_agreed_and_who_saw_to_it_are_told(alice, bob, vera, said):
    FeedbackSecondFactory(feedback=said, person=vera.person)
    acknowledge_feedback(feedback=said, by=acting(alice))
    take_back_feedback(feedback=said, by=acting(bob))
    now = timezone.now()
    notices = {notice.person_id: notice for notice in feedback_to_tell(now)}
    assert set(notices) == {vera.person.pk, alice.person.pk}
    assert not feedback_to_tell(now + NEWS)
    rows = [
        DeliveryFactory(
            coalition=bob.coalition, person=person, source=str(said.pk), issue=None
        )
        for person in (vera.person, alice.person)
    ]
    hers, coordinators = mail.KIND.write(rows).values()
    assert hers.url.endswith("/feedback/new/")
    assert coordinators.url.endswith("/feedback/")
    for words in (hers, coordinators):
        assert words.subject == f"{bob.person} took something back"
        assert SECRET not in str(words)


def test_a_page_offers_it_to_whoever_said_it_alone(client_of, alice, bob, vera, said):
    url = at(bob, "comms:feedback_take_back", said.pk)
    detail = at(bob, "comms:feedback_detail", said.pk)
    assert url not in client_of(vera).get(detail).text
    assert url not in client_of(alice).get(detail).text
    client = client_of(bob)
    assert url in client.get(detail).text
    page = client.post(url, follow=True).text
    assert "Your words are gone" in page
    assert SECRET not in page
    assert url not in page
    listing = at(bob, "comms:feedback_list")
    assert detail not in client.get(listing).text
    assert detail in client.get(listing, {"state": "taken_back"}).text
    answers = client_of(alice).get(detail).text
    assert at(bob, "comms:feedback_close", said.pk) not in answers


def test_another_hand_changes_nothing(client_of, vera, said):
    client_of(vera).post(at(vera, "comms:feedback_take_back", said.pk))
    said.refresh_from_db()
    assert said.text == SECRET


def test_before_anybody_read_it_the_words_without_a_name_go_at_once(
    in_harbor,
    bob,
    tuesday,  # noqa: F811
):
    secret = say(bob, text=SECRET)
    write_on(thread=thread_of(in_harbor, secret), text=SECRET, once="a")
    take_back_nameless(thread=thread_of(in_harbor, secret))
    thread = thread_of(in_harbor, secret)
    assert (thread.taken_back, thread.messages) == (True, [])
    assert SECRET not in dumped(FeedbackBox)
    with pytest.raises(FeedbackTakenBack):
        write_on(thread=thread, text="More", once="b")
    hand_over(tuesday)
    feedback = Feedback.objects.get()
    assert (feedback.state, feedback.text) == ("taken_back", "")
    assert thread_of(in_harbor, secret).taken_back


def test_after_that_they_go_with_the_day_and_no_hour_is_kept(
    in_harbor,
    alice,
    bob,
    tuesday,  # noqa: F811
):
    secret = say(bob, text=SECRET)
    write_on(thread=thread_of(in_harbor, secret), text=SECRET, once="a")
    hand_over(tuesday)
    before = dumped(Feedback, AuditEntry)
    take_back_nameless(thread=thread_of(in_harbor, secret))
    assert dumped(Feedback, AuditEntry) == before
    assert thread_of(in_harbor, secret).taken_back
    hand_over(tuesday)
    feedback = Feedback.objects.get()
    assert (feedback.state, feedback.closed_at) == ("taken_back", None)
    assert SECRET not in dumped(Feedback, FeedbackMessage, FeedbackBox, AuditEntry)
    assert not feedback_to_tell(timezone.now())


def test_what_was_answered_the_same_day_stands(
    in_harbor,
    alice,
    bob,
    tuesday,  # noqa: F811
):
    secret = say(bob, text=SECRET)
    hand_over(tuesday)
    take_back_nameless(thread=thread_of(in_harbor, secret))
    answer(Feedback.objects.get(), alice)
    hand_over(tuesday)
    thread = thread_of(in_harbor, secret)
    assert (thread.taken_back, thread.feedback.state) == (False, "explained")
    with pytest.raises(FeedbackMoved):
        take_back_nameless(thread=thread)


def test_pressing_send_once_more_does_not_bring_it_back(
    in_harbor,
    bob,
    tuesday,  # noqa: F811
):
    secret = say(bob, text=SECRET)
    take_back_nameless(thread=thread_of(in_harbor, secret))
    assert say(bob, text=SECRET) == secret
    assert SECRET not in dumped(FeedbackBox)


def test_the_private_page_takes_it_back_and_says_so(
    in_harbor,
    bob,
    tuesday,  # noqa: F811
):
    given = {"kind": "concern", "text": SECRET, "goal": None, "partner": None}
    path = f"/f/{create_anonymous(**given, once='1', by=acting(bob))}/"
    anybody = Client()
    assert "Nobody has read it yet" in anybody.get(path).text
    page = anybody.post(path, {"act": "take_back"}, follow=True).text
    assert "You took it back" in page
    assert SECRET not in page
    tuesday.shift(timedelta(days=1))
    open_boxes(timezone.now())
    page = anybody.get(path).text
    assert "The words are gone" in page
    assert "<textarea" not in page
