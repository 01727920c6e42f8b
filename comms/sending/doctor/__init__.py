"""What can be checked of how mail leaves: each module asks another witness."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    ADVICE = "advice"  # works, and could be better
    UNKNOWN = "unknown"  # could not ask: no fault


@dataclass(frozen=True, slots=True)
class Record:
    """A line for the zone file."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `record` is what to add where it is missing."""

    about: str
    verdict: Verdict
    says: str
    record: Record | None = None


def right(about: str, says: str) -> Finding:
    return Finding(about, Verdict.RIGHT, says)


def wrong(about: str, says: str, record: Record | None = None) -> Finding:
    return Finding(about, Verdict.WRONG, says, record)


def advice(about: str, says: str, record: Record | None = None) -> Finding:
    return Finding(about, Verdict.ADVICE, says, record)


def unknown(about: str, says: str) -> Finding:
    return Finding(about, Verdict.UNKNOWN, says)


def is_at_or_under(name: str, domain: str) -> bool:
    """Say whether a name is the domain or below it, as DMARC's relaxed mode asks."""
    return name == domain or name.endswith(f".{domain}")


def aligned(one: str, other: str) -> bool:
    return is_at_or_under(one, other) or is_at_or_under(other, one)
