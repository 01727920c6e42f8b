"""HTML mail as plain text, what it quotes marked with ">" as in plain mail.

What stands amid a quote, outside the block of it, may be an answer: `AMID` marks it.

Read in steps by the length, whatever a stranger sends: `html.parser` takes the square of
it for tags that never end.
"""

import re
from collections import Counter
from html import unescape
from typing import Final

_SILENT: Final = {"head", "script", "style", "title"}
_BLOCKS: Final = {
    *("p", "div", "tr", "table", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "article"),
}
_VOID: Final = {"br", "hr", "img", "meta", "link", "input", "area", "col", "wbr"}
# The line above what is answered in Gmail and Thunderbird.
_INTRO: Final = re.compile(r"gmail_attr|moz-cite-prefix")
# How Gmail, Yahoo and Proton wrap that line, the quote, and what is written amid it.
_WRAPPER: Final = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote")
AMID: Final = ">\u2063"  # who does not look for it takes it for a quote
# After these, Outlook has the message that is answered, with nothing around it.
_QUOTE_FOLLOWS: Final = {"divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg"}


# What may end a tag: ">", but for one inside the quotes of a value.
_STOPS: Final = re.compile(r""">|=\s*["']""")
_NAME: Final = re.compile(r"</?([a-z][^\s/>]*)", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"""\b(class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_RAW: Final = {
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")
}
_UNSEEN: Final = {"<!--": "-->", "<!": ">", "<?": ">"}
_LOOKED_AT: Final = 2000  # of one tag


def html_to_text(html: str) -> str:
    """Return the text of a page, a line a block."""
    reader, at = _Reader(), 0
    while at < len(html):
        start = html.find("<", at)
        if start < 0:
            reader.say(html[at:])
            break
        reader.say(html[at:start])
        at = _read_tag(reader, html, start)
    joined = (" ".join(line.split()) for line in "".join(reader.text).split("\n"))
    lines = (line for line in joined if line != ">")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _read_tag(reader: "_Reader", html: str, start: int) -> int:
    """Read what begins with "<"; return where to go on: what never ends ends it all."""
    for begins, ends in _UNSEEN.items():
        if html.startswith(begins, start):
            return _after(html.find(ends, start + len(begins)), ends, html)
    named = _NAME.match(html, start)
    if named is None:
        reader.say("<")
        return start + 1
    end, name = _end_of_tag(html, named.end()), named[1].lower()
    if end < 0:
        return len(html)
    _tell(reader, name, html[start:end])
    if name not in _RAW or html.startswith("</", start):
        return end + 1
    raw = _RAW[name].search(html, end)
    return raw.start() if raw else len(html)


def _tell(reader: "_Reader", name: str, tag: str) -> None:
    if not tag.startswith("</"):
        reader.open(name, _names_in(tag[:_LOOKED_AT]))
    if tag.startswith("</") or tag.endswith("/"):
        reader.close(name)


def _after(found: int, what: str, html: str) -> int:
    return found + len(what) if found >= 0 else len(html)


def _end_of_tag(html: str, at: int) -> int:
    while stop := _STOPS.search(html, at):
        if stop[0] == ">":
            return stop.start()
        at = html.find(stop[0][-1], stop.end()) + 1
        if not at:
            break
    return -1


def _names_in(tag: str) -> dict[str, str]:
    """Return the class and the id of a tag, where it has any."""
    found = reversed(list(_NAMED.finditer(tag)))  # of two, the first counts
    return {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in found}


class _Reader:
    def __init__(self) -> None:
        self.text: list[str] = []
        # The open elements inside a quoted or silent one; which of them are the quote.
        self._apart: list[tuple[str, bool]] = []
        self._counted: Counter[str] = Counter()  # how many of each these are
        self._quotes = 0
        self._over = False

    def open(self, tag: str, named: dict[str, str]) -> None:
        self._over = self._over or named.get("id", "").lower() in _QUOTE_FOLLOWS
        if tag in _VOID:
            self._break(tag in {"br", "hr"})
            return
        names = named.get("class", "")
        quotes = tag == "blockquote" or bool(_INTRO.search(names))
        wraps = quotes or bool(_WRAPPER.search(names))
        if self._apart or tag in _SILENT or wraps:
            self._apart.append((tag, quotes))
            self._counted[tag] += 1
            self._quotes += quotes
        self._break(wraps or tag in _BLOCKS)

    def close(self, tag: str) -> None:
        if tag in _VOID:
            return
        before = self._mark
        while self._counted[tag]:
            last, quotes = self._apart.pop()
            self._counted[last] -= 1
            self._quotes -= quotes
            if last == tag:
                break
        ends_a_quote = before != self._mark and tag not in _SILENT
        self._break(tag in _BLOCKS or ends_a_quote)
        self._break(tag == "p")

    def say(self, data: str) -> None:
        if data and not self._is_silent:
            self.text.append(unescape(data).replace("\r", " ").replace("\n", " "))

    def _break(self, wanted: bool) -> None:
        if wanted and not self._is_silent:
            self.text.append(f"\n{self._mark}")

    @property
    def _mark(self) -> str:
        if self._quotes:
            return "> "
        return f"{AMID} " if self._apart else ""

    @property
    def _is_silent(self) -> bool:
        return self._over or any(self._counted[tag] for tag in _SILENT)
