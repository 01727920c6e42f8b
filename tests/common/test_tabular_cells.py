"""Cells: what each rule makes of them, and what the errors say."""

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from coalition.common.tabular import (
    CellError,
    cells,
)


def said(rule, value):
    with pytest.raises(CellError) as caught:
        rule(value)
    message = caught.value.message
    return message if isinstance(message, str) else message()


def single(value):
    return cells.plain(value, multiline=False)


def several(value):
    return cells.plain(value, multiline=True)


@pytest.mark.parametrize(
    ("raw", "words"),
    (
        ("Ac\0me", "NUL"),
        ("Acme\x07", "U+0007"),
        ("Ac\tme", "U+0009"),
        ("Ac\x7fme", "U+007F"),
        ("Acme\r\nBcc: everybody@example.org", "line break"),
        ("Acme\n", "line break"),
        ("Ac\u2028me", "line break"),
        ("Ac\u3164me", "HANGUL FILLER, U+3164"),
        ("\u2800", "BRAILLE PATTERN BLANK, U+2800"),
        ("Ac\u034fme", "U+034F"),
        ("Ac\x85me", "line break"),
        ("\u202eemcA", "RIGHT-TO-LEFT OVERRIDE"),
        ("Ac\u2066me", "LEFT-TO-RIGHT ISOLATE"),
        ("Ac\u200fme", "RIGHT-TO-LEFT MARK"),
        ("Ac\u200bme", "ZERO WIDTH SPACE"),
        ("\ufeffAcme", "ZERO WIDTH NO-BREAK SPACE"),
        ("Ac\U000e0041me", "TAG LATIN CAPITAL LETTER A"),
        ("Ac\uffffme", "U+FFFF"),
        ("Jos\ufffd", "lost"),
        ("#N/A", "spreadsheet"),
        ("#REF!", "spreadsheet"),
        ("#NAME?", "spreadsheet"),
        ("#VALUE!", "spreadsheet"),
        ("#DIV/0!", "spreadsheet"),
        ("#NUM!", "spreadsheet"),
        ("#NULL!", "spreadsheet"),
        (" #spill! ", "spreadsheet"),
        ("#BEZUG!", "spreadsheet"),
        ("#¿NOMBRE?", "spreadsheet"),
        ("########", "spreadsheet"),
        ("Err:502", "spreadsheet"),
    ),
)
def test_plain_refuses_what_nobody_typed(raw, words):
    assert words in said(single, raw)


@pytest.mark.parametrize("raw", ("a\0b", "a\u202eb", "a\x0bb", "a\u2029b", "#N/A"))
def test_plain_refuses_hidden_characters_in_long_texts_too(raw):
    assert said(several, raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    (
        ("  Acme \u00a0 Trust ", "Acme Trust"),
        ("Cafe\u0301", "Café"),
        (
            "\u0645\u06cc\u200c\u0631\u0648\u062f",
            "\u0645\u06cc\u200c\u0631\u0648\u062f",
        ),
        ("#MeToo", "#MeToo"),
        ("=1+1", "=1+1"),
        ("'=1+1", "=1+1"),
        ("''=1+1", "'=1+1"),
        ("'t Veld", "'t Veld"),
        ("'+32 2", "+32 2"),
        ("\U0001f469\u200d\U0001f33e", "\U0001f469\u200d\U0001f33e"),
    ),
)
def test_plain_tidies_a_single_line(raw, text):
    assert single(raw) == text


def test_plain_keeps_the_lines_of_a_long_text():
    assert several(" one\r\n\ttwo\rthree\n\n") == "one\n\ttwo\nthree"


@given(st.text())
def test_guard_is_undone_by_plain(text):
    guarded = cells.guard(text)

    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    if text.isprintable() and text == single_or_same(text):
        assert single(guarded) == text


def single_or_same(text):
    try:
        return single(cells.guard(text))
    except CellError:
        return None


def test_text_says_how_much_fits():
    assert cells.text(3)("abc") == "abc"
    assert "4 characters; at most 3" in said(cells.text(3), "abcd")


@pytest.mark.parametrize(
    ("value", "address"),
    (
        ("Rosa@Example.ORG", "rosa@example.org"),
        ("o'neil+news@example.co.uk", "o'neil+news@example.co.uk"),
        ("rosa@bücher.example", "rosa@xn--bcher-kva.example"),
        ("rosa@BÜCHER.example", "rosa@xn--bcher-kva.example"),
        ("rosa@xn--bcher-kva.example", "rosa@xn--bcher-kva.example"),
    ),
)
def test_email_has_one_spelling(value, address):
    assert cells.email(254)(value) == address


