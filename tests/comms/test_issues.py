"""The life of an issue, step by step, and what is refused."""

from itertools import product
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from comms.errors import (
    AlreadyOnItsWay,
    AlreadyReleased,
    ContentChanged,
    IssueMoved,
    NothingToSend,
    SubjectMissing,
)
from comms.models import (
    ISSUE_ARROWS,
    Delivery,
    DeliveryStatus,
    Issue,
    IssueState,
    LeftOut,
)
from comms.services.issues import (
    advance,
    approve_issue,
    cancel_issue,
    edit_issue,
    hold_issue,
    pause_issue,
    recall_issue,
    resume_issue,
    settle_held,
    stop_issue,
)
from comms.services.items import show_item
from comms.services.release import release_issue
from comms.updates.content import digest_of, shown_of
from members.errors import EditedMeanwhile
from members.models import AuditEntry
from tests.comms.drafts import content, make_issue
from tests.factories.comms import DeliveryFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

PAIRS = tuple(product(IssueState, IssueState))
DRAWN = tuple((old, new) for old, new in PAIRS if new in ISSUE_ARROWS[old])
UNDRAWN = tuple(pair for pair in PAIRS if pair not in DRAWN)


def stored(issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


def approval(issue) -> dict[str, str]:
    """Return what the database asks of an approved issue."""
    return {"approved_sha256": issue.content_sha256}


@pytest.mark.parametrize(("old", "new"), DRAWN)
def test_advance_takes_every_drawn_arrow(harbor, old, new):
    issue = make_issue(harbor, old)
    advance(issue, new, **approval(issue))
    assert issue.state == stored(issue).state == new


@pytest.mark.parametrize(("old", "new"), UNDRAWN)
def test_advance_refuses_every_other(harbor, old, new):
    issue = make_issue(harbor, old)
    with pytest.raises((IssueMoved, AlreadyReleased)):
        advance(issue, new, **approval(issue))
    assert stored(issue).state == old


def test_advance_refuses_whoever_comes_second(harbor):
    issue = make_issue(harbor, IssueState.APPROVED)
    second = stored(issue)
    advance(issue, IssueState.RELEASED)
    with pytest.raises(AlreadyReleased):
        advance(second, IssueState.RELEASED)


def test_edit_tells_the_second_of_two_editors(harbor, alice):
    issue = make_issue(harbor)
    edit_issue(
        issue=issue,
        version=1,
        subject="Mine",
        introduction="",
        own_note="",
        by=acting(alice),
    )
    with pytest.raises(EditedMeanwhile):
        edit_issue(
            issue=issue,
            version=1,
            subject="Yours",
            introduction="",
            own_note="",
            by=acting(alice),
        )
    assert stored(issue).subject == "Mine"


def test_edit_drops_an_approval(harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED, subject="Old")
    edited = edit_issue(
        issue=issue,
        version=1,
        subject="New",
        introduction="Hi",
        own_note="",
        by=acting(alice),
    )
    assert edited.state == IssueState.AWAITING_APPROVAL
    assert (edited.approved_sha256, edited.approved_by) == ("", None)
    assert stored(issue).content_sha256 == digest_of(stored(issue))


def test_edit_without_a_change_keeps_an_approval(harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED, subject="Old")
    edit_issue(
        issue=issue,
        version=1,
        subject="Old",
        introduction="",
        own_note="",
        by=acting(alice),
    )
    assert stored(issue).state == IssueState.APPROVED


@pytest.mark.parametrize("state", (IssueState.RELEASED, IssueState.CANCELLED))
def test_edit_refuses_what_is_over(harbor, alice, state):
    issue = make_issue(harbor, state)
    with pytest.raises(IssueMoved):
        edit_issue(
            issue=issue,
            version=1,
            subject="Late",
            introduction="",
            own_note="",
            by=acting(alice),
        )


def test_an_item_is_left_out_and_shown_again(harbor, alice):
    issue = make_issue(harbor, told=content("One", "Two"))
    before = issue.content_sha256
    hidden = show_item(issue=issue, key="task:1", shown=False, by=acting(alice))
    assert [item.words for item in shown_of(hidden).items] == ["Two"]
    assert hidden.content_sha256 != before
    shown = show_item(issue=issue, key="task:1", shown=True, by=acting(alice))
    assert shown.content_sha256 == before


def test_leaving_out_an_item_drops_an_approval(harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED)
    show_item(issue=issue, key="task:1", shown=False, by=acting(alice))
    assert stored(issue).state == IssueState.AWAITING_APPROVAL


def test_leaving_out_twice_is_one_act(harbor, alice):
    issue = make_issue(harbor)
    for _ in range(2):
        show_item(issue=issue, key="task:1", shown=False, by=acting(alice))
    assert stored(issue).hidden == ["task:1"]
    assert AuditEntry.objects.filter(action="hide").count() == 1


def test_approve_names_exactly_what_was_seen(harbor, alice):
    issue = make_issue(harbor)
    approved = approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    assert approved.state == IssueState.APPROVED
    assert approved.approved_sha256 == issue.content_sha256
    assert approved.approved_by == alice.person
    assert AuditEntry.objects.get(action="approve").actor == alice.person


def test_approve_refuses_what_changed_since(harbor, alice):
    issue = make_issue(harbor)
    seen = issue.content_sha256
    show_item(issue=issue, key="task:1", shown=False, by=acting(alice))
    with pytest.raises(ContentChanged):
        approve_issue(issue=issue, sha256=seen, by=acting(alice))
    assert stored(issue).state == IssueState.AWAITING_APPROVAL


def test_approve_refuses_an_empty_update(harbor, alice):
    issue = make_issue(harbor, hidden=["task:1"])
    with pytest.raises(NothingToSend):
        approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))


