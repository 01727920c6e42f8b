"""HTML mail as plain text, without the message that it answers."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

_SILENT: Final = {"head", "script", "style", "title", "blockquote"}
_BLOCKS: Final = {
    *("p", "div", "tr", "table", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "article"),
}
_VOID: Final = {"br", "hr", "img", "meta", "link", "input", "area", "col", "wbr"}
# How Gmail, Yahoo, Thunderbird, Proton and Outlook wrap what is answered.
_QUOTE: Final = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote"
)
# After these, Outlook has the message that is answered, with nothing around it.
_QUOTE_FOLLOWS: Final = {"divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg"}


def html_to_text(html: str) -> str:
    """Return the text of a page, a line a block; quoted parts are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._skipping: list[str] = []  # the open elements inside a skipped one
        self._over = False

    def handle_starttag(
        self, tag: str, attrs: Sequence[tuple[str, str | None]]
    ) -> None:
        named = {name: value or "" for name, value in attrs}
        self._over = self._over or named.get("id", "").lower() in _QUOTE_FOLLOWS
        if tag in _VOID:
            self._break(tag in {"br", "hr"})
        elif self._skipping or tag in _SILENT or _QUOTE.search(named.get("class", "")):
            self._skipping.append(tag)
        else:
            self._break(tag in _BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipping:
            while self._skipping.pop() != tag:
                pass
        else:
            self._break(tag in _BLOCKS)
            self._break(tag == "p")

    def handle_data(self, data: str) -> None:
        if not self._skipping and not self._over:
            self.text.append(data.replace("\r", " ").replace("\n", " "))

    def _break(self, wanted: bool) -> None:
        if wanted and not self._skipping and not self._over:
            self.text.append("\n")
