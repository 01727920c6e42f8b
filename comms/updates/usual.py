"""How many people announcements reach as a rule, so that a wrong list is noticed."""

from typing import Final

from comms.models import Issue, IssueKind

LAST: Final = 5  # announcements that say what is usual
FEW: Final = 10  # so many people one reads by name
MARGIN: Final = 1.25


def is_beyond_usual(issue: Issue, total: int) -> bool:
    """Say whether an announcement to so many reaches further than the last ones did.

    By a margin, or everybody where they were for a part; the first of all does. An
    update is always for everybody, so it never does.
    """
    if issue.kind != IssueKind.ANNOUNCEMENT or total <= FEW:
        return False
    released = Issue.objects.announcements().exclude(audience_count=None)
    last = released.exclude(pk=issue.pk).order_by("-released_at", "-pk")[:LAST]
    before = list(last.values_list("audience_count", "addressees"))
    to_all = any(addressees is None for _, addressees in before)
    if issue.addressees is None and not to_all:
        return True
    return total > MARGIN * max((count or 0 for count, _ in before), default=0)
