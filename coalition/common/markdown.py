"""Markdown that people write, as HTML that cannot do harm."""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

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


def render_markdown(text: str) -> SafeString:
    tokens = _parser.parse(text)
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
