"""What arrives is what was approved, less what was taken back; an edit stops it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from comms.errors import IssueMoved
from comms.models import Circle, Delivery, Issue, IssueState
from comms.sending.mail import RenderedMail
from comms.services.issues import approve_issue, edit_issue
from comms.services.items import (
    move_item,
    pin_item,
    reword_item,
    show_item,
    withdraw_item,
)
from comms.services.quotes import add_quote, remove_quote
from comms.services.release import release_issue
from comms.services.sections import create_section, open_section
from comms.updates.content import digest_of
from comms.updates.render import render_issues
from tests.comms.drafts import content, make_issue
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def approved(harbor, alice) -> Issue:
    issue = make_issue(harbor, told=content("One", "Two", "Three"), subject="Seven")
    by = acting(alice)
    open_section(issue=issue, name="achieved", words="It was close.", by=by)
    create_section(
        issue=issue, heading="Thanks", words="To all.", circle=Circle.EVERYBODY, by=by
    )
    quoted(issue, by)
    issue = Issue.objects.get(pk=issue.pk)
    return approve_issue(issue=issue, sha256=issue.content_sha256, by=by)


def quoted(issue, by, words="We danced."):
    return add_quote(
        issue=issue,
        words=words,
        signed="A mother",
        speaker=None,
        agreed_how="by phone",
        agreed_on=timezone.localdate(),
        by=by,
    )


def let_go(issue, member) -> list[Delivery]:
    now = timezone.now()
    release_issue(issue=issue, now=now, at_once=True, by=acting(member))
    return list(Delivery.objects.filter(status="queued"))


EDITS = {
    "words": lambda i, by: edit_issue(
        issue=i, version=1, subject="Eight", introduction="", own_note="", by=by
    ),
    "hide": lambda i, by: show_item(issue=i, key="task:1", shown=False, by=by),
    "order": lambda i, by: move_item(issue=i, key="task:3", up=True, by=by),
    "pin": lambda i, by: pin_item(issue=i, key="task:3", pinned=True, by=by),
    "reword": lambda i, by: reword_item(
        issue=i, key="task:1", words="Uno", note="", by=by
    ),
    "opening": lambda i, by: open_section(
        issue=i, name="achieved", words="We had luck.", by=by
    ),
    "section": lambda i, by: create_section(
        issue=i, heading="More", words="More.", circle=Circle.STEERING, by=by
    ),
    "quote": lambda i, by: quoted(i, by, "We sang."),
    "no quote": lambda i, by: remove_quote(quote=i.quotes.get(), by=by),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_edited_after_the_approval_cannot_leave(approved, alice, edit):
    EDITS[edit](approved, acting(alice))
    changed = Issue.objects.get(pk=approved.pk)
    assert changed.content_sha256 == digest_of(changed) != approved.content_sha256
    with pytest.raises(IssueMoved):
        let_go(changed, alice)
    assert not Delivery.objects.exists()
    # Nor if somebody wrote to the database what the service refuses.
    for state in (IssueState.APPROVED, IssueState.RELEASED, IssueState.DONE):
        with pytest.raises(IntegrityError), transaction.atomic():
            Issue.objects.filter(pk=approved.pk).update(state=state)
        forged = {"state": state, "approved_sha256": approved.content_sha256}
        with pytest.raises(IntegrityError), transaction.atomic():
            Issue.objects.filter(pk=approved.pk).update(**forged)


def test_what_arrives_has_the_hash_that_was_approved(approved, alice):
    rows = let_go(approved, alice)
    for mail in render_issues(rows).values():
        assert isinstance(mail, RenderedMail)
        assert mail.issue_sha256 == approved.approved_sha256 == digest_of(approved)
        for words in (b"It was close.", b"To all.", b"We danced.", b"One", b"Two"):
            assert words in mail.content


@pytest.mark.parametrize(
    ("key", "gone"),
    (
        ("task:1", b"One"),
        ("opening:achieved", b"It was close."),
        ("own", b"To all."),
        ("quote", b"We danced."),
    ),
)
def test_what_was_taken_back_is_all_that_is_missing(approved, alice, key, gone):
    keys = {
        "own": approved.own_sections[0]["key"],
        "quote": approved.quoted[0]["key"],
    }
    rows = let_go(approved, alice)
    withdraw_item(issue=approved, key=keys.get(key, key), by=acting(alice))
    every = {b"It was close.", b"To all.", b"We danced.", b"One", b"Two", b"Three"}
    for mail in render_issues(rows).values():
        assert isinstance(mail, RenderedMail)
        assert mail.issue_sha256 == approved.approved_sha256
        assert {words for words in every if words not in mail.content} == {gone}
