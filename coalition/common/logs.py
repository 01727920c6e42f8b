"""Log lines that give nothing away: no token, no address, no control character."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

from coalition.common.signing import TOKEN_PATHS
from coalition.common.tracing import current_trace

_TOKEN: Final = re.compile(rf"({'|'.join(map(re.escape, TOKEN_PATHS))})[^\s'\"]+")
_QUERY: Final = re.compile(r"(/[^\s'\"?]*)\?[^\s'\"]+")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]{},;:=/'\"]+@([\w-]+(?:\.[\w-]+)+)")
# What PostgreSQL tells of a row that breaks a rule: its values.
_VALUES: Final = re.compile(r"(Key \([^)]*\)=|Failing row contains )\(.*\)")


class DiscreetFormatter(logging.Formatter):
    """Cut tokens and queries out of paths, people out of addresses and rows."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = _visible(record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        return discreet(_visible(super().format(record), allowed="\n"))


class JsonFormatter(logging.Formatter):
    """One object a line, for a machine that collects them."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        entry: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": discreet(_visible(record.getMessage())),
        }
        if trace := current_trace():
            entry["trace"] = trace
        entry |= getattr(record, "facts", {})
        if record.exc_info:
            text = self.formatException(record.exc_info)
            entry["error"] = discreet(_visible(text, allowed="\n"))
        return json.dumps(entry, ensure_ascii=False)


def discreet(text: str) -> str:
    for pattern, rest in (
        (_TOKEN, r"\1***"),
        (_QUERY, r"\1?***"),
        (_VALUES, r"\1(***)"),
        (_ADDRESS, r"***@\1"),
    ):
        text = pattern.sub(rest, text)
    return text


def _visible(text: str, *, allowed: str = "") -> str:
    """Spell out what would forge a line or move the cursor of a terminal."""
    return "".join(
        char
        if char.isprintable() or char in allowed
        else char.encode("unicode_escape").decode()
        for char in text
    )
