import pytest

from goals.models import Milestone
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import PartnerFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")

REACH = {"on": "2026-05-12", "note": "Two more schools asked to join."}


@pytest.fixture
def milestone(harbor):
    return MilestoneFactory(goal__coalition=harbor, title="Eighth school")


def test_milestone_create_adds_it_to_the_timeline(client_of, harbor, alice):
    goal = GoalFactory(coalition=harbor)
    partner = PartnerFactory(coalition=harbor)
    url = at(alice, "goals:milestone_create", goal.pk)
    assert 'name="title"' in client_of(alice).get(url, headers=HTMX).text
    form = {"title": "First school", "due": "2026-06-01", "partner": partner.pk}
    part = client_of(alice).post(url, form, headers=HTMX).text
    assert part.lstrip().startswith('<section id="goal-milestones"')
    assert "First school" in part
    assert Milestone.objects.get().partner == partner


def test_milestone_create_works_without_javascript(client_of, harbor, alice):
    goal = GoalFactory(coalition=harbor)
    url = at(alice, "goals:milestone_create", goal.pk)
    answer = client_of(alice).post(url, {"title": "First"}, follow=True)
    assert answer.redirect_chain == [(at(alice, "goals:goal_detail", goal.pk), 303)]
    assert "First" in answer.text


@pytest.mark.parametrize("headers", ({}, HTMX))
def test_milestone_create_refuses_a_partner_from_elsewhere(
    client_of, harbor, alice, charlie, headers
):
    goal = GoalFactory(coalition=harbor)
    foreign = PartnerFactory(coalition=charlie.coalition)
    url = at(alice, "goals:milestone_create", goal.pk)
    form = {"title": "First school", "partner": foreign.pk}
    answer = client_of(alice).post(url, form, headers=headers)
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.text
    assert "First school" in answer.text
    assert not Milestone.objects.exists()


def test_milestone_edit_tells_the_second_editor(client_of, alice, milestone):
    client, url = client_of(alice), at(alice, "goals:milestone_edit", milestone.pk)
    assert 'name="version" value="1"' in client.get(url).text
    assert client.post(url, {"title": "One", "version": 1}).status_code == 303
    answer = client.post(url, {"title": "Two", "version": 1}, headers=HTMX)
    assert answer.status_code == 422
    assert "Somebody else saved" in answer.text
    assert Milestone.objects.get().title == "One"


def test_milestone_reach_asks_who_made_it_happen(client_of, alice, milestone):
    url = at(alice, "goals:milestone_reach", milestone.pk)
    page = client_of(alice).get(url)
    assert 'name="on" value="2026-05-13"' in page.text
    assert not Milestone.objects.reached().exists()


def test_milestone_reach_celebrates_and_can_be_undone(client_of, alice, bob, milestone):
    client = client_of(alice)
    part = client.post(
        at(alice, "goals:milestone_reach", milestone.pk),
        REACH | {"person": "Bob Brown"},
        headers=HTMX,
    ).text
    assert Milestone.objects.get().reached_by == bob.person
    assert 'data-state="reached"' in part
    assert "Two more schools asked to join." in part
    undo = at(alice, "goals:milestone_unreach", milestone.pk)
    assert f'action="{undo}"' in part
    answer = client.post(undo, follow=True)
    assert Milestone.objects.open().exists()
    assert "is open again" in answer.text


def test_milestone_reach_works_without_javascript(client_of, alice, milestone):
    url = at(alice, "goals:milestone_reach", milestone.pk)
    answer = client_of(alice).post(url, REACH, follow=True)
    assert "Reached: Eighth school." in answer.text


def test_milestone_reach_twice_says_so(client_of, alice, milestone):
    client, url = client_of(alice), at(alice, "goals:milestone_reach", milestone.pk)
    client.post(url, REACH)
    answer = client.post(url, REACH)
    assert answer.status_code == 422
    assert "marked as reached already" in answer.text


@pytest.mark.parametrize("link", ("person", "partner"))
def test_milestone_reach_refuses_links_elsewhere(
    client_of, alice, charlie, milestone, link
):
    foreign = PartnerFactory(coalition=charlie.coalition)
    wrong = {"person": "Charlie Canary", "partner": foreign.pk}[link]
    url = at(alice, "goals:milestone_reach", milestone.pk)
    answer = client_of(alice).post(url, REACH | {link: wrong})
    assert answer.status_code == 422
    assert not Milestone.objects.reached().exists()


def test_milestone_unreach_says_when_it_is_open(client_of, alice, milestone):
    url = at(alice, "goals:milestone_unreach", milestone.pk)
    answer = client_of(alice).post(url, headers=HTMX)
    assert answer.status_code == 422
    assert "is not marked as reached" in answer.text


def test_milestone_delete_asks_first_and_can_be_undone(client_of, alice, milestone):
    client, url = client_of(alice), at(alice, "goals:milestone_delete", milestone.pk)
    assert "Delete “Eighth school”?" in client.get(url).text
    assert Milestone.objects.exists()
    answer = client.post(url, follow=True)
    assert not Milestone.objects.exists()
    undo = at(alice, "goals:milestone_restore", milestone.pk)
    assert f'action="{undo}"' in answer.text
    assert "Eighth school" in client.post(undo, follow=True).text
    assert Milestone.objects.get() == milestone


def test_milestone_delete_keeps_what_was_reached(client_of, harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor, reached=True)
    url = at(alice, "goals:milestone_delete", milestone.pk)
    answer = client_of(alice).post(url, follow=True)
    assert "part of your story" in answer.text
    assert Milestone.objects.exists()


@pytest.mark.parametrize("who", ("bob", "vera"))
@pytest.mark.parametrize("act", ("edit", "reach", "unreach", "delete", "restore"))
def test_milestones_are_for_those_who_edit_goals(
    client_of, milestone, request, who, act
):
    membership = request.getfixturevalue(who)
    url = at(membership, f"goals:milestone_{act}", milestone.pk)
    assert client_of(membership).post(url, REACH).status_code == 403
