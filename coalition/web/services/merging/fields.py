"""What two records say side by side, and what the one says in the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst

from members.models import Partner, Person

KEPT, LOST, BOTH = "kept", "lost", "both"
PARTNER: Final = (
    *("name", "status", "website", "country", "region", "contact_email", "sector"),
    *("communities", "why_joined", "tags", "joined_on", "notes", "logo"),
)
PERSON: Final = (
    *("full_name", "email", "phone", "timezone", "language", "access_needs"),
    *("joined_on", "notes"),
)
# What goes with a field, unasked: when it came or went, what its logo says.
TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "status": ("status_since", "left_on"),
    "logo": ("logo_alt",),
}
JOINED: Final = ("notes", "why_joined", "access_needs")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the two differ, and which of them is the fuller."""

    name: str
    label: str
    kept: Any
    lost: Any
    may_be_both: bool

    @property
    def fuller(self) -> str:
        if self.name in {"name", "status", "email"}:  # what the one who stays goes by
            return KEPT if self.kept else LOST
        if self.name == "joined_on" and self.kept and self.lost:
            return KEPT if self.kept <= self.lost else LOST
        if self.may_be_both:
            return BOTH
        return LOST if _fill(self.lost) > _fill(self.kept) else KEPT


def _fill(value: Any) -> int:
    return len(value) if isinstance(value, str | list) else int(value is not None)


def differences(
    kept: Partner | Person, lost: Partner | Person
) -> dict[str, Difference]:
    found = {}
    for name in PARTNER if isinstance(kept, Partner) else PERSON:
        one, other = getattr(kept, name), getattr(lost, name)
        if one == other or not (one or other):
            continue
        both = bool(one and other) and (isinstance(one, list) or name in JOINED)
        column: Any = kept._meta.get_field(name)  # noqa: SLF001
        label = capfirst(str(column.verbose_name))
        found[name] = Difference(name, label, one, other, both)
    return found


def chosen_fields(
    kept: Partner | Person, lost: Partner | Person, chosen: Mapping[str, str]
) -> dict[str, Any]:
    """Return what has to be set on the one who stays."""
    fields: dict[str, Any] = {}
    for name, difference in differences(kept, lost).items():
        answer = chosen.get(name) or difference.fuller
        if answer == BOTH and difference.may_be_both:
            fields[name] = _together(difference)
        elif answer == LOST:
            fields[name] = difference.lost
    for name, others in TOGETHER.items():
        if name in fields:
            fields |= {other: getattr(lost, other) for other in others}
    return fields


def _together(difference: Difference) -> Any:
    one, other = difference.kept, difference.lost
    if isinstance(one, list):
        return [*one, *(item for item in other if item not in one)]
    return f"{one}\n\n{other}"


def shown(record: models.Model, name: str) -> Any:
    """Return a field's value in words."""
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    if isinstance(value, date):
        return date_format(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else value
