"""One search over partners, people, goals and tasks, within what a member may see."""

import re
from html import unescape

import pytest
from django.utils import timezone

from tests.factories.checkins import RoleAssignmentFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import AffiliationFactory, PartnerFactory, PersonFactory
from tests.factories.tasks import TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(client_of):
    def search(membership, words, **headers):
        return client_of(membership).get(
            at(membership, "web:search"), {"q": words}, headers=headers
        )

    return search


def plant(coalition, words="Niños"):
    partner = PartnerFactory(coalition=coalition, name=f"{words} primero")
    person = PersonFactory(coalition=coalition, full_name=f"Ana {words}")
    AffiliationFactory(coalition=coalition, partner=partner, person=person)
    RoleAssignmentFactory(
        role__coalition=coalition, role__ask_about=f"Jugar con {words}", person=person
    )
    goal = GoalFactory(coalition=coalition, title=f"Aire para {words}")
    TaskFactory(coalition=coalition, goal=goal, title=f"Hablar con {words}")


@pytest.mark.parametrize("words", ("niños", "NINOS", "nin\u0303os", " Niños "))
def test_accents_and_case_do_not_matter(words, harbor, bob, found):
    plant(harbor)
    page = found(bob, words).content.decode()
    for title in (
        "Niños primero",
        "Ana Niños",
        "Aire para Niños",
        "Hablar con Niños",
        "Jugar con Niños",
    ):
        assert title in page


def test_every_word_has_to_be_there(harbor, bob, found):
    plant(harbor)
    page = found(bob, "hablar niños").content.decode()
    assert "Hablar con Niños" in page
    assert "Ana Niños" not in page


def test_nothing_of_another_coalition_is_found(harbor, bob, charlie, found):
    plant(charlie.coalition, "Quagga")
    answer = found(bob, "quagga").content.decode()
    assert "Nothing found" in answer
    assert "Quagga" not in answer


def test_addresses_are_found_by_who_may_read_them(harbor, alice, bob, found):
    PersonFactory(coalition=harbor, full_name="Kim Cho", email="kim@quiet.example")
    assert "Kim Cho" in found(alice, "quiet.example").content.decode()
    assert "Kim Cho" not in found(bob, "quiet.example").content.decode()


def test_who_was_erased_is_not_found(harbor, alice, found):
    PersonFactory(coalition=harbor, full_name="Kim Cho", erased_at="2026-01-01T00:00Z")
    assert "Nothing found" in found(alice, "kim").content.decode()


def test_no_words_find_nothing_and_say_what_to_do(bob, found):
    assert "Type a name or a word" in found(bob, "").content.decode()


def test_more_than_fit_lead_to_the_list(harbor, bob, found):
    for n in range(9):
        PartnerFactory(coalition=harbor, name=f"Harbor {n}")
    page = found(bob, "harbor").content.decode()
    assert f"{at(bob, 'members:partner_list')}?q=harbor" in page
    assert "Harbor 7" in page
    assert "Harbor 8" not in page


def test_the_lists_show_all_that_was_found(harbor, bob, client_of, found):
    """Also what is done or closed, which the lists leave out at first."""
    ended = {"state": "achieved", "closed_at": timezone.now()}
    for n in range(9):
        plant(harbor, f"Lantern {n}")
        GoalFactory(coalition=harbor, title=f"Lantern goal {n}", **ended)
        TaskFactory(
            goal__coalition=harbor, title=f"Lantern task {n}", done_at=timezone.now()
        )
    page = found(bob, "lantern").content.decode()
    links = re.findall(r'href="([^"]+q=lantern[^"]*)"', page)
    assert len(links) == 5
    client = client_of(bob)
    for name, words in (("goals:goal_list", "goal"), ("tasks:task_list", "task")):
        (link,) = (link for link in links if link.startswith(at(bob, name)))
        listed = client.get(unescape(link)).text
        for n in range(9):
            assert f"Lantern {words} {n}" in listed


def test_htmx_gets_the_hits_alone(harbor, bob, found):
    plant(harbor)
    page = found(bob, "niños", **HTMX).content.decode()
    assert "Ana Niños" in page
    assert "<html" not in page


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow(
    count, harbor, bob, client_of, django_assert_num_queries
):
    for n in range(count):
        plant(harbor, f"Niños {n}")
    client = client_of(bob)
    # session, user, membership; five kinds, the partners of people twice, and
    # who holds the roles
    with django_assert_num_queries(11):
        client.get(at(bob, "web:search"), {"q": "niños"})
