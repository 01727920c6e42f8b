"""What the pages about one issue have in common: finding it, and how much one sees."""

from django.shortcuts import get_object_or_404

from comms.models import Circle, Issue
from comms.updates.circles import circle_of
from members.http import CoalitionRequest
from members.permissions import Permission


def issue_or_404(pk: int) -> Issue:
    issues = Issue.objects.select_related(
        "coalition", "approved_by", "own_note_by", "answered_by__membership"
    )
    return get_object_or_404(issues, pk=pk)


def circle_that_sees(request: CoalitionRequest) -> Circle:
    """Return what of a draft they see: all, if they send it; else what they may read."""
    if request.membership.may(Permission.UPDATES_SEND):
        return Circle.STEERING
    return circle_of(request.membership)
