"""Standing roles: written down, given, ended, handed over; whom to ask about what."""

from datetime import date

import pytest

from members.models import AuditEntry
from tasks.models import Role, RoleAssignment
from tests.factories.checkins import RoleAssignmentFactory, RoleFactory
from tests.factories.members import AffiliationFactory, PersonFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")

FORM = {"name": "Press", "ask_about": "media", "seats": 1, "how_filled": "volunteers"}


@pytest.fixture
def role(harbor):
    return RoleFactory(
        coalition=harbor, name="Press", ask_about="Média, radio", term_months=12
    )


@pytest.fixture
def term(role, bob):
    return RoleAssignmentFactory(role=role, person=bob.person)


def test_role_create_leads_to_its_page(client_of, alice):
    client = client_of(alice)
    page = client.post(at(alice, "tasks:role_create"), FORM, follow=True)
    assert "The role is there. Who takes it?" in page.text
    assert "Nobody holds it now." in page.text
    assert Role.objects.get().ask_about == "media"


@pytest.mark.parametrize(
    ("form", "said"),
    (
        ({"name": ""}, "Please fill this in."),
        ({"name": "Press"}, "There is a role of this name already."),
        ({"seats": 0}, "greater than or equal to 1"),
        ({"term_months": 0}, "greater than or equal to 1"),
    ),
)
def test_role_create_says_what_is_wrong(form, said, client_of, alice, role):
    page = client_of(alice).post(
        at(alice, "tasks:role_create"), FORM | {"name": "Notes"} | form
    )
    assert page.status_code == 422
    assert said in page.text


@pytest.mark.usefixtures("term")
def test_role_edit_tells_the_second_and_keeps_seats_taken(client_of, alice, role, vera):
    Role.objects.update(seats=2)
    RoleAssignmentFactory(role=role, person=vera.person)
    client, url = client_of(alice), at(alice, "tasks:role_edit", role.pk)
    page = client.post(url, FORM | {"seats": 1, "version": 1})
    assert "2 people hold it at once" in page.text
    good = FORM | {"seats": 3, "version": 1}
    assert client.post(url, good).status_code == 303
    assert client.post(url, good).status_code == 422


def test_role_close_can_be_undone(client_of, alice, role):
    client = client_of(alice)
    page = client.post(at(alice, "tasks:role_close", role.pk), follow=True)
    undo = at(alice, "tasks:role_reopen", role.pk)
    assert f'action="{undo}"' in page.text
    assert not Role.objects.open().exists()
    client.post(undo)
    assert Role.objects.open().get() == role


def test_role_reopen_says_when_its_name_is_taken(client_of, alice, role):
    client = client_of(alice)
    client.post(at(alice, "tasks:role_close", role.pk))
    RoleFactory(coalition=role.coalition, name="Press")
    page = client.post(at(alice, "tasks:role_reopen", role.pk), follow=True)
    assert "There is a role of this name already." in page.text


def test_term_create_counts_the_term_and_can_be_taken_back(
    client_of, harbor, alice, bob, role
):
    place = AffiliationFactory(person=bob.person, partner__coalition=harbor)
    client, url = client_of(alice), at(alice, "tasks:term_create", role.pk)
    page = client.post(url, {"who": "Bob Brown", "from_on": "2026-05-13"}, follow=True)
    given = RoleAssignment.objects.get()
    assert (given.person, given.partner) == (bob.person, place.partner)
    assert given.to_on == date(2027, 5, 12)
    assert "Bob Brown holds “Press”." in page.text
    client.post(at(alice, "tasks:term_delete", given.pk))
    assert not RoleAssignment.objects.exists()
    client.post(at(alice, "tasks:term_restore", given.pk))
    assert RoleAssignment.objects.get().pk == given.pk


def test_term_create_respects_the_seats_on_every_day(client_of, alice, vera, role):
    RoleAssignmentFactory(role=role, from_on=date(2026, 9, 1), to_on=date(2026, 9, 1))
    client, url = client_of(alice), at(alice, "tasks:term_create", role.pk)
    form = {"who": "Vera Vance", "from_on": "2026-05-13"}
    page = client.post(url, form)
    assert page.status_code == 422
    assert "every seat is taken" in page.text
    assert client.post(url, form | {"to_on": "2026-08-31"}).status_code == 303


def test_term_create_refuses_the_same_person_twice(client_of, alice, role, term):
    Role.objects.update(seats=5)
    url = at(alice, "tasks:term_create", role.pk)
    page = client_of(alice).post(url, {"who": "Bob Brown", "from_on": "2026-05-13"})
    assert "Bob Brown holds this role already" in page.text


