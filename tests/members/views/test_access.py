"""The page about access, and that a change counts at once."""

import pytest

from members.permissions import MemberRole
from tests.factories.members import MembershipFactory, PermissionGrantFactory
from tests.utils import at


def test_access_list_names_who_leads_to_everybody(
    alice, stella, vera, charlie, client_of
):
    page = client_of(vera).get(at(vera, "members:access_list")).text
    assert page.index("Alice Adams") < page.index("Stella Stone")
    assert "Charlie" not in page
    assert "add partners, change them" in page.lower()


def test_access_list_tells_who_was_let_go_to_coordinators(alice, bob, client_of):
    gone = MembershipFactory(coalition=alice.coalition, state="removed")
    asking = {
        m: client_of(m).get(at(m, "members:access_list")).text for m in (alice, bob)
    }
    assert gone.person.full_name in asking[alice]
    assert gone.person.full_name not in asking[bob]


@pytest.mark.parametrize("rows", (1, 3))
def test_access_list_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    for state in ("active", "removed"):
        MembershipFactory.create_batch(
            rows, coalition=alice.coalition, role=MemberRole.STEERING, state=state
        )
    for _ in range(rows):
        member = MembershipFactory(coalition=alice.coalition)
        PermissionGrantFactory(coalition=alice.coalition, person=member.person)
    client = client_of(alice)
    with django_assert_num_queries(7):
        client.get(at(alice, "members:access_list"))


def test_a_lowered_role_counts_from_the_next_click(alice, stella, client_of):
    hers, client = client_of(stella), client_of(alice)
    goals = at(stella, "goals:goal_create")
    assert hers.get(goals).status_code == 200
    change = {"role": "member", "version": 1}
    client.post(at(alice, "members:access_edit", stella.person_id), change)
    assert hers.get(goals).status_code == 403
    client.post(at(alice, "web:person_leave", stella.person_id), {"state": "suspended"})
    assert hers.get(goals).status_code == 404
