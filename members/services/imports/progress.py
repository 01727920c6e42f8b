"""How far a long list is: told beside its one transaction, so that a page can see it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from django.core.cache import caches
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Import
from members.models.imports import ImportState
from members.services.imports.run import BATCH

T = TypeVar("T")
KEPT_SECONDS: Final = 3600


class Phase(models.TextChoices):
    CHECK = "check", _("%(done)s of %(total)s rows checked")
    KEEP = "keep", _("%(done)s of %(total)s rows put into the preview")
    WRITE = "write", _("%(done)s of %(total)s records written")
    REMOVE = "remove", _("%(done)s of %(total)s records taken back")
    NOTE = "note", _("%(done)s of %(total)s lines of the history written")


PHASES: Final[Mapping[str, Sequence[Phase]]] = {
    ImportState.READING: (Phase.CHECK, Phase.KEEP),
    ImportState.WRITING: (Phase.CHECK, Phase.WRITE, Phase.NOTE),
    ImportState.UNDOING: (Phase.REMOVE, Phase.NOTE),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """The phase an import is in, and how many of its things are done."""

    phase: Phase
    step: int
    steps: int
    done: int
    total: int

    @property
    def text(self) -> str:
        return str(self.phase.label) % {"done": self.done, "total": self.total}

    @property
    def percent(self) -> int:
        """Tell the whole way, each phase for as much as another."""
        within = self.done / self.total if self.total else 1
        return round(100 * (self.step - 1 + within) / self.steps)


class Meter:
    """Tells how far an import is; without one it keeps silent.

    Neither database would show what a transaction has not finished, and SQLite has but
    one writer: the numbers stand in a file of VAR_DIR, which all processes share.
    """

    def __init__(self, imported: Import | None = None) -> None:
        self._key = _key(imported) if imported else ""
        self._phase, self._done, self._total = Phase.CHECK, 0, 0

    def begin(self, phase: Phase, total: int) -> None:
        self._phase, self._done, self._total = phase, 0, total
        self._tell()

    def add(self, number: int) -> None:
        self._done += number
        self._tell()

    def over(self, phase: Phase, items: Sequence[T]) -> Iterator[T]:
        self.begin(phase, len(items))
        for some in self.batches(items):
            yield from some

    def batches(self, items: Iterable[T]) -> Iterator[list[T]]:
        """Yield as many at a time as one statement takes, and count what is done."""
        rest = list(items)
        for start in range(0, len(rest), BATCH):
            some = rest[start : start + BATCH]
            yield some
            self.add(len(some))

    def end(self) -> None:
        if self._key:
            with suppress(OSError):
                caches["progress"].delete(self._key)

    def _tell(self) -> None:
        told = (self._phase.value, self._done, self._total)
        if self._key:
            with suppress(OSError):  # a full disk must not stop the list
                caches["progress"].set(self._key, told, KEPT_SECONDS)


def progress_of(imported: Import) -> Progress | None:
    """Return how far it is; None while it waits, or says something of another act."""
    told = None
    with suppress(OSError):
        told = caches["progress"].get(_key(imported))
    phases = PHASES.get(imported.state, ())
    if told is None or told[0] not in phases:
        return None
    phase = Phase(told[0])
    return Progress(phase, phases.index(phase) + 1, len(phases), told[1], told[2])


def _key(imported: Import) -> str:
    return f"import:{imported.pk}"