def test_approve_takes_words_alone(harbor, alice):
    issue = make_issue(harbor, hidden=["task:1"], introduction="See you on Friday.")
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    assert stored(issue).state == IssueState.APPROVED


def test_approve_asks_for_a_subject(harbor, alice):
    issue = make_issue(harbor, subject=" ")
    with pytest.raises(SubjectMissing):
        approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))


def test_approve_takes_a_draft_that_nobody_was_asked_about(harbor, alice):
    issue = make_issue(harbor, IssueState.COMPOSED)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    assert stored(issue).state == IssueState.APPROVED


def test_hold_asks_again(harbor):
    issue = make_issue(harbor, IssueState.APPROVED)
    hold_issue(issue=issue, reason="Too late.")
    assert stored(issue).state == IssueState.AWAITING_APPROVAL
    assert (issue.hold_reason, issue.approved_sha256) == ("Too late.", "")


@pytest.fixture
def released(harbor, alice, bob):
    issue = make_issue(harbor, IssueState.APPROVED)
    return release_issue(
        issue=issue, now=timezone.now(), at_once=False, by=acting(alice)
    )


def test_recall_leaves_nothing_behind_and_can_be_released_again(released, alice):
    recalled = recall_issue(issue=released, by=acting(alice))
    assert recalled.state == IssueState.AWAITING_APPROVAL
    assert not Delivery.objects.exists()
    approve_issue(issue=recalled, sha256=recalled.content_sha256, by=acting(alice))
    again = release_issue(
        issue=stored(recalled), now=timezone.now(), at_once=True, by=acting(alice)
    )
    assert again.audience_count == Delivery.objects.count() == 2


@pytest.mark.parametrize(
    "trace",
    (
        {"data_started_at": timezone.now()},
        {"uncertain": 1},
        {"status": DeliveryStatus.SENT, "accepted_at": timezone.now()},
    ),
)
def test_recall_refuses_once_a_message_may_have_left(released, alice, trace):
    first = Delivery.objects.values_list("pk", flat=True).first()
    Delivery.objects.filter(pk=first).update(**trace)
    with pytest.raises(AlreadyOnItsWay):
        recall_issue(issue=released, by=acting(alice))
    assert stored(released).state == IssueState.RELEASED
    assert Delivery.objects.count() == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="forgets nothing")
def test_recall_refuses_when_the_database_may_have_forgotten_what_left(released, alice):
    Delivery.objects.update(
        status=DeliveryStatus.SENDING,
        claim_token=uuid4(),
        owner="dead~deadbeef",
        lease_until=timezone.now(),
    )
    with pytest.raises(AlreadyOnItsWay):
        recall_issue(issue=released, by=acting(alice))


def test_recall_takes_back_what_was_refused_for_certain(released, alice):
    first = Delivery.objects.values_list("pk", flat=True).first()
    Delivery.objects.filter(pk=first).update(status=DeliveryStatus.FAILED)
    recall_issue(issue=released, by=acting(alice))
    assert not Delivery.objects.exists()


def test_pause_and_resume(released, alice):
    pause_issue(issue=released, by=acting(alice))
    assert stored(released).state == IssueState.PAUSED
    resume_issue(issue=stored(released), by=acting(alice))
    assert stored(released).state == IssueState.RELEASED


@pytest.mark.parametrize(
    "state",
    (
        IssueState.PLANNED,
        IssueState.COMPOSED,
        IssueState.AWAITING_APPROVAL,
        IssueState.APPROVED,
    ),
)
def test_cancel_works_until_release(harbor, alice, state):
    issue = make_issue(harbor, state)
    cancel_issue(issue=issue, by=acting(alice))
    assert stored(issue).state == IssueState.CANCELLED


def test_stop_leaves_out_whoever_still_waits(released, alice):
    first = Delivery.objects.values_list("pk", flat=True).first()
    Delivery.objects.filter(pk=first).update(
        status=DeliveryStatus.SENT, accepted_at=timezone.now()
    )
    assert stop_issue(issue=released, by=acting(alice)) == 1
    assert stored(released).state == IssueState.DONE
    assert list(Delivery.objects.values_list("status", "reason").order_by("pk")) == [
        (DeliveryStatus.SENT, ""),
        (DeliveryStatus.SKIPPED, LeftOut.STOPPED),
    ]


@pytest.mark.parametrize("to", (DeliveryStatus.QUEUED, DeliveryStatus.SKIPPED))
def test_a_held_message_is_settled_by_a_person(harbor, alice, to):
    message = DeliveryFactory(
        coalition=harbor,
        status=DeliveryStatus.HELD,
        reason="uncertain",
        uncertain=3,
        expires_at=timezone.now(),
    )
    settle_held(message=message, to=to, by=acting(alice))
    settled = Delivery.objects.get()
    assert (settled.status, settled.uncertain) == (to, 3)
    assert (settled.expires_at > timezone.now()) == (to == DeliveryStatus.QUEUED)
    with pytest.raises(IssueMoved):
        settle_held(message=message, to=to, by=acting(alice))
