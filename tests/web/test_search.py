"""One search over partners, people, goals and tasks, within what a member may see."""

import re
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.models import Circle, IssueKind, IssueState, Reach, Topic
from comms.services.finding import keep_findable
from comms.services.items import withdraw_item
from comms.updates.addressees import Addressees
from tasks.models import AskState, HurdleState, SeenBy
from tasks.services.checkins import Said, answer_check_in
from tests.comms.drafts import arrived, content, make_issue
from tests.factories.checkins import AskFactory, HurdleFactory, RoleAssignmentFactory
from tests.factories.feedback import FeedbackFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import AffiliationFactory, PartnerFactory, PersonFactory
from tests.factories.tasks import TaskFactory
from tests.tasks.checkins import OPENED, asked
from tests.utils import HTMX, acting, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(client_of):
    def search(membership, words, **headers):
        return client_of(membership).get(
            at(membership, "web:search"), {"q": words}, headers=headers
        )

    return search


def tell(coalition, person, **fields):
    """Return what has reached this person."""
    issue = make_issue(coalition, IssueState.DONE, released_at=timezone.now(), **fields)
    with scope(coalition=coalition):
        keep_findable(issue)
    return arrived(issue, person)


def announce(person, **fields):
    kinds = {"kind": IssueKind.ANNOUNCEMENT, "topic": Topic.WORDS}
    return tell(person.coalition, person, **kinds, **fields)


def plant(coalition, words="Niños"):
    partner = PartnerFactory(coalition=coalition, name=f"{words} primero")
    person = PersonFactory(coalition=coalition, full_name=f"Ana {words}")
    AffiliationFactory(coalition=coalition, partner=partner, person=person)
    RoleAssignmentFactory(
        role__coalition=coalition, role__ask_about=f"Jugar con {words}", person=person
    )
    goal = GoalFactory(coalition=coalition, title=f"Aire para {words}")
    TaskFactory(coalition=coalition, goal=goal, title=f"Hablar con {words}")
    FeedbackFactory(coalition=coalition, text=f"Escuchar a {words}")
    said = {"seen_by": SeenBy.MEMBERS, "coalition": coalition, "check_in": None}
    tell(coalition, person, subject=f"Noticias de {words}")
    HurdleFactory(person=person, text=f"Falta sitio para {words}", **said)
    AskFactory(person=person, text=f"Libros para {words}", **said)


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
        "Falta sitio para Niños",
        "Libros para Niños",
        "Noticias de Niños",
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
        said = {"seen_by": SeenBy.MEMBERS, "coalition": harbor, "check_in": None}
        past = {"person": bob.person, **said}
        solved = {"state": HurdleState.SOLVED, "solved_at": timezone.now()}
        HurdleFactory(text=f"Lantern hurdle {n}", **past, **solved)
        tell(harbor, bob.person, subject=f"Lantern update {n}")
        closed = {"state": AskState.CLOSED, "closed_at": timezone.now()}
        AskFactory(text=f"Lantern ask {n}", **past, **closed)
    page = found(bob, "lantern").content.decode()
    links = re.findall(r'href="([^"]+q=lantern[^"]*)"', page)
    assert len(links) == 9
    client = client_of(bob)
    for name, words in (
        ("goals:goal_list", "goal"),
        ("tasks:task_list", "task"),
        ("tasks:hurdle_list", "hurdle"),
        ("tasks:ask_list", "ask"),
        ("comms:archive_list", "update"),
    ):
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
    # session, user, membership; nine kinds, the partners of people twice, and
    # who holds the roles
    with django_assert_num_queries(16):
        client.get(at(bob, "web:search"), {"q": "niños"})


@pytest.mark.parametrize("factory", (HurdleFactory, AskFactory))
def test_what_was_said_is_found_by_those_to_whom_it_was_said(
    factory, harbor, bob, found, request
):
    said = {"coalition": harbor, "check_in": None, "text": "The quokka is ill"}
    factory(person=bob.person, seen_by=SeenBy.LEADS, **said)
    for reader in ("alice", "bob", "stella", "vera"):
        page = found(request.getfixturevalue(reader), "quokka").text
        assert ("The quokka is ill" in page) == (reader != "vera"), reader


@pytest.mark.usefixtures("in_harbor")
@time_machine.travel(OPENED)
def test_words_that_are_changed_are_found_anew(bob, found):
    check_in = asked(bob)
    for text in ("The lift is broken", "The ramp is broken"):
        answer_check_in(check_in=check_in, said=Said(hurdle=text), by=acting(bob))
        check_in.refresh_from_db()
    assert "The ramp is broken" in found(bob, "ramp").text
    assert "Nothing found" in found(bob, "lift").text


def test_what_was_sent_is_found_by_all_that_stood_in_it(harbor, bob, found):
    own = {"key": "own:1", "heading": "Thanks", "words": "To **Ünal**", "by": "Alice"}
    tell(
        harbor,
        bob.person,
        subject="Our week",
        introduction="The *quokka* is well.",
        told=content("Forty wallabies counted"),
        own_sections=[{**own, "circle": Circle.EVERYBODY.value}],
    )
    for words in ("our week", "quokka", "wallabies", "unal"):
        page = found(bob, words).text
        assert "Our week" in page, words
        assert "Updates we sent" in page


def test_what_not_everybody_reads_of_it_finds_nothing(harbor, alice, bob, found):
    own = {"key": "own:1", "heading": "Budget", "words": "A wombat", "by": "Alice"}
    issue = tell(
        harbor,
        bob.person,
        subject="Our week",
        told=content("Forty wallabies counted", "A quokka fed"),
        hidden=["task:2"],
        own_sections=[{**own, "circle": Circle.STEERING.value}],
    )
    for words in ("wombat", "quokka"):
        assert "Our week" not in found(alice, words).text
    with scope(coalition=harbor):
        withdraw_item(issue=issue, key="task:1", by=acting(alice))
    assert "Our week" not in found(bob, "wallabies").text


@pytest.mark.parametrize("reader", ("alice", "bob", "vera"))
def test_announcements_are_found_by_whom_they_were_for(
    bob, charlie, found, request, reader
):
    """And by who sees drafts, as Alice does."""
    group = Addressees(Reach.GROUP, (1,), "Media").as_json()
    announce(bob.person, subject="The quokka press day", addressees=group)
    announce(charlie.person, subject="The quokka elsewhere")
    page = found(request.getfixturevalue(reader), "quokka").text
    assert ("The quokka press day" in page) == (reader != "vera")
    assert "elsewhere" not in page


def test_what_an_update_told_is_found_until_it_is_taken_back(harbor, alice, bob, found):
    update = tell(harbor, bob.person, subject="Our week")
    news = make_issue(
        harbor,
        IssueState.MERGED,
        subject="The quokka is here",
        kind=IssueKind.ANNOUNCEMENT,
        topic=Topic.WORDS,
        source_key="a:1",
        told_in=update,
        released_at=timezone.now(),
    )
    with scope(coalition=harbor):
        keep_findable(news)
    assert "The quokka is here" in found(bob, "quokka").text
    with scope(coalition=harbor):
        withdraw_item(issue=update, key=f"issue:{news.pk}", by=acting(alice))
    assert "The quokka is here" not in found(bob, "quokka").text


def test_a_draft_is_not_found(harbor, alice, bob, found):
    with scope(coalition=harbor):
        keep_findable(make_issue(harbor, subject="The quokka is here"))
    for reader in (alice, bob):
        assert "Nothing found" in found(reader, "quokka").text