@pytest.mark.parametrize(
    "value",
    (
        "rosa",
        "rosa@",
        "@example.org",
        "rosa@localhost",
        "rosa@[127.0.0.1]",
        "rosa@example..org",
        ".rosa@example.org",
        "rosa@@example.org",
        "rosa@example.org.",
        "rosa@-example.org",
        "rosa@exa_mple.org",
        "rosa@fa\u00df.example",
        "rosa@exa\u200dmple.org",
        "rosa@ex\u2100mple.org",
        "rosa@xn--0.example",
        "rósa@example.org",
        "rosa\uff20example.org",
        "rosa@example.org, ben@example.org",
        "rosa@example.org;ben@example.org",
        "rosa@example.org ben@example.org",
        "Rosa <rosa@example.org>",
        '"rosa silva"@example.org',
        '"rosa"@example.org',
        "mailto:rosa@example.org",
        "x" * 65 + "@example.org",
        "rosa@" + "x" * 64 + ".org",
        "rosa@" + ("x" * 60 + ".") * 5 + "org",
        "rosa@" + "é" * 5000 + ".org",
    ),
)
def test_email_takes_one_bare_address_only(value):
    assert said(cells.email(254), value)


def test_a_name_is_not_taken_for_several_addresses():
    assert said(cells.email(254), "Rosa Marín").startswith("This is not a valid")
    assert "one e-mail address only" in said(cells.email(254), "a@b.org c@d.org")


@pytest.mark.parametrize(
    ("value", "address"),
    (
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://Example.org", "HTTP://Example.org"),
        ("www.example.org", "https://www.example.org"),
        ("example.org/about", "https://example.org/about"),
        ("https://bücher.example", "https://bücher.example"),
    ),
)
def test_website_is_a_web_address(value, address):
    assert cells.website(300)(value) == address


@pytest.mark.parametrize(
    "value",
    (
        "javascript:alert(1)",
        "JavaScript://example.org/%0aalert(1)",
        "data:text/html,hello",
        "ftp://example.org",
        "file:///etc/passwd",
        "//example.org",
        "https://",
        "https:/example.org",
        "https://bank.example@evil.example",
        "https://evil.example\\@bank.example",
        "https://exa mple.org",
        "https://[::1",
        "example",
        "see our page",
        "https://example.org/" + "x" * 300,
    ),
)
def test_website_refuses_anything_else(value):
    assert said(cells.website(300), value)


@time_machine.travel("2026-05-14")
@pytest.mark.parametrize(
    ("value", "day"),
    (
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("1900-01-01", dt.date(1900, 1, 1)),
        ("2027-05-15", dt.date(2027, 5, 15)),
    ),
)
def test_date_reads_iso_dates(value, day):
    assert cells.date(value) == day


@time_machine.travel("2026-05-14")
@pytest.mark.parametrize(
    ("value", "words"),
    (
        ("2025-02-30", "no such day"),
        ("2025-02-29", "no such day"),
        ("2025-13-01", "no such day"),
        ("0000-00-00", "no such day"),
        ("14.05.2026", "YYYY-MM-DD"),
        ("05/14/2026", "YYYY-MM-DD"),
        ("2026-5-14", "YYYY-MM-DD"),
        ("2026-05-14T10:00", "YYYY-MM-DD"),
        ("46156", "YYYY-MM-DD"),
        ("\u0662\u0660\u0662\u0666-05-14", "YYYY-MM-DD"),
        ("today", "YYYY-MM-DD"),
        ("0001-01-01", "year"),
        ("2062-05-14", "year"),
    ),
)
def test_date_refuses_days_that_are_not(value, words):
    assert words in said(cells.date, value)


@pytest.mark.parametrize(
    "value", ("+32 2 555 01 00", "(02) 555-01-00 ext. 12", "112", "+1/555/0100 x9")
)
def test_phone_keeps_what_can_be_dialled(value):
    assert cells.phone(40)(value) == value


@pytest.mark.parametrize("value", ("call me", "+()", "3.22E+09", "5" * 41, "12a34"))
def test_phone_refuses_what_cannot(value):
    assert said(cells.phone(40), value)


def test_tags_are_split_and_kept_once():
    assert cells.tags(each=9, most=3)("trade; Food,trade ;; FOOD") == ["trade", "Food"]


@pytest.mark.parametrize("value", ("a" * 10, "a,b,c,d", "a;" * 500))
def test_tags_are_short_and_few(value):
    assert said(cells.tags(each=9, most=3), value)
