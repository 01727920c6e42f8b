"""A document that is the same for everybody but for a few gaps, filled for each person.

What is shared is rendered, styled and encoded once. A gap is a value, or a block that
is repeated for each of its entries; blocks may hold values and blocks.
"""

import binascii
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

Values = Mapping[str, str | Sequence["Values"]]
Escape = Callable[[str], str]


class Marks:
    """Marks that no person can write, since nobody can guess them.

    In a template: {{ gap.name }} for a value, {{ open.name }} … {{ close.name }} for a
    block. They stand on lines of their own at the outermost level.
    """

    def __init__(self) -> None:
        self.nonce = secrets.token_hex(8)
        self.token: Final = re.compile(
            rf"<!--{self.nonce} (/?)(\w+)-->\n?|\[{self.nonce} (\w+)\]"
        )

    def context(self) -> dict[str, "_Mark"]:
        return {
            "open": _Mark(f"<!--{self.nonce} %s-->"),
            "close": _Mark(f"<!--{self.nonce} /%s-->"),
            "gap": _Mark(f"[{self.nonce} %s]"),
        }


@dataclass(frozen=True, slots=True)
class _Mark:
    shape: str

    def __getitem__(self, name: str) -> SafeString:
        return SafeString(self.shape % name)


@dataclass(frozen=True, slots=True)
class _Value:
    name: str


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    nodes: tuple["_Node", ...]


_Node = str | _Value | _Block


@dataclass(frozen=True, slots=True)
class Sheet:
    """A parsed document; its shared pieces are encoded already."""

    pieces: tuple[tuple[str, bytes, _Node], ...]
    escape: Escape

    @classmethod
    def parse(cls, document: str, marks: Marks, *, escape: Escape) -> "Sheet":
        nodes, _rest = _parse(marks.token.split(document), 0)
        pieces = tuple(
            (_whole_lines(node), quoted_printable(_whole_lines(node)), node)
            if isinstance(node, str)
            else ("", b"", node)
            for node in nodes
        )
        return cls(pieces, escape)

    def encoded(self, values: Values) -> bytes:
        """Return the filled document in quoted-printable."""
        return b"".join(
            shared or quoted_printable(self._filled(node, values))
            for _text, shared, node in self.pieces
        )

    def text(self, values: Values) -> str:
        return "".join(
            text or self._filled(node, values) for text, _shared, node in self.pieces
        )

    def _filled(self, node: _Node, values: Values) -> str:
        words: list[str] = []
        _fill((node,), values, self.escape, words)
        return _whole_lines("".join(words))


def quoted_printable(text: str) -> bytes:
    """Encode whole lines, so that encoded pieces can be put together."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return binascii.b2a_qp(lines.replace("\n", "\r\n").encode(), istext=True)


def _whole_lines(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _parse(parts: list[str | None], at: int) -> tuple[tuple[_Node, ...], int]:
    """Read text, closing slash, block name, value name, text, … up to a block's end."""
    nodes: list[_Node] = []
    while at < len(parts):
        if text := parts[at]:
            nodes.append(text)
        if at + 1 >= len(parts):
            break
        slash, block, value = parts[at + 1 : at + 4]
        at += 4
        if value:
            nodes.append(_Value(value))
        elif slash:
            break
        elif block:
            inner, at = _parse(parts, at)
            nodes.append(_Block(block, inner))
    return tuple(nodes), at


def _fill(
    nodes: Iterable[_Node], values: Values, escape: Escape, into: list[str]
) -> None:
    for node in nodes:
        if isinstance(node, str):
            into.append(node)
            continue
        value = values[node.name]
        if isinstance(node, _Value):
            into.append(escape(str(value)))
        else:
            for entry in value:
                _fill(node.nodes, entry, escape, into)  # type: ignore[arg-type]