def test_term_end_frees_the_seat_and_can_be_undone(client_of, alice, role, term):
    client = client_of(alice)
    url = at(alice, "tasks:term_end", term.pk)
    assert client.post(url, {"to_on": "2025-01-01"}).status_code == 422
    client.post(url, {"to_on": "2026-05-12"})
    page = client.get(at(alice, "tasks:role_detail", role.pk)).text
    assert "1 seat free" in page
    assert "Who held it before" in page
    client.post(at(alice, "tasks:term_resume", term.pk))
    assert RoleAssignment.objects.get().to_on is None


def test_term_resume_finds_the_seat_taken(client_of, alice, role, term, vera):
    client = client_of(alice)
    client.post(at(alice, "tasks:term_end", term.pk), {"to_on": "2026-05-12"})
    RoleAssignmentFactory(role=role, person=vera.person, from_on=date(2026, 5, 13))
    page = client.post(at(alice, "tasks:term_resume", term.pk), follow=True)
    assert "every seat is taken" in page.text


def test_term_hand_over_is_one_step_there_and_back(client_of, alice, role, term, vera):
    client, url = client_of(alice), at(alice, "tasks:term_hand_over", term.pk)
    form = {"who": "Vera Vance", "from_on": "2026-06-01", "handover_notes": "Call Sam."}
    client.post(url, form)
    old, new = RoleAssignment.objects.order_by("from_on")
    assert (old.to_on, old.handover_notes) == (date(2026, 5, 31), "Call Sam.")
    assert (new.person, new.from_on) == (vera.person, date(2026, 6, 1))
    client.post(at(alice, "tasks:term_resume", term.pk))
    assert RoleAssignment.objects.get().to_on is None
    told = AuditEntry.objects.values_list("action", flat=True)
    assert {"hand over", "give", "resume"} <= set(told)


def test_notes_are_for_coordinators_and_who_comes_next(
    client_of, alice, stella, vera, term
):
    bob, role = term.person.membership, term.role
    url = at(bob, "tasks:term_notes", term.pk)
    assert client_of(stella).get(url).status_code == 404
    form = {"handover_notes": "Call Sam.", "version": 1}
    assert client_of(bob).post(url, form).status_code == 303
    RoleAssignment.objects.update(to_on=date(2026, 5, 12))
    RoleAssignmentFactory(role=role, person=vera.person, from_on=date(2026, 6, 1))
    page = at(bob, "tasks:role_detail", role.pk)
    assert "Call Sam." in client_of(alice).get(page).text
    assert "Call Sam." in client_of(vera).get(page).text
    assert "Call Sam." not in client_of(stella).get(page).text


def test_role_list_is_searched_by_what_to_ask_about(client_of, bob, term):
    RoleFactory(coalition=bob.coalition, name="Money")
    client, url = client_of(bob), at(bob, "tasks:role_list")
    rows = client.get(url, {"q": "MEDIA"}, headers=HTMX).text
    assert "Press" in rows
    assert "Bob Brown" in rows
    assert "Money" not in rows
    assert "<html" not in rows
    assert "Money" not in client.get(url, {"q": "bob brown"}).text
    assert "No role knows that word" in client.get(url, {"q": "boats"}).text


def test_role_list_says_what_to_do_when_empty(client_of, alice, bob):
    url = at(alice, "tasks:role_list")
    assert at(alice, "tasks:role_create") in client_of(alice).get(url).text
    assert "whom to ask" in client_of(bob).get(url).text


def test_addresses_are_for_who_may_see_them(client_of, bob, stella, role):
    person = PersonFactory(coalition=bob.coalition, email="kim@quiet.example")
    RoleAssignmentFactory(role=role, person=person)
    url = at(bob, "tasks:role_detail", role.pk)
    assert "kim@quiet.example" in client_of(stella).get(url).text
    page = client_of(bob).get(url).text
    assert "kim@quiet.example" not in page
    assert "name them with @" in page


@pytest.mark.parametrize("rows", (1, 3))
def test_roles_cost_the_same_for_any_rows(
    rows, client_of, bob, role, django_assert_num_queries
):
    for _ in range(rows):
        RoleAssignmentFactory(role__coalition=bob.coalition)
        RoleAssignmentFactory(role=role, to_on=date(2026, 2, 1))
        RoleAssignmentFactory(role=role)
    client = client_of(bob)
    client.get(at(bob, "tasks:role_list"))
    with django_assert_num_queries(6):
        client.get(at(bob, "tasks:role_list"))
    with django_assert_num_queries(6):
        client.get(at(bob, "tasks:role_detail", role.pk))
