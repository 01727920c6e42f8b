"""An offer fits an ask by words that anybody can see."""

import pytest

from members.models import CapacityOffer, Partner
from tasks.models import Ask
from tasks.queries.matching import best_fits


def offer(kind, amount="", note="", partner="One"):
    of = Partner(pk=hash(partner) % 1000, name=partner)
    return CapacityOffer(kind=kind, amount=amount, note=note, partner=of)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    (
        ("A second room.", "Meeting rooms", ("room",)),
        ("Childcare on two Tuesdays", "Childcare", ("Childcare",)),
        ("Somebody to translate a letter", "Translators", ("translate",)),
        ("Una sala para reunirnos", "Salas de reunión", ("sala", "reunirnos")),
        ("TRADUCCIÓN al somalí", "traducciones", ("TRADUCCIÓN",)),
    ),
)
def test_words_fit_across_their_endings(text, kind, words):
    (fit,) = best_fits(Ask(text=text), [offer(kind)])
    assert fit.words == words


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    (
        ("Somebody it knows.", "Printing", "500 leaflets"),
        ("Help for two evenings a week", "Legal advice", "One evening a week"),
        ("A car", "Care", ""),
        ("", "Rooms", ""),
        ("Rooms", "", ""),
    ),
)
def test_empty_and_short_words_fit_nothing(text, kind, amount):
    assert best_fits(Ask(text=text), [offer(kind, amount)]) == []


def test_what_is_named_first_counts_twice_and_each_partner_stands_once():
    offers = [
        offer("Hall", note="A room with a kitchen", partner="Church"),
        offer("Rooms", partner="School"),
        offer("Printing", note="in our room", partner="School"),
    ]
    fits = best_fits(Ask(text="A room"), offers)
    assert [(fit.offer.partner.name, fit.score) for fit in fits] == [
        ("School", 2),
        ("Church", 1),
    ]
