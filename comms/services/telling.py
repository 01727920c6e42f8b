"""Announcements that go with the next update instead of at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from comms.errors import IssueMoved, OnlyToEverybody
from comms.models import DRAFTS, EDITABLE, Issue, IssueKind, IssueState
from comms.services.editors import share_editors
from comms.services.finding import keep_findable
from comms.services.issues import NO_APPROVAL, advance, cancel_issue, lock, rewrite
from comms.updates.content import content_of, shown_of
from comms.updates.happenings import key_of
from comms.updates.told import waiting_news, with_news
from members.services.audit import Actor, record_change


def tell_with_update(*, issue: Issue, by: Actor) -> Issue:
    """Let the next update tell it; one that is drafted already does at once.

    It waits until an update that tells it has left: one that is cancelled, or leaves it
    out, hands it on to the next.
    """
    with transaction.atomic():
        issue = _lock_draft(issue)
        if issue.addressees is not None:
            raise OnlyToEverybody
        if issue.state == IssueState.APPROVED:
            advance(issue, IssueState.AWAITING_APPROVAL, **NO_APPROVAL)
        _set(issue, waits=True, by=by)
    return issue


def tell_at_once(*, issue: Issue, by: Actor) -> Issue:
    """Take it out of the update again, to be sent by itself."""
    with transaction.atomic():
        issue = _lock_draft(issue)
        _set(issue, waits=False, by=by)
    return issue


def cancel_announcement(*, issue: Issue, by: Actor) -> Issue:
    """Cancel it, and let no draft of an update tell it."""
    with transaction.atomic():
        issue = cancel_issue(issue=issue, by=by)
        if issue.with_update:
            retell(by)
    return issue


def retell(by: Actor) -> None:
    """Write what waits into the drafts of updates; an approval of one is dropped."""
    drafts = Issue.objects.updates().filter(state__in=EDITABLE)
    for update in drafts.select_related("coalition").select_for_update(of=("self",)):
        with override(update.coalition.language):
            content = with_news(content_of(update), update.coalition).as_json()
        if content != update.content:
            rewrite(update, editor=by.person, content=content)
            share_editors(update, of=waiting_news())


def mark_told(update: Issue, now: datetime) -> None:
    """Note of what an update tells as it leaves that it is told."""
    keys = {item.key for item in shown_of(update).items}
    for news in waiting_news().select_for_update():
        if key_of(news) in keys:
            advance(news, IssueState.MERGED, told_in=update, released_at=now)
            keep_findable(news)


def _lock_draft(issue: Issue) -> Issue:
    issue = lock(issue)
    if issue.kind != IssueKind.ANNOUNCEMENT or issue.state not in EDITABLE:
        raise IssueMoved(issue.get_state_display())
    return issue


def _set(issue: Issue, *, waits: bool, by: Actor) -> None:
    if issue.with_update != waits and issue.state in DRAFTS:
        issue.with_update = waits
        issue.save(update_fields=["with_update", "updated_at"])
        action = "tell with update" if waits else "tell at once"
        record_change(action=action, target=issue, by=by)
        retell(by)
