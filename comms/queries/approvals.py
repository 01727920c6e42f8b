"""Whom to ask for an approval."""

from datetime import datetime, timedelta
from typing import Final

from coalition.common.notices import Notice
from comms.models import APPROVAL, DRAFTS, Issue
from members.models import Membership
from members.permissions import Permission

NEWS: Final = timedelta(days=3)


def approvals_to_ask(now: datetime) -> list[Notice]:
    """Ask all who may approve what somebody else has edited, once for each question."""
    asked = Issue.objects.filter(
        state__in=DRAFTS,
        approval_asked_at__gt=now - NEWS,
        coalition__second_approval=True,
    )
    issues = list(asked.prefetch_related("editors"))
    if not issues:
        return []
    senders = Membership.objects.who_may(Permission.UPDATES_SEND).filter(
        coalition__in={issue.coalition_id for issue in issues}
    )
    pairs = list(senders.values_list("coalition_id", "person_id"))
    return [
        notice
        for issue in issues
        for coalition, person in pairs
        if coalition == issue.coalition_id
        for notice in _ask(issue, person)
    ]


def _ask(issue: Issue, person: int) -> list[Notice]:
    own = {editor.person_id for editor in issue.editors.all()}
    at = issue.approval_asked_at
    if at is None or person in own | {issue.approval_asked_by_id}:
        return []
    return [
        Notice(
            kind=APPROVAL,
            key=f"{issue.pk}:{person}:{int(at.timestamp())}",
            coalition_id=issue.coalition_id,
            person_id=person,
            source=str(issue.pk),
            expires_at=at + NEWS,
        )
    ]
