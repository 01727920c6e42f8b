"""What people answer when there is nothing to say, and what only begins like it."""

import pytest

from coalition.common.nothing import is_nothing


@pytest.mark.parametrize(
    "words",
    (
        *("Nothing", "nothing!", "No.", "none", "N/A", "n.a.", "-", "—", "not really"),
        *("Nothing to report this week, sorry!", "Nope, nothing so far", "No, thanks"),
        *("nada", "Ninguna", "Ninguno por ahora", "Sin novedad", "No hay cambios"),
        *("Sin novedades, un saludo", "Nada que celebrar todavía", "no aplica"),
    ),
)
def test_it_is_nothing(words):
    assert is_nothing(words)


@pytest.mark.parametrize(
    "words",
    (
        *("", "  ", "Nothing but the permit is missing", "No van", "Not really a lot"),
        *("None of the keys fit", "Nada funciona", "Ninguna sala tiene rampa", "4"),
        *("No hay sala", "Sin novedades del permiso", "Thanks!", "nothing " * 400),
    ),
)
def test_it_says_something(words):
    assert not is_nothing(words)
