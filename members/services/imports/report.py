"""What came of an import, for people and for programs."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from coalition.common.tabular import FileRejectedError, Problem, Problems


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    REJECTED_ROWS = "rejected_rows"
    REJECTED_FILE = "rejected_file"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The counts are of rows; `errors` and `warnings` list the first hundred each."""

    outcome: Outcome
    records: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    errors_total: int = 0
    warnings_total: int = 0
    applied: bool = False

    @classmethod
    def refused(cls, message: str, *, line: int | None = None) -> Self:
        """Report a file that could not be read, or not be looked at, as a whole."""
        problem = Problem(line=line, column=None, value="", message=message)
        return cls(Outcome.REJECTED_FILE, errors=[problem], errors_total=1)

    @classmethod
    def unreadable(cls, refusal: FileRejectedError) -> Self:
        return cls.refused(refusal.message, line=refusal.line)

    @classmethod
    def of_rows(
        cls, *, errors: Problems, warnings: Problems, applied: bool, **counts: int
    ) -> Self:
        outcome = Outcome.ACCEPTED_WITH_WARNINGS if warnings else Outcome.ACCEPTED
        if errors:
            outcome = Outcome.REJECTED_ROWS
        return cls(
            outcome,
            errors=errors.listed(),
            warnings=warnings.listed(),
            errors_total=len(errors),
            warnings_total=len(warnings),
            applied=applied,
            **counts,
        )

    @property
    def is_accepted(self) -> bool:
        return self.outcome in {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS}

    def as_dict(self) -> dict[str, Any]:
        """Return the report as the commands print it; a total only where it is cut."""
        shown: dict[str, Any] = {
            "outcome": self.outcome.value,
            "records": self.records,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": [asdict(problem) for problem in self.errors],
            "warnings": [asdict(problem) for problem in self.warnings],
        }
        if self.errors_total > len(self.errors):
            shown["errors_total"] = self.errors_total
        if self.warnings_total > len(self.warnings):
            shown["warnings_total"] = self.warnings_total
        return shown
