"""What is kept of a merge when the time to undo it is over."""

from django.utils import timezone

from members.models import Merge
from members.models.merge import UNDO_FOR


def forget_old_merges() -> int:
    """Empty the traces, which hold whole rows; where old links lead stays known."""
    over = Merge.objects.filter(created_at__lte=timezone.now() - UNDO_FOR)
    return over.exclude(trace={}).update(trace={})
