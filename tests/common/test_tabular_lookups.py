"""Cells whose values are listed elsewhere, and what may be meant by others."""

import pytest

from coalition.common.tabular import (
    CellError,
    cells,
    lookups,
)


def said(rule, value):
    with pytest.raises(CellError) as caught:
        rule(value)
    message = caught.value.message
    return message if isinstance(message, str) else message()


@pytest.mark.parametrize(
    ("value", "name"),
    (
        ("Europe/Brussels", "Europe/Brussels"),
        ("europe/brussels", "Europe/Brussels"),
        ("America/New York", "America/New_York"),
        ("UTC", "UTC"),
    ),
)
def test_zone_knows_the_database_of_zones(value, name):
    assert lookups.zone(value) == name


@pytest.mark.parametrize(
    ("value", "name"),
    (
        ("Europe/Brussel", "“Europe/Brussels”"),
        ("Brussels", "“Europe/Brussels”"),
        ("new york", "“America/New_York”"),
        ("Asia/Calcuta", "“Asia/Calcutta”"),
        ("???", "“Europe/Brussels”"),
        ("../../etc/passwd", "Perhaps"),
        ("Factory", "Perhaps"),
        ("x" * 90_000, "Perhaps"),
    ),
)
def test_zone_suggests_what_may_be_meant(value, name):
    assert name in said(lookups.zone, value)


@pytest.mark.parametrize("value", ("GMT+2", "UTC+1", "PST", "EDT"))
def test_zone_suggests_places_not_offsets_that_mean_the_opposite(value):
    assert said(lookups.zone, value).endswith("Perhaps “Europe/Brussels”?")


@pytest.mark.parametrize(
    ("value", "code"), (("EN", "en"), ("pt_BR", "pt-br"), ("zh-Hant", "zh-hant"))
)
def test_language_is_a_code(value, code):
    assert lookups.language(value) == code


@pytest.mark.parametrize(
    ("value", "code"),
    (("English", "“en”"), ("español", "“es”"), ("Deutch", "“de”"), ("?", "“en”")),
)
def test_language_suggests_the_code(value, code):
    assert code in said(lookups.language, value)


def test_choice_says_which_words_there_are():
    rule = cells.choice({"yes": True}, refused=lambda value: f"not {value}")

    assert rule("YES") is True
    assert said(rule, "may\x07be") == "not may\\x07be"
