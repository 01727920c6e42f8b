"""Asking others to approve what one has edited oneself."""

from django.db import transaction
from django.utils import timezone

from comms.errors import IssueMoved, NobodyElseLeft
from comms.models import DRAFTS, Issue
from comms.services.editors import who_else_approves
from comms.services.issues import lock
from members.services.audit import Actor, record_change


def ask_for_approval(*, issue: Issue, by: Actor) -> Issue:
    """Let a mail ask everybody who may approve it as it is; again, if asked again."""
    with transaction.atomic():
        issue = lock(issue)
        if issue.state not in DRAFTS:
            raise IssueMoved(issue.get_state_display())
        others = who_else_approves(issue)
        if by.person:
            others = others.exclude(pk=by.person.pk)
        if not others.exists():
            raise NobodyElseLeft
        issue.approval_asked_at = timezone.now()
        issue.approval_asked_by = by.person
        issue.save(update_fields=["approval_asked_at", "approval_asked_by"])
        record_change(action="ask_for_approval", target=issue, by=by)
    return issue
