"""Two records of one person who held one role: one term stays, and what it allows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from coalition.web.services.merging.merge import merge_people
from coalition.web.services.merging.undo import undo_merge
from members.models import PermissionGrant, Person
from members.services.people import change_state
from tasks.models import RoleAssignment
from tasks.services.roles import create_role, edit_role
from tasks.services.terms import end_term, give_role
from tests.factories.members import MembershipFactory
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def role(alice):
    return create_role(
        by=acting(alice), name="Update editor", seats=3, permissions=["updates.view"]
    )


@pytest.fixture
def twin(harbor):
    return MembershipFactory(coalition=harbor, user=None).person


def give(role, person, alice, **days):
    return give_role(role=role, person=person, by=acting(alice), **days)


def merge(bob, twin, alice):
    return merge_people(
        kept=bob.person,
        lost=twin,
        version=bob.person.version,
        lost_version=twin.version,
        by=acting(alice),
    )


def rights():
    rows = PermissionGrant.objects.order_by("pk")
    return list(rows.values_list("person", "permission", "from_on", "to_on"))


@pytest.mark.parametrize(
    "years",
    (
        ((2024, None), (2022, None), (2022, None)),
        ((2022, 2024), (2023, 2025), (2022, 2025)),
        ((2024, None), (2022, 2025), (2022, None)),
    ),
)
def test_terms_that_overlap_become_one_and_two_again(years, alice, bob, twin, role):
    one, other, both = (
        {"from_on": date(a, 1, 1), "to_on": date(b, 6, 1) if b else None}
        for a, b in years
    )
    give(role, bob.person, alice, **one)
    give(role, twin, alice, **other)
    before = rights()
    done = merge(bob, twin, alice)
    term = RoleAssignment.objects.get()
    assert (term.person, term.from_on, term.to_on) == (bob.person, *both.values())
    assert rights() == [(bob.person_id, "updates.view", *both.values())]
    assert undo_merge(merge=done, by=acting(alice)) == 0
    assert RoleAssignment.objects.count() == 2
    assert rights() == before


def test_terms_one_after_the_other_stay_two(alice, bob, twin, role):
    give(role, twin, alice, from_on=LONG_AGO, to_on=date(2021, 1, 1))
    give(role, bob.person, alice, from_on=date(2021, 1, 2))
    merge(bob, twin, alice)
    assert [t.person for t in RoleAssignment.objects.all()] == [bob.person] * 2
    assert {person for person, *_ in rights()} == {bob.person_id}


def test_a_role_of_the_other_goes_along_and_the_page_says_so(
    alice, bob, twin, role, client_of
):
    give(role, twin, alice, from_on=LONG_AGO)
    url = f"{at(alice, 'web:person_merge', bob.person_id)}?other={twin.pk}"
    said = "Bob Brown then has what the role “Update editor” allows."
    assert said in client_of(alice).get(url).text
    merge(bob, twin, alice)
    assert client_of(bob).get(at(bob, "comms:update_list")).status_code == 200


def test_both_notes_are_kept(alice, bob, twin, role):
    for person, words in ((bob.person, "Call Sam."), (twin, "Water the plants.")):
        term = give(role, person, alice, from_on=LONG_AGO)
        RoleAssignment.objects.filter(pk=term.pk).update(handover_notes=words)
    merge(bob, twin, alice)
    notes = RoleAssignment.objects.get().handover_notes
    assert set(notes.split("\n\n")) == {"Call Sam.", "Water the plants."}


def test_a_term_ended_since_comes_back_for_nobody(alice, bob, twin, role):
    term = give(role, bob.person, alice, from_on=LONG_AGO)
    give(role, twin, alice, from_on=LONG_AGO)
    done = merge(bob, twin, alice)
    yesterday = timezone.localdate() - timedelta(days=1)
    end_term(
        term=RoleAssignment.objects.get(pk=term.pk), to_on=yesterday, by=acting(alice)
    )
    undo_merge(merge=done, by=acting(alice))
    assert {t.to_on for t in RoleAssignment.objects.all()} == {yesterday}
    assert not PermissionGrant.objects.living(timezone.localdate()).exists()


def test_what_a_role_allows_no_more_comes_back_for_nobody(alice, bob, twin, role):
    give(role, bob.person, alice, from_on=LONG_AGO)
    give(role, twin, alice, from_on=LONG_AGO)
    done = merge(bob, twin, alice)
    edit_role(role=role, version=role.version, by=acting(alice), permissions=[])
    assert rights() == []
    undo_merge(merge=done, by=acting(alice))
    assert RoleAssignment.objects.count() == 2
    assert rights() == []


def test_who_is_suspended_opens_nothing_by_a_merge(alice, bob, twin, role, client_of):
    give(role, twin, alice, from_on=LONG_AGO)
    change_state(membership=bob, state="suspended", by=acting(alice))
    bob.person = Person.objects.get(pk=bob.person_id)
    merge(bob, twin, alice)
    assert client_of(bob).get(at(bob, "comms:update_list")).status_code == 404
