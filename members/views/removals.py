"""What an undo button posts to: the audit entry of what was removed."""

from django.db.models import Model
from django.shortcuts import get_object_or_404

from members.models import AuditEntry


def removal_or_404(model: type[Model], pk: int) -> AuditEntry:
    """Return the entry `pk` from which a removed record can be put back."""
    label = model._meta.label_lower  # noqa: SLF001
    return get_object_or_404(AuditEntry, pk=pk, action="delete", model=label)
