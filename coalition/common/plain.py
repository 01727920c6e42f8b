"""Markdown that people write, as text for mail programs that show nothing else."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from markdown_it.token import Token

from coalition.common.markdown import SCHEMES, parsed

_SCHEME = re.compile(r"([a-z][a-z\d+.-]*):", re.IGNORECASE)
_BLANKS = re.compile(r"\n{3,}")


def as_plain(text: str) -> str:
    """Return it without its marks, and with the address behind the words of a link."""
    written = _Written()
    for token in parsed(text):
        written.take(token)
    return _BLANKS.sub("\n\n", "\n".join(written.lines)).strip("\n")


class _Written:
    """Lines as they grow, and what the blocks around them begin each line with."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._leads: list[tuple[str, str]] = []  # of the first line, and of others

    def take(self, token: Token) -> None:
        if token.type == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "- "
            self._leads.append((mark, " " * len(mark)))
        elif token.type == "blockquote_open":
            self._leads.append(("> ", "> "))
        elif token.type in {"list_item_close", "blockquote_close"}:
            self._leads.pop()
        elif token.type == "inline":
            self._put("".join(_spoken(token.children or ())))
        elif token.type in {"fence", "code_block"}:
            self._put(token.content.rstrip("\n"))
        elif token.type == "hr":
            self._put("* * *")
        self._end(token)

    def _put(self, words: str) -> None:
        for line in words.split("\n"):
            self.lines.append("".join(first for first, _rest in self._leads) + line)
            self._leads = [(rest, rest) for _first, rest in self._leads]

    def _end(self, token: Token) -> None:
        """Leave a line free below a block; items of a tight list stand together."""
        is_block = token.type in {"fence", "code_block", "hr"} or token.nesting < 0
        if is_block and not token.hidden and token.type != "list_item_close":
            self.lines.append("")


def _spoken(tokens: Sequence[Token]) -> Iterator[str]:
    words, link = "", ""
    for token in tokens:
        if token.type == "link_open":
            words, link = "", str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            yield _address(link, words)
        elif token.type in {"s_open", "s_close"}:
            yield "~~"  # without it, what is struck out would be said
        else:
            spoken = "\n" if token.type in {"softbreak", "hardbreak"} else token.content
            words += spoken
            yield spoken


def _address(link: str, words: str) -> str:
    """Return what to add to the words, "" when they are the address or it is none."""
    scheme = _SCHEME.match(link)
    if not link or (scheme and scheme[1].lower() not in SCHEMES):
        return ""
    bare = link.removeprefix("mailto:")
    return "" if words.strip() in {link, unquote(link), bare} else f" ({link})"
