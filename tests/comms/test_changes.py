"""What changed since somebody approved it, in words before and after."""

import pytest
from django.utils import timezone

from comms.models import Delivery, DeliveryStatus, Issue, IssueState
from comms.services.issues import (
    approve_issue,
    edit_issue,
    recall_issue,
    settle_all_held,
)
from comms.services.items import move_item, pin_item, reword_item, show_item
from comms.services.quotes import add_quote, remove_quote
from comms.services.release import release_issue
from comms.updates.changes import changes_since_approval, was_approved
from tests.comms.drafts import content, make_issue
from tests.factories.members import MembershipFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def approved(harbor, alice) -> Issue:
    told = content("One", "Two", "Three")
    issue = make_issue(harbor, told=told, subject="Seven schools")
    by = acting(alice)
    return approve_issue(issue=issue, sha256=issue.content_sha256, by=by)


def changes(issue) -> list[tuple[str, str, str]]:
    stored = Issue.objects.get(pk=issue.pk)
    return [
        (str(change.what), change.before, change.after)
        for change in changes_since_approval(stored)
    ]


def test_a_first_draft_was_never_approved(harbor):
    issue = make_issue(harbor)
    assert not was_approved(issue)
    assert changes(issue) == []


def test_nothing_changed_after_a_recall(approved, alice):
    issue = release_issue(
        issue=approved, now=timezone.now(), at_once=False, by=acting(alice)
    )
    recalled = recall_issue(issue=issue, by=acting(alice))
    assert recalled.state == IssueState.AWAITING_APPROVAL
    assert was_approved(recalled)
    assert changes(recalled) == []


def test_each_change_is_told_with_the_words_before_and_after(approved, alice):
    by = acting(alice)
    words = {"introduction": "Hi", "own_note": ""}
    edit_issue(issue=approved, version=1, subject="Eight schools", **words, by=by)
    reword_item(issue=approved, key="task:1", words="Uno", note="", by=by)
    show_item(issue=approved, key="task:2", shown=False, by=by)
    assert changes(approved) == [
        ("Subject", "Seven schools", "Eight schools"),
        ("Opening", "", "Hi"),
        ("Says something else", "One", "Uno"),
        ("Left out now", "Two", ""),
    ]


def test_another_order_is_told(approved, alice):
    move_item(issue=approved, key="task:3", up=True, by=acting(alice))
    assert changes(approved) == [("Stands in another order", "", "")]


def test_a_quote_that_came_or_went_and_a_pin_are_told(approved, alice):
    how = {"agreed_how": "by phone", "agreed_on": timezone.localdate()}
    said = {"words": "We danced.", "signed": "A mother", "speaker": None}
    quote = add_quote(issue=approved, **said, **how, by=acting(alice))
    pin_item(issue=approved, key="task:3", pinned=True, by=acting(alice))
    assert changes(approved) == [
        ("New", "", "We danced. – A mother"),
        ("Stands in another order", "", ""),
    ]
    issue = Issue.objects.get(pk=approved.pk)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    remove_quote(quote=quote, by=acting(alice))
    assert changes(approved) == [("Left out now", "We danced. – A mother", "")]


def test_approving_again_ends_the_comparison(approved, alice):
    move_item(issue=approved, key="task:3", up=True, by=acting(alice))
    issue = Issue.objects.get(pk=approved.pk)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    assert changes(approved) == []


@pytest.mark.parametrize(
    ("to", "status"),
    ((DeliveryStatus.QUEUED, "queued"), (DeliveryStatus.SKIPPED, "skipped")),
)
def test_all_that_is_held_is_decided_at_once(approved, alice, harbor, to, status):
    MembershipFactory(coalition=harbor)
    issue = release_issue(
        issue=approved, now=timezone.now(), at_once=True, by=acting(alice)
    )
    rows = Delivery.objects.filter(issue=issue)
    rows.update(status=DeliveryStatus.HELD, reason="uncertain", uncertain=3)
    assert settle_all_held(issue=issue, to=to, by=acting(alice)) == 2
    assert set(rows.values_list("status", "uncertain")) == {(status, 3)}
    assert settle_all_held(issue=issue, to=to, by=acting(alice)) == 0
