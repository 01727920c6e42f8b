"""Whether every person an issue was meant for has a message, and how each one ended."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from comms.models import Delivery, DeliveryStatus, Issue
from comms.sending.outbox import across_coalitions


@dataclass(frozen=True, slots=True)
class IssueAudit:
    """One issue's audience, fixed at its release, and its messages by state."""

    issue_id: int
    audience: int
    statuses: Counter[str]
    uncertain: int

    @property
    def missing(self) -> int:
        return self.audience - self.statuses.total()

    def counts(self) -> dict[str, int]:
        by_status = {status.value: self.statuses[status] for status in DeliveryStatus}
        return {"audience": self.audience, **by_status, "uncertain": self.uncertain}


@across_coalitions
def audit(*, slug: str | None = None, issue_id: int | None = None) -> list[IssueAudit]:
    """Count the released issues: one, a coalition's, or all."""
    issues = Issue.objects.filter(audience_count__isnull=False).order_by("id")
    issues = issues.filter(coalition__slug=slug) if slug else issues
    issues = issues.filter(pk=issue_id) if issue_id else issues
    return _counted(list(issues.values_list("id", "audience_count")))


def _counted(issues: Sequence[tuple[int, int | None]]) -> list[IssueAudit]:
    ids = [issue_id for issue_id, _ in issues]
    statuses: dict[int | None, Counter[str]] = {pk: Counter() for pk in ids}
    uncertain: Counter[int | None] = Counter()
    rows = (
        Delivery.objects.filter(issue__in=ids)
        .order_by()
        .values_list("issue_id", "status")
        .annotate(rows=Count("pk"), unknown=Count("pk", filter=Q(uncertain__gt=0)))
    )
    for issue_id, status, count, unknown in rows:
        statuses[issue_id][status] = count
        uncertain[issue_id] += unknown
    return [
        IssueAudit(pk, audience or 0, statuses[pk], uncertain[pk])
        for pk, audience in issues
    ]
