"""Backups: the database of one moment and what belongs to it, in one file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

# Nobody misses them: people sign in again, and no ended session comes back to life.
LEFT_OUT: Final = frozenset({"django_session", "usersessions_usersession", "cache"})


class BackupError(Exception):
    """Why there is no backup, or why it is not restored, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a table held: two that are equal hold the same rows."""

    rows: int
    sha256: str


class Store(Protocol):
    """What backup and restore ask of a kind of database."""

    member: str  # the name of its copy in the archive

    def version(self) -> str:
        """Return the version of the server."""

    def dump(self, path: Path) -> dict[str, Digest]:
        """Copy what was there at one moment, and tell what that was."""

    def load(self, path: Path) -> None:
        """Put a copy in the place of all there is; whole, or not at all."""

    def digests(self) -> dict[str, Digest]:
        """Tell what is there now."""
