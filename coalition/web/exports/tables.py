"""One file of the archive: which columns of a model it has, and which rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import models
from django.utils import timezone

from coalition.common.text import FoldedField, FoundText
from comms.models import Issue
from goals.models import Goal, Milestone
from members.models import Agreement, Membership, Partner, Person, WorkingGroup
from members.services.audit import Actor
from tasks.models import Role, Task

# What a link to one of these is called beside its number.
NAMES: Final[Mapping[type[models.Model], str]] = {
    Agreement: "title",
    Goal: "title",
    Issue: "subject",
    Milestone: "title",
    Partner: "name",
    Person: "full_name",
    Role: "name",
    Task: "title",
    WorkingGroup: "name",
}


@dataclass(frozen=True)
class Table:
    """One file: a model's columns, without what is nobody's business."""

    model: type[models.Model]
    file: str
    only: tuple[str, ...] = ()
    without: frozenset[str] = field(default_factory=frozenset)
    readable: Callable[[Membership, date], "models.QuerySet[Any]"] | None = None

    def rows(self, by: Actor) -> Any:
        """Return the rows that this actor may take out."""
        if self.readable is None or by.person is None:
            return self.model._default_manager.order_by("pk")  # noqa: SLF001
        return self.readable(by.person.membership, timezone.localdate()).order_by("pk")

    def columns(self) -> dict[str, str]:
        """Map each title to where its value is found."""
        found: dict[str, str] = {}
        for column in self.model._meta.concrete_fields:  # noqa: SLF001
            if self._is_left_out(column):
                continue
            found[column.attname] = column.attname
            name = NAMES.get(column.related_model) if column.is_relation else None  # type: ignore[arg-type]
            if name:
                found[column.name] = f"{column.name}__{name}"
        return found

    def _is_left_out(self, column: "models.Field[Any, Any]") -> bool:
        if self.only and column.name not in self.only:
            return True
        hidden = isinstance(column, models.BinaryField | FoldedField | FoundText)
        return hidden or column.name in {"coalition", "version", *self.without}
