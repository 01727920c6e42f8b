"""What each row of a list does, told before it is done."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from members.models.imports import RowOutcome

NEW, CHANGED, UNCHANGED = RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.UNCHANGED


@dataclass(slots=True)
class Effect:
    """`made` are the records that a row makes beside the one that it is about."""

    line: int
    outcome: RowOutcome
    record: models.Model
    name: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    made: list[models.Model] = field(default_factory=list)
    twin: dict[str, Any] | None = None

    def as_seen(self) -> list[Any]:
        return [
            self.line,
            self.outcome,
            self.record.pk,
            self.name,
            self.before,
            self.after,
            self.twin,
        ]


@dataclass(slots=True)
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @classmethod
    def of(cls, effects: Iterable[Effect]) -> "Counts":
        outcomes = [effect.outcome for effect in effects]
        return cls(
            created=outcomes.count(NEW),
            updated=outcomes.count(CHANGED),
            unchanged=outcomes.count(UNCHANGED),
        )


def fingerprint(effects: Iterable[Effect], *, warnings: Mapping[str, Any]) -> str:
    """Return the same for two plans exactly when they would show the same preview."""
    seen = [effect.as_seen() for effect in effects]
    text = json.dumps([seen, warnings], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
