"""The life of an issue: each step one conditional change of state, and an audit entry."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from coalition.common.purging import purging
from comms.errors import (
    AlreadyOnItsWay,
    AlreadyReleased,
    ContentChanged,
    IssueMoved,
    NothingToSend,
    SubjectMissing,
    WaitsForUpdate,
)
from comms.models import (
    DRAFTS,
    EDITABLE,
    GONE_OUT,
    ISSUE_ARROWS,
    Delivery,
    DeliveryStatus,
    Issue,
    IssueState,
    LeftOut,
)
from comms.sending.outbox import move
from comms.sending.owners import is_forgotten
from comms.services.editors import forget_editors, note_editor, refuse_own_work
from comms.updates.content import digest_of, form_of, has_words, shown_of
from members.errors import EditedMeanwhile
from members.models import Person
from members.services.audit import Actor, record_change

NO_APPROVAL: Final[Mapping[str, Any]] = MappingProxyType(
    {"approved_sha256": "", "approved_by": None, "approved_at": None}
)
TRY_AGAIN_LIFE: Final = timedelta(hours=72)


def advance(
    issue: Issue,
    to: IssueState,
    *,
    where: Mapping[str, Any] = MappingProxyType({}),
    **changes: Any,
) -> None:
    """Take one arrow; raises IssueMoved when none is drawn, or somebody was quicker."""
    if to not in ISSUE_ARROWS[IssueState(issue.state)]:
        raise _refusal(issue, to)
    values = {"state": to, "updated_at": timezone.now(), **changes}
    rows = Issue.objects.filter(pk=issue.pk, state=issue.state, **where)
    if not rows.update(**values):
        issue.refresh_from_db()
        raise _refusal(issue, to)
    for name, value in values.items():
        setattr(issue, name, value)


def _refusal(issue: Issue, to: IssueState) -> IssueMoved | AlreadyReleased:
    if to == IssueState.RELEASED and issue.state in GONE_OUT:
        return AlreadyReleased()
    return IssueMoved(issue.get_state_display())


def lock(issue: Issue) -> Issue:
    """Read it again and keep others from changing it; call it in a transaction."""
    return Issue.objects.select_for_update().get(pk=issue.pk)


def rewrite(issue: Issue, *, editor: Person | None, **changes: Any) -> None:
    """Change the words of a locked issue; an approval of the old ones is dropped."""
    if issue.state not in EDITABLE:
        raise IssueMoved(issue.get_state_display())
    if issue.state == IssueState.APPROVED:
        forget_editors(issue)
    if editor is not None:
        note_editor(issue, editor)
        changes["edited_by"] = editor
    for name, value in changes.items():
        setattr(issue, name, value)
    changes |= {"content_sha256": digest_of(issue)}
    if issue.state == IssueState.APPROVED:
        advance(issue, IssueState.AWAITING_APPROVAL, **NO_APPROVAL, **changes)
    else:
        issue.content_sha256 = changes["content_sha256"]
        issue.save(update_fields=[*changes, "updated_at"])


def edit_issue(
    *,
    issue: Issue,
    version: int,
    subject: str,
    introduction: str,
    own_note: str,
    by: Actor,
) -> Issue:
    """Raise EditedMeanwhile when somebody saved other words since `version`.

    Whoever wrote the note signs it.
    """
    with transaction.atomic():
        issue = lock(issue)
        if issue.version != version:
            raise EditedMeanwhile
        after = {
            "subject": subject,
            "introduction": introduction,
            "own_note": own_note,
        }
        before = {name: getattr(issue, name) for name in after}
        if before != after:
            author = issue.own_note_by if own_note == issue.own_note else by.person
            signed = {"own_note_by": author if own_note else None}
            changes = {**after, **signed, "version": version + 1}
            rewrite(issue, editor=by.person, **changes)
            record_change(
                action="edit", target=issue, by=by, before=before, after=after
            )
    return issue


def approve_issue(*, issue: Issue, sha256: str, by: Actor) -> Issue:
    """Approve exactly the content of this hash; raises ContentChanged for another."""
    with transaction.atomic():
        issue = lock(issue)
        if issue.content_sha256 != sha256:
            raise ContentChanged
        if issue.state not in DRAFTS:
            raise IssueMoved(issue.get_state_display())
        if issue.with_update:
            raise WaitsForUpdate
        if not issue.subject.strip():
            raise SubjectMissing
        if not (has_words(issue) or shown_of(issue).sections):
            raise NothingToSend
        refuse_own_work(issue, by)
        if issue.state == IssueState.COMPOSED:
            advance(issue, IssueState.AWAITING_APPROVAL)
        advance(
            issue,
            IssueState.APPROVED,
            where={"content_sha256": sha256},
            approved_sha256=sha256,
            approved_form=form_of(issue),
            approved_by=by.person,
            second_approval=by.coalition.second_approval,
            approved_at=timezone.now(),
            hold_reason="",
        )
        _record("approve", issue, by)
    return issue


def approve_words(
    *,
    issue: Issue,
    version: int,
    subject: str,
    introduction: str,
    own_note: str,
    sha256: str,
    by: Actor,
) -> Issue:
    """Save these words and approve them with the items of this hash, or do neither."""
    with transaction.atomic():
        current = lock(issue)
        if current.version == version and current.content_sha256 != sha256:
            raise ContentChanged
        edited = edit_issue(
            issue=issue,
            version=version,
            subject=subject,
            introduction=introduction,
            own_note=own_note,
            by=by,
        )
        return approve_issue(issue=edited, sha256=edited.content_sha256, by=by)


def hold_issue(*, issue: Issue, reason: str) -> None:
    """Ask a coordinator again instead of sending what was approved."""
    advance(issue, IssueState.AWAITING_APPROVAL, hold_reason=reason, **NO_APPROVAL)


def recall_issue(*, issue: Issue, by: Actor) -> Issue:
    """Call a release back as if it had not been, while no message has passed the fence.

    Locks the messages first: one that is at the fence either passes before us, and
    nothing is called back, or finds itself gone.
    """
    with transaction.atomic():
        issue = lock(issue)
        messages = Delivery.objects.filter(issue=issue)
        rows = messages.select_for_update().order_by("pk")
        left = [
            row.pk
            for row in rows.only("data_started_at", "uncertain", "status", "owner")
            if row.data_started_at
            or row.uncertain
            or row.status == DeliveryStatus.SENT
            or is_forgotten(row.owner)
        ]
        if left:
            raise AlreadyOnItsWay
        advance(
            issue,
            IssueState.AWAITING_APPROVAL,
            **NO_APPROVAL,
            released_at=None,
            audience_count=None,
            at_once=False,
        )
        for news in Issue.objects.filter(told_in=issue):
            advance(news, IssueState.AWAITING_APPROVAL, told_in=None, released_at=None)
        with purging():
            messages.delete()
        _record("recall", issue, by)
    return issue


def pause_issue(*, issue: Issue, by: Actor) -> Issue:
    return _step(issue, IssueState.PAUSED, "pause", by)


def resume_issue(*, issue: Issue, by: Actor) -> Issue:
    """Let a paused issue go on; one that is already sending says so."""
    return _step(issue, IssueState.RELEASED, "resume", by, hold_reason="")


def cancel_issue(*, issue: Issue, by: Actor) -> Issue:
    return _step(issue, IssueState.CANCELLED, "cancel", by, **NO_APPROVAL)


def stop_issue(*, issue: Issue, by: Actor) -> int:
    """Leave out everybody whose message has not begun to leave; return how many."""
    with transaction.atomic():
        issue = lock(issue)
        waiting = Delivery.objects.filter(
            issue=issue, status__in=[DeliveryStatus.QUEUED, DeliveryStatus.HELD]
        )
        stopped = waiting.update(status=DeliveryStatus.SKIPPED, reason=LeftOut.STOPPED)
        if not Delivery.objects.filter(issue=issue).unfinished().exists():
            advance(issue, IssueState.DONE, finished_at=timezone.now())
        _record("stop", issue, by, stopped=stopped)
    return stopped


def settle_held(*, message: Delivery, to: DeliveryStatus, by: Actor) -> None:
    """Decide about a message that waits for a person: try again, or leave it.

    What was ever uncertain stays marked: a copy may be out, so one more unknown
    outcome is held again.
    """
    if not _settle(message.pk, to, by):
        raise IssueMoved(message.get_status_display())


def settle_all_held(*, issue: Issue, to: DeliveryStatus, by: Actor) -> int:
    """Decide the same about all of an issue that wait; return how many."""
    held = Delivery.objects.filter(issue=issue, status=DeliveryStatus.HELD)
    with transaction.atomic():
        settled = sum(_settle(pk, to, by) for pk in held.values_list("pk", flat=True))
        _record("settle_held", issue, by, to=to.value, messages=settled)
    return settled


def _settle(message_id: int, to: DeliveryStatus, by: Actor) -> bool:
    changes: dict[str, Any] = {"reason": LeftOut.STOPPED}
    if to == DeliveryStatus.QUEUED:
        now = timezone.now()
        changes = {"reason": "", "not_before": now, "expires_at": now + TRY_AGAIN_LIFE}
    event = ("decided", f"{to} by {by.person}")
    return move(message_id, DeliveryStatus.HELD, to, event=event, **changes)


def _step(
    issue: Issue, to: IssueState, action: str, by: Actor, **changes: Any
) -> Issue:
    with transaction.atomic():
        issue = lock(issue)
        before = issue.state
        advance(issue, to, **changes)
        _record(action, issue, by, before=before)
    return issue


def _record(
    action: str, issue: Issue, by: Actor, *, before: str = "", **after: Any
) -> None:
    record_change(
        action=action,
        target=issue,
        by=by,
        before={"state": before} if before else {},
        after={"state": issue.state, "sha256": issue.content_sha256, **after},
    )
