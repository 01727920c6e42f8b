"""Markdown as plain text: no marks, and the address behind the words of a link."""

from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from coalition.common.markdown import render_markdown
from coalition.common.plain import as_plain


@pytest.mark.parametrize(
    ("written", "said"),
    (
        ("", ""),
        ("**one** and *two* and `three`", "one and two and three"),
        ("2 \\* 3 &amp; 4 * 5", "2 * 3 & 4 * 5"),
        ("We ~~want~~ have it", "We ~~want~~ have it"),
        ("[nothing]()", "nothing"),
        ("[the map](https://a.example/b?c=d)", "the map (https://a.example/b?c=d)"),
        ("[**the** map](/c/x/)", "the map (/c/x/)"),
        ("<https://a.example>", "https://a.example"),
        ("[https://a.example](https://a.example)", "https://a.example"),
        ("<a@b.example>", "a@b.example"),
        ("[ask](mailto:a@b.example)", "ask (mailto:a@b.example)"),
        ("[no](ftp://a.example)", "no"),
        ("[odd](http://[x)", "odd (http://%5Bx)"),
        ("[no](javascript:alert)", "[no](javascript:alert)"),
        ("One\ntwo\n\nThree", "One\ntwo\n\nThree"),
        ("# Title\nBelow", "Title\n\nBelow"),
        ("- a\n- b\n  c\n\nd", "- a\n- b\n  c\n\nd"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("* a\n  * b", "- a\n  - b"),
        ("> a\n> b\n\nc", "> a\n> b\n\nc"),
        ("```\na  b\n\nc\n```", "a  b\n\nc"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
    ),
)
def test_marks_are_gone_and_addresses_stand_in_brackets(written, said):
    assert as_plain(written) == said


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs).get("href"))


@pytest.mark.parametrize(
    "written",
    (
        "[a](https://a.example/?x=1&y=2) [b](</c/x y/>) <https://d.example/ñ> [e]()",
        "[f](ftp://a.example) [g](tel:123) [h](data:text/html,x) [i][r]\n\n[r]: /r",
        "> [j](https://j.example)\n> - [k](mailto:k@k.example 'title')",
    ),
)
def test_both_ways_to_show_it_carry_the_same_links(written):
    said = as_plain(written)
    for link in filter(None, Links(render_markdown(written)).found):
        bare = unquote(link.removeprefix("mailto:"))
        assert bare in unquote(said)
    assert "ftp:" not in said
    assert "](" not in said.replace("[h](data:text/html,x)", "")
