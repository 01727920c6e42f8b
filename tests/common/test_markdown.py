from html.parser import HTMLParser

import pytest

from coalition.common.markdown import render_markdown


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.links = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]


def test_markdown_renders_what_people_write():
    html = render_markdown("We **did** it.\n\n- one\n- two")
    assert html == (
        "<p>We <strong>did</strong> it.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


def test_markdown_keeps_line_breaks():
    assert "one<br>" in render_markdown("one\ntwo")


def test_markdown_links_promise_nothing_to_search_engines():
    html = render_markdown("[site](https://example.org)")
    assert html == (
        '<p><a href="https://example.org" rel="noopener nofollow">site</a></p>\n'
    )


def test_markdown_headings_stay_below_those_of_the_page():
    assert render_markdown("# Top\n\n###### Low") == "<h3>Top</h3>\n<h6>Low</h6>\n"


@pytest.mark.parametrize(
    "text",
    (
        "<script>alert(1)</script>",
        '<a href="/x" onclick="alert(1)" hx-get="/x" data-hx-post="/x">x</a>',
        '<p style="color:red" id="main" name="x">x</p>',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://example.org/pixel.gif)",
        "[x](https://example.org 'a\" onmouseover=\"alert(1)')",
    ),
)
def test_markdown_lets_nothing_through_that_acts(text):
    seen = Seen()
    seen.feed(render_markdown(text))
    assert seen.tags <= {"p", "a"}
    assert seen.attributes <= {"href", "rel", "title"}
    assert not any(link.startswith(("javascript", "data")) for link in seen.links)
