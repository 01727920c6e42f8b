"""Who leads sees it as a member does: with a member's rights, and not one more."""

import pytest

from coalition.web.services.ending import close_coalition
from members.models import Membership
from members.permissions import MemberRole
from members.services.people import change_access, change_state
from tests.factories.members import MembershipFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory
from tests.utils import HTMX, acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
BAR = "You are looking as a member"


@pytest.fixture
def looking(client_of):
    """Return a client whose person has pressed “See it as a member”."""

    def start(membership):
        client = client_of(membership)
        answer = client.post(at(membership, "web:member_view_start"))
        assert answer["Location"] == at(membership, "web:home")
        return client

    return start


def looks(client, membership) -> bool:
    return BAR in client.get(at(membership, "web:home")).text


@pytest.mark.parametrize("who", ("alice", "stella"))
def test_who_leads_gets_the_home_frame_and_places_of_a_member(looking, request, who):
    who = request.getfixturevalue(who)
    page = looking(who).get(at(who, "web:home")).text
    assert BAR in page
    assert 'id="my-tasks"' in page
    assert 'class="portal"' in page
    assert at(who, "web:member_view_stop") in page
    for name in ("web:coalition_edit", "comms:update_list", "web:member_view_start"):
        assert at(who, name) not in page
    assert "Coordinator<" not in page
    assert "Steering group" not in page


def test_only_who_leads_is_offered_to_look(client_of, alice, stella, bob, vera):
    start = "web:member_view_start"
    for who, offered in ((alice, True), (stella, True), (bob, False), (vera, False)):
        client = client_of(who)
        page = client.get(at(who, "members:partner_list")).text
        assert (at(who, start) in page) is offered
        assert client.post(at(who, start)).status_code == (303 if offered else 403)
        assert looks(client, who) is offered


def test_an_address_that_is_opened_changes_nothing(client_of, looking, alice):
    client = client_of(alice)
    assert client.get(at(alice, "web:member_view_start")).status_code == 405
    assert not looks(client, alice)
    client = looking(alice)
    assert client.get(at(alice, "web:member_view_stop")).status_code == 405
    assert looks(client, alice)


def test_what_members_do_not_see_is_not_shown(looking, client_of, harbor, alice, bob):
    PersonFactory(coalition=harbor, email="eve@example.org")
    path = at(alice, "members:person_list")
    assert "eve@example.org" in client_of(alice).get(path).text
    for page in (client_of(bob).get(path), looking(alice).get(path)):
        assert "eve@example.org" not in page.text


def test_a_page_that_members_do_not_see_says_so_with_the_way_back(looking, alice):
    page = looking(alice).get(at(alice, "web:coalition_edit"))
    assert page.status_code == 403
    assert "Members do not see this page" in page.text
    assert BAR in page.text


def test_back_opens_the_page_as_oneself(looking, alice):
    client, page = looking(alice), at(alice, "web:coalition_edit")
    stop = at(alice, "web:member_view_stop")
    answer = client.post(stop, headers={"Referer": f"http://testserver{page}"})
    assert answer["Location"].endswith(page)
    assert client.get(page).status_code == 200
    assert not looks(client, alice)
    answer = client.post(stop, headers={"Referer": "http://elsewhere.example/"})
    assert answer["Location"] == at(alice, "web:home")


def test_nothing_is_written_while_looking(looking, alice):
    mine = AssignmentFactory(task__goal__coalition=alice.coalition, person=alice.person)
    client, page = looking(alice), at(alice, "tasks:task_detail", mine.task_id)
    for name, pk in (
        ("tasks:assignment_accept", mine.pk),  # a member might
        ("tasks:task_delete", mine.task_id),  # a coordinator might
    ):
        answer = client.post(
            at(alice, name, pk), headers={"Referer": f"http://testserver{page}"}
        )
        assert answer["Location"].endswith(page)
        assert "so nothing was changed" in client.get(page).text
        mine.refresh_from_db()
        assert mine.status == "proposed"


def test_what_was_typed_stays_when_it_is_refused(looking, alice):
    answer = looking(alice).post(
        at(alice, "web:coalition_edit"), {"name": "Long words"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert answer["HX-Reswap"] == "none"
    assert "so nothing was changed" in answer.text
    alice.coalition.refresh_from_db()
    assert alice.coalition.name == "Healthy Harbor Coalition"


def test_one_coalition_is_looked_at_and_others_are_not(looking, harbor, alice, charlie):
    both = MembershipFactory(
        coalition=charlie.coalition, user=alice.user, role=MemberRole.COORDINATOR
    )
    client = looking(alice)
    assert looks(client, alice)
    assert not looks(client, both)


def test_it_is_this_browser_that_looks(looking, client_of, alice):
    assert looks(looking(alice), alice)
    assert not looks(client_of(alice), alice)


def test_signing_out_ends_it(looking, alice):
    client = looking(alice)
    client.post("/accounts/logout/")
    client.force_login(alice.user)
    assert not looks(client, alice)


@pytest.mark.parametrize("role", ("steering", "member", "observer"))
def test_it_never_gives_what_was_taken_away(looking, alice, stella, role):
    """Another access ends it, and leaves only what that access may."""
    MembershipFactory(coalition=alice.coalition, role=MemberRole.COORDINATOR)
    client = looking(alice)
    change_access(
        membership=Membership.objects.get(pk=alice.pk),
        version=alice.version,
        role=role,
        state="active",
        by=acting(alice),
    )
    assert not looks(client, alice)
    edit = client.get(at(alice, "goals:goal_create")).status_code
    assert edit == (200 if role == "steering" else 403)
    assert client.get(at(alice, "web:coalition_edit")).status_code == 403


def test_leaving_the_coalition_ends_it(looking, alice, stella):
    client = looking(stella)
    for state in ("removed", "active"):
        change_state(
            membership=Membership.objects.get(pk=stella.pk),
            state=state,
            by=acting(alice),
        )
    assert not looks(client, stella)


@pytest.mark.parametrize("forged", ([], {}, "member", [0, 0], None))
def test_a_view_can_only_take_away(alice, forged, client_of):
    """Even a membership that looks as a coordinator keeps its own limits."""
    client = client_of(alice)
    session = client.session
    session["looks_as_member"] = {str(alice.coalition_id): forged}
    session.save()
    assert not looks(client, alice)


@pytest.mark.parametrize("role", MemberRole)
@pytest.mark.parametrize("view", MemberRole)
def test_no_view_adds_a_permission(role, view):
    own, narrowed = Membership(role=role), Membership(role=role)
    narrowed.looks_as = view
    assert narrowed.permissions <= own.permissions


def test_a_closed_coalition_can_be_looked_at_too(looking, harbor, alice):
    close_coalition(coalition=harbor, by=acting(alice))
    client = looking(alice)
    assert looks(client, alice)
    client.post(at(alice, "web:member_view_stop"))
    assert not looks(client, alice)
