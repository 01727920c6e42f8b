"""What is wrong with a table, and where."""

from collections.abc import Callable
from dataclasses import dataclass

LISTED = 100
SHOWN = 80

# Some sentences take long to find (suggestions): they are made when they are shown.
Message = str | Callable[[], str]


class FileRejectedError(Exception):
    """The file cannot be read as a table at all."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class CellError(Exception):
    """One cell says what it must not; the rest of the table is still read."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    line: int | None
    column: str | None
    value: str
    message: str


class Problems:
    """All problems are counted; the first in the order of the file are listed."""

    def __init__(self) -> None:
        self._found: list[tuple[int, str | None, str, Message]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(
        self, line: int | None, column: str | None, value: str, message: Message
    ) -> None:
        self._found.append((line or 0, column, value, message))

    def lines(self) -> set[int]:
        return {line for line, *_rest in self._found}

    def listed(self, limit: int = LISTED) -> list[Problem]:
        first = sorted(self._found, key=lambda problem: problem[0])[:limit]
        return [
            Problem(
                line=line or None,
                column=column,
                value=printable(value),
                message=message if isinstance(message, str) else message(),
            )
            for line, column, value, message in first
        ]


def printable(value: str, length: int = SHOWN) -> str:
    """Shorten a value and spell out what a screen or terminal must not be given."""
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in value[:length]
    )
    return shown[:length] + "…" if len(shown) > length or value[length:] else shown
