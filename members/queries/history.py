"""What happened to a partner or a person, as its page tells it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import DateTimeField

from members.models import AuditEntry, Merge, Partner, Person
from members.models.membership import MembershipState
from members.models.partner import PartnerStatus
from members.permissions import MemberRole
from members.queries.merges import numbers_of


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry of the trail: which fields changed, and what was chosen."""

    entry: AuditEntry
    partner: str
    fields: list[str]
    chosen: list[str]


def history_of(
    record: Partner | Person, merges: Iterable[Merge] = (), limit: int = 20
) -> list[HistoryLine]:
    """Return the newest audit entries about a record and what was merged into it."""
    entries = list(
        AuditEntry.objects.filter(
            model=record._meta.label_lower,  # noqa: SLF001
            target_pk__in=numbers_of(record, merges),
        )
        .exclude(action="merge into")
        .select_related("actor")[:limit]
    )
    linked = [_linked_partner(entry) for entry in entries]
    names = dict(Partner.objects.filter(pk__in=linked).values_list("pk", "name"))
    return [
        HistoryLine(e, names.get(pk, ""), _labels(record, e), _chosen(e))
        for e, pk in zip(entries, linked, strict=True)
    ]


def _linked_partner(entry: AuditEntry) -> int:
    return int(entry.after.get("partner") or entry.before.get("partner") or 0)


def _labels(record: Partner | Person, entry: AuditEntry) -> list[str]:
    fields = [f for f in record._meta.concrete_fields if f.name in entry.after]  # noqa: SLF001
    return [str(f.verbose_name) for f in fields if not isinstance(f, DateTimeField)]


def _chosen(entry: AuditEntry) -> list[str]:
    choices = {"status": PartnerStatus, "role": MemberRole, "state": MembershipState}
    return [
        str(options(entry.after[name]).label)
        for name, options in choices.items()
        if name in entry.after
    ]
