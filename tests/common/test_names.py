"""Names that may mean one organisation."""

import time
import unicodedata

import pytest

from coalition.common.names import fold, near_twins


@pytest.mark.parametrize(
    ("one", "other"),
    (
        ("Café du Port", unicodedata.normalize("NFD", "Café du Port")),
        ("Harbor Watch", "  harbor   WATCH "),
        ("Harbor Watch", "Harbor\u00a0Watch"),
        ("Groß & Söhne", "GROSS & SÖHNE"),
        ("\uff21\uff22\uff23 Trust", "ABC Trust"),
        ("\u0645\u06cc\u200c\u0631\u0648", "\u0645\u06cc\u0631\u0648"),
    ),
)
def test_fold_makes_spellings_of_one_name_equal(one, other):
    assert fold(one) == fold(other)


def test_fold_keeps_accents_apart():
    assert fold("Société") != fold("Societe")


@pytest.mark.parametrize(
    ("known", "new"),
    (
        ("AFTINET", "AFTINET (Australia)"),
        ("AFTINET (Australia)", "AFTINET"),
        ("Fair Trade Network (FTN)", "FTN"),
        ("River Action Group", "Rivers Action Group"),
        ("River Action Group", "River Acton Group"),
        ("River Action Group", "River Actoin Group"),
        ("River Action Group", "River Aktion Group"),
        ("ATTAC", "\u0410\u0422\u0422\u0410\u0421"),
        ("Oxbow", "0xbow"),
        ("Société Civile", "Societe Civile"),
        ("Harbor Watch", "The Harbor Watch"),
        ("Harbor Watch", "Harbor Watch, Inc."),
        ("Nachbarn e.V.", "Nachbarn"),
        ("Food and Water", "Food & Water"),
        ("Citizen's Voice", "Citizen\u2019s Voice"),
        ("Greenpeace", "Greenpeace Germany"),
        ("A Forum of Many Small Towns in the North", "Towns in the North"),
        ("One Very Long Name of a Group of Nine", "One Very Long Name of a Group"),
        (
            "Confederation of the Friends of Rivers, Lakes and Wetlands of the North",
            "Confederation of the Friends of Rivers, Laxes and Wetlands of the North",
        ),
        ("COAST / Equity BD", "EquityBD"),
        ("Sea Kenya", "Kenya Sea"),
        ("\u0645\u06cc\u200c\u0631\u0648\u062f", "\u0645\u06cc\u0631\u0648\u062f"),
    ),
)
def test_near_twins_are_found(known, new):
    assert near_twins([known], [new]) == {1: 0}


@pytest.mark.parametrize(
    ("known", "new"),
    (
        ("Local Group 12", "Local Group 13"),
        ("CSA", "CSB"),
        ("ATTAC Norway", "ATTAC Japan"),
        ("Farmers A (union)", "Workers B (union)"),
        ("River Action", "Forest Action"),
        ("!!!", "???"),
        ("", "()"),
    ),
)
def test_different_names_are_left_alone(known, new):
    assert near_twins([known], [new]) == {}


def test_near_twins_compares_new_names_with_each_other():
    assert near_twins(["Forest"], ["River Action", "The River Action"]) == {2: 1}


def test_near_twins_prefers_the_name_that_stands_first():
    assert near_twins(["Harbor Watch"], ["Harbour Watch", "Harbors Watch"]) == {
        1: 0,
        2: 0,
    }


def test_near_twins_says_nothing_about_known_names():
    assert near_twins(["Harbor Watch", "Harbour Watch"], []) == {}


@pytest.mark.parametrize(
    "pattern",
    ("Organisation number {:05}", "Group {:c} of the valley", "{0:c}{0:c}{0:c}{0:c}"),
)
def test_near_twins_of_ten_thousand_names_stay_cheap(pattern):
    names = [pattern.format(0x4E00 + place) for place in range(10_000)]

    begun = time.process_time()
    near_twins([], names)

    assert time.process_time() - begun < 15
