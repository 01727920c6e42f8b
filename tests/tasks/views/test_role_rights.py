"""What a standing role allows: given with a term, ended by its last day, seen."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from members.models import AuditEntry, Coalition, Membership, PermissionGrant
from members.permissions import GRANTABLE, MemberRole, Permission
from members.services.people import change_state
from tasks.errors import NotGrantable, RoleGivesRights
from tasks.models import Role, RoleAssignment
from tasks.services.departures import end_roles, take_roles_back
from tasks.services.roles import create_role, edit_role
from tasks.services.terms import (
    delete_term,
    end_term,
    give_role,
    hand_over,
    resume_term,
)
from tests.factories.members import MembershipFactory, PermissionGrantFactory
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
FORM = {"name": "Update editor", "seats": 1, "how_filled": "volunteers"}
TODAY = date(2026, 6, 10)
NEVER = {
    Permission.CHECKINS_EDIT,
    Permission.CHECKINS_VIEW,
    Permission.COALITION_EDIT,
    Permission.LISTS_EXPORT,
    Permission.LISTS_IMPORT,
    Permission.PARTNERS_EDIT,
    Permission.PEOPLE_CONTACT,
    Permission.PEOPLE_EDIT,
}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-06-10T12:00:00Z", tick=False):
        yield


@pytest.fixture
def role(alice):
    return create_role(
        by=acting(alice),
        name="Update editor",
        term_months=12,
        permissions=["updates.view", "updates.send"],
    )


@pytest.fixture
def term(role, bob, alice):
    return give_role(
        role=role, person=bob.person, from_on=date(2026, 6, 1), by=acting(alice)
    )


def rights(permission="updates.send"):
    rows = PermissionGrant.objects.filter(permission=permission).order_by("from_on")
    return list(rows.values_list("person", "from_on", "to_on"))


def terms():
    rows = RoleAssignment.objects.order_by("from_on")
    return list(rows.values_list("person", "from_on", "to_on"))


def opens(client_of, member, name="comms:update_list") -> bool:
    return client_of(member).get(at(member, name)).status_code == 200


def test_no_role_gives_access_membership_or_the_coalition():
    assert not NEVER & GRANTABLE.keys()
    assert {other for each in GRANTABLE.values() for other in each} <= GRANTABLE.keys()


def test_role_form_says_what_it_allows_with_what_that_needs(client_of, alice):
    form = FORM | {"permissions": ["updates.send"]}
    page = client_of(alice).post(at(alice, "tasks:role_create"), form, follow=True)
    assert Role.objects.get().permissions == ["updates.view", "updates.send"]
    assert "Edit, approve, release, pause and cancel an update" in page.text
    assert "Read drafts and how sending went" in page.text


def test_role_form_offers_nothing_that_no_role_gives(client_of, alice):
    form = FORM | {"permissions": ["people.edit"]}
    page = client_of(alice).post(at(alice, "tasks:role_create"), form)
    assert page.status_code == 422
    assert "people.edit is not one of the available choices" in page.text
    assert not Role.objects.exists()


def test_role_edit_keeps_what_was_ticked(client_of, alice, role):
    page = client_of(alice).get(at(alice, "tasks:role_edit", role.pk)).text
    ticked = re.findall(r'value="([\w.]+)" id="id_permissions_\d" checked', page)
    assert ticked == role.permissions


@pytest.mark.parametrize("permission", sorted(NEVER))
def test_create_role_refuses_what_is_not_grantable(permission, alice):
    with pytest.raises(NotGrantable):
        create_role(by=acting(alice), name="Boss", permissions=[permission])


def test_a_term_opens_on_the_next_click_and_its_last_day_shuts(
    client_of, alice, bob, role
):
    assert not opens(client_of, bob)
    days = {"from_on": TODAY, "to_on": TODAY + timedelta(days=1)}
    give_role(role=role, person=bob.person, by=acting(alice), **days)
    assert opens(client_of, bob)
    for day, open_then in (("09", False), ("11", True), ("12", False)):
        with time_machine.travel(f"2026-06-{day}T12:00:00Z"):
            assert opens(client_of, bob) is open_then


@pytest.mark.parametrize(
    ("zone", "open_now"), (("Pacific/Auckland", False), ("America/Lima", True))
)
def test_days_are_those_of_the_coalition(zone, open_now, client_of, alice, role):
    bob = MembershipFactory(coalition=alice.coalition)
    Coalition.objects.filter(pk=bob.coalition_id).update(timezone=zone)
    give_role(
        role=role, person=bob.person, from_on=TODAY, to_on=TODAY, by=acting(alice)
    )
    with time_machine.travel(datetime(2026, 6, 10, 22, tzinfo=ZoneInfo("UTC"))):
        assert opens(client_of, bob) is open_now


@pytest.mark.usefixtures("term")
@pytest.mark.parametrize("state", ("suspended", "removed"))
def test_without_access_a_role_opens_nothing(state, client_of, alice, bob):
    client = client_of(bob)
    change_state(membership=bob, state=state, by=acting(alice))
    assert client.get(at(bob, "comms:update_list")).status_code == 404
    assert not Membership.objects.who_may(Permission.UPDATES_SEND).filter(
        person=bob.person
    )


@pytest.mark.usefixtures("term")
def test_who_may_knows_of_roles(alice, bob):
    found = Membership.objects.who_may(Permission.UPDATES_SEND)
    assert {m.pk for m in found} == {alice.pk, bob.pk}
    later = Membership.objects.who_may(Permission.UPDATES_SEND, date(2028, 1, 1))
    assert {m.pk for m in later} == {alice.pk}


def test_a_role_elsewhere_opens_nothing_here(client_of, bob, charlie):
    both = MembershipFactory(coalition=charlie.coalition, user=bob.user)
    PermissionGrantFactory(
        coalition=charlie.coalition, person=both.person, permission="updates.view"
    )
    assert opens(client_of, both)
    assert not opens(client_of, bob)


def test_looking_as_a_member_leaves_the_role_aside(client_of, alice, stella, role):
    give_role(role=role, person=stella.person, from_on=TODAY, by=acting(alice))
    client, page = client_of(stella), at(stella, "comms:schedule_edit")
    assert client.get(page).status_code == 200
    client.post(at(stella, "web:member_view_start"))
    assert client.get(page).status_code == 403
    assert "Update editor" not in client.get(at(stella, "web:home")).text


def test_a_role_costs_no_statement_more(
    client_of, alice, bob, vera, django_assert_num_queries
):
    create_role(by=acting(alice), name="Editor of updates")
    for who, name in ((bob, "Editor"), (bob, "Second"), (bob, "Third")):
        other = create_role(by=acting(alice), name=name, permissions=["goals.edit"])
        give_role(role=other, person=who.person, from_on=TODAY, by=acting(alice))
    for who in (vera, bob):  # without a grant, and with three
        client = client_of(who)
        client.get(at(who, "tasks:role_list"))
        with django_assert_num_queries(6):
            client.get(at(who, "tasks:role_list"))


def test_rights_follow_every_turn_of_a_term(alice, bob, vera, term):
    by = acting(alice)
    assert rights() == terms() == [(bob.person_id, date(2026, 6, 1), date(2027, 5, 31))]
    end_term(term=term, to_on=TODAY, by=by)
    assert rights() == terms()
    resume_term(term=term, by=by)
    assert rights() == terms() == [(bob.person_id, date(2026, 6, 1), date(2027, 5, 31))]
    hand_over(
        term=term, person=vera.person, from_on=TODAY, handover_notes="Go on.", by=by
    )
    assert len(rights()) == 2
    assert rights() == terms()
    resume_term(term=term, by=by)
    assert len(rights()) == 1
    assert rights() == terms()


def test_rights_follow_a_term_that_was_a_mistake(client_of, alice, term):
    client = client_of(alice)
    client.post(at(alice, "tasks:term_delete", term.pk))
    assert rights() == terms() == []
    client.post(at(alice, "tasks:term_restore", term.pk))
    assert len(rights()) == 1
    assert rights() == terms()


def test_rights_follow_the_role(client_of, alice, bob, role, term):
    client = client_of(alice)
    client.post(at(alice, "tasks:role_close", role.pk))
    assert rights() == []
    client.post(at(alice, "tasks:role_reopen", role.pk))
    assert rights() == terms()
    role.refresh_from_db()
    edit_role(
        role=role,
        version=role.version,
        by=acting(alice),
        name="Goal keeper",
        permissions=["goals.edit"],
    )
    assert rights() == []
    assert rights("goals.edit") == terms()
    assert PermissionGrant.objects.get().because == "Goal keeper"


def test_the_past_keeps_what_it_gave(alice, role, term):
    end_term(term=term, to_on=TODAY - timedelta(days=1), by=acting(alice))
    edit_role(role=role, version=role.version, by=acting(alice), permissions=[])
    assert rights() == terms()


def test_rights_end_with_who_leaves_and_come_back(alice, bob, role, term):
    ended = end_roles(people=[bob.person_id], by=acting(alice))
    assert rights() == terms() == [(bob.person_id, date(2026, 6, 1), TODAY)]
    take_roles_back(ended=ended, by=acting(alice))
    assert rights() == terms() == [(bob.person_id, date(2026, 6, 1), date(2027, 5, 31))]


def test_each_turn_stands_in_the_trail(alice, bob, term):
    end_term(term=term, to_on=TODAY, by=acting(alice))
    delete_term(term=term, by=acting(alice))
    told = AuditEntry.objects.filter(model="members.permissiongrant").order_by("pk")
    actions = list(told.values_list("action", flat=True))
    assert actions == ["grant"] * 2 + ["change grant"] * 2 + ["revoke"] * 2
    given = told[0]
    assert (given.actor, given.after["person"]) == (alice.person, bob.person_id)
    assert given.after["permission"] == "updates.view"


@pytest.fixture
def planner(harbor, alice):
    """Return a member who may write the plan because of a role, not change access."""
    member = MembershipFactory(coalition=harbor, role=MemberRole.MEMBER)
    role = create_role(by=acting(alice), name="Planner", permissions=["tasks.edit"])
    give_role(role=role, person=member.person, from_on=TODAY, by=acting(alice))
    return member


def test_who_writes_the_plan_gives_roles_that_allow_nothing(
    client_of, planner, bob, role, term
):
    client = client_of(planner)
    page = client.get(at(planner, "tasks:role_create"))
    assert page.status_code == 200
    assert "updates.send" not in page.text
    forged = FORM | {"name": "Mine", "permissions": ["updates.send"]}
    client.post(at(planner, "tasks:role_create"), forged)
    mine = Role.objects.get(name="Mine")
    assert mine.permissions == []
    give = {"who": "Bob Brown", "from_on": "2026-06-10"}
    assert (
        client.post(at(planner, "tasks:term_create", mine.pk), give).status_code == 303
    )
    page = client.get(at(planner, "tasks:role_detail", role.pk)).text
    assert at(planner, "tasks:term_create", role.pk) not in page
    assert "only who may change access" in page


@pytest.mark.usefixtures("vera")
@pytest.mark.parametrize(
    ("route", "form"),
    (
        ("tasks:term_end", {"to_on": "2026-06-10"}),
        ("tasks:term_hand_over", {"who": "Vera Vance", "from_on": "2026-06-11"}),
        ("tasks:term_delete", {}),
        ("tasks:term_resume", {}),
    ),
)
def test_who_writes_the_plan_leaves_terms_that_allow_something(
    route, form, client_of, planner, term
):
    before = terms()
    page = client_of(planner).post(at(planner, route, term.pk), form, follow=True)
    assert "Only who may change access" in page.text
    assert terms() == before


@pytest.mark.parametrize("route", ("edit", "close", "reopen"))
def test_who_writes_the_plan_leaves_roles_that_allow_something(
    route, client_of, planner, role
):
    form = FORM | {"name": "Mine", "version": role.version}
    url = at(planner, f"tasks:role_{route}", role.pk)
    page = client_of(planner).post(url, form, follow=True)
    assert "Only who may change access" in page.text
    role.refresh_from_db()
    assert (role.name, role.closed_at) == ("Update editor", None)


def test_edit_role_lets_only_who_may_change_access_say_what_it_allows(planner, alice):
    role = create_role(by=acting(alice), name="Notes")
    with pytest.raises(RoleGivesRights):
        edit_role(
            role=role, version=1, by=acting(planner), permissions=["updates.send"]
        )


@pytest.mark.usefixtures("term")
def test_pages_say_why_somebody_may(client_of, alice, bob):
    why = "Because of the role “Update editor” they may also"
    page = client_of(alice).get(at(alice, "members:person_detail", bob.person_id)).text
    assert why in page
    access = client_of(bob).get(at(bob, "members:access_list")).text
    assert "More because of a role" in access
    assert "Update editor: read drafts" in access
    home = client_of(bob).get(at(bob, "web:home")).text
    assert "Because you hold it, you may:" in home
    assert at(bob, "comms:update_list") in home
    with time_machine.travel("2027-06-01T12:00:00Z"):
        for name, pk in (
            ("members:person_detail", bob.person_id),
            ("members:access_list", None),
            ("web:home", None),
        ):
            assert "Update editor" not in client_of(bob).get(at(bob, name, pk)).text


@pytest.mark.usefixtures("term")
def test_places_and_buttons_follow(client_of, bob, vera):
    role_list = client_of(bob).get(at(bob, "tasks:role_list")).text
    assert at(bob, "comms:update_list") in role_list
    assert "web:invitation_list" not in role_list
    assert at(vera, "comms:update_list") not in (
        client_of(vera).get(at(vera, "tasks:role_list")).text
    )
