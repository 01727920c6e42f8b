"""Who is meant by a name after an @."""

import pytest
from django.utils import timezone

from tasks.queries.mentions import MOST, people_like, read_mentions
from tests.factories.members import AffiliationFactory, MembershipFactory

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def here(harbor):
    def add(name, **fields):
        return MembershipFactory(
            coalition=harbor, person__full_name=name, **fields
        ).person

    return add


def read(text, picked=(), known=()):
    return read_mentions(text, picked=dict(picked), known=dict(known))


@pytest.mark.parametrize(
    ("text", "full"),
    (
        ("@Ana Ruiz, can you?", "@Ana Ruiz, can you?"),
        ("@ana ruiz can you?", "@Ana Ruiz can you?"),
        ("Ask (@Ana Ruiz).", "Ask (@Ana Ruiz)."),
        ("@Ana Ruiz’s idea", "@Ana Ruiz’s idea"),
        ("@Ana can you?", "@Ana Ruiz can you?"),
        ("**@Ana** and @ana", "**@Ana Ruiz** and @Ana Ruiz"),
        ("@Ruiz: yes", "@Ana Ruiz: yes"),
        ("@Ana Ruiz\nand all", "@Ana Ruiz\nand all"),
    ),
)
def test_a_name_is_found_and_written_in_full(here, text, full):
    ana = here("Ana Ruiz")
    found = read(text)
    assert (found.text, found.questions) == (full, [])
    assert found.named == {"Ana Ruiz": ana}


@pytest.mark.parametrize(
    "text", ("ana@ruiz.org", "at 5 @ Ana", "@5pm", "https://social.org/@ana", "@@ana")
)
def test_not_every_sign_is_a_name(here, text):
    here("Ana Ruiz")
    found = read(text)
    assert (found.text, found.named, found.questions) == (text, {}, [])


def test_the_longest_name_is_meant(here):
    here("Ana")
    both = here("Ana Ruiz")
    here("Dr. Helen Brandt")
    assert read("@Ana Ruiz!").named == {"Ana Ruiz": both}
    assert read("@dr. helen brandt.").text == "@Dr. Helen Brandt."


def test_several_of_a_name_are_asked_about_and_one_picked(here):
    one, two = here("Ana Ruiz"), here("Ana Silva")
    (question,) = read("@Ana, please").questions
    assert (question.name, question.people) == ("Ana", [one, two])
    found = read("@Ana, please", {"ana": str(two.pk)})
    assert (found.text, found.questions) == ("@Ana Silva, please", [])
    assert found.named == {"Ana Silva": two}


def test_two_people_of_one_name_are_told_apart(here, harbor):
    one, two = here("Ana Ruiz"), here("Ana Ruiz")
    AffiliationFactory(
        person=two, partner__coalition=harbor, partner__name="Tenants Union"
    )
    (question,) = read("@Ana Ruiz").questions
    assert {p.partner_name for p in question.people} == {None, "Tenants Union"}
    picked = {"ana ruiz": str(two.pk)}
    assert read("@Ana Ruiz", picked).named == {"Ana Ruiz": two}
    assert read("@Ana Ruiz", known={"Ana Ruiz": one}).named == {"Ana Ruiz": one}


def test_a_part_of_a_word_is_no_name(here):
    ana = here("Hana Ruiz")
    (question,) = read("@Han").questions
    assert question.people == [ana]
    (question,) = read("@ana").questions
    assert question.people == []


@pytest.mark.parametrize("state", ("removed", "suspended"))
def test_who_has_no_access_is_not_found(here, state):
    here("Ana Ruiz", state=state)
    (question,) = read("@Ana Ruiz").questions
    assert question.people == []
    assert people_like("ana") == []


def test_erased_people_and_those_of_elsewhere_are_not_found(here, charlie):
    here("Ana Ruiz", person__erased_at=timezone.now())
    for text in ("@Ana Ruiz", "@Charlie Canary", "@Charlie"):
        (question,) = read(text).questions
        assert question.people == []


def test_who_was_named_before_stays_named(here):
    ana = here("Ana Ruiz", state="removed")
    found = read("@Ana Ruiz", known={"Ana Ruiz": ana})
    assert (found.named, found.questions) == ({"Ana Ruiz": ana}, [])


def test_a_hundred_unknown_names_are_not_looked_up(here, django_assert_max_num_queries):
    names = [f"{letter}{other}x" for letter in "abcdefghij" for other in "abcdefghij"]
    with django_assert_max_num_queries(MOST + 1):
        read(" ".join(f"@{name}" for name in names))


def test_accents_and_case_do_not_matter_in_suggestions(here):
    ana = here("Ánna Núñez")
    assert people_like("anna nu") == [ana]
    assert people_like("nunez") == [ana]
    assert people_like("unez") == []
