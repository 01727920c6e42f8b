"""Log lines that give nothing away: no token, no address, no control character."""

import logging
import re

from coalition.common.signing import TOKEN_PATHS

_TOKEN = re.compile(rf"({'|'.join(map(re.escape, TOKEN_PATHS))})[^\s'\"]+")
_ADDRESS = re.compile(r"[^\s<>()\[\]{},;:=/'\"]+@([\w-]+(?:\.[\w-]+)+)")


class DiscreetFormatter(logging.Formatter):
    """Cut tokens out of paths and people out of addresses, in tracebacks too."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = _visible(record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        text = _visible(super().format(record), allowed="\n")
        return _ADDRESS.sub(r"***@\1", _TOKEN.sub(r"\1***", text))


def _visible(text: str, *, allowed: str = "") -> str:
    """Spell out what would forge a line or move the cursor of a terminal."""
    return "".join(
        char
        if char.isprintable() or char in allowed
        else char.encode("unicode_escape").decode()
        for char in text
    )
