"""Markdown that people write, as HTML that cannot do harm."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "a"),
    *("ul", "ol", "li", "h3", "h4", "h5", "h6"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# The page's own h1 and h2 stand above what people write.
HEADING_SHIFT = 2
LOWEST_HEADING = 6

# Pictures are left out: they would tell their host who reads, and when.
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
_parser.enable("strikethrough").disable("image")


def parsed(text: str) -> list[Token]:
    return _parser.parse(text)


def render_markdown(text: str, names: Mapping[str, str] | None = None) -> SafeString:
    """Return HTML; `names` maps what stands in the text to what is shown, set off."""
    tokens = parsed(text)
    if names:
        _set_off(tokens, names)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = min(int(token.tag[1]) + HEADING_SHIFT, LOWEST_HEADING)
            token.tag = f"h{level}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    return SafeString(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener nofollow",
        )
    )


def in_words(html: SafeString) -> str:
    """Return what `render_markdown` made without its tags: plain text again."""
    words = nh3.clean(html, tags=set())
    return "\n".join(line for line in unescape(words).splitlines() if line.strip())


def _set_off(tokens: Sequence[Token], names: Mapping[str, str]) -> None:
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(
        "|".join(f"{re.escape(name)}(?!\\w)" for name in longest_first)
    )
    for token in tokens:
        parts = [_parts(child, pattern, names) for child in token.children or ()]
        if token.children:
            token.children = [part for some in parts for part in some]


def _parts(
    token: Token, pattern: re.Pattern[str], names: Mapping[str, str]
) -> Iterator[Token]:
    """Split a run of text at the names; anything else stays as it is."""
    if token.type != "text":
        yield token
        return
    end = 0
    for match in pattern.finditer(token.content):
        yield Token("text", "", 0, content=token.content[end : match.start()])
        yield Token("strong_open", "strong", 1)
        yield Token("text", "", 0, content=names[match[0]])
        yield Token("strong_close", "strong", -1)
        end = match.end()
    yield Token("text", "", 0, content=token.content[end:])
