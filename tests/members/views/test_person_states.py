"""People who were suspended or removed: in lists, choices and search."""

import pytest

from members.models.membership import MembershipState
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import HTMX, at


@pytest.fixture
def gone(alice):
    return member(alice, "Gone Gray", state=MembershipState.REMOVED)


@pytest.fixture
def away(alice):
    return member(alice, "Away Abel", state=MembershipState.SUSPENDED)


def member(alice, name, **fields):
    return MembershipFactory(
        coalition=alice.coalition, person__full_name=name, **fields
    )


def names(response):
    return [person.full_name for person in response.context["page"]]


@pytest.mark.parametrize(
    ("state", "shown"),
    (
        ("", ["Alice Adams", "Away Abel", "New Nora"]),
        ("active", ["Alice Adams", "New Nora"]),
        ("new", ["New Nora"]),
        ("suspended", ["Away Abel"]),
        ("removed", ["Gone Gray"]),
        ("all", ["Alice Adams", "Away Abel", "Gone Gray", "New Nora"]),
        ("nonsense", ["Alice Adams", "Away Abel", "New Nora"]),
    ),
)
@pytest.mark.usefixtures("gone", "away")
def test_the_list_is_narrowed_by_state(state, shown, alice, charlie, client_of):
    member(alice, "New Nora", user=None)
    for each in MembershipState:
        MembershipFactory(coalition=charlie.coalition, state=each, user=None)
    client, url = client_of(alice), at(alice, "members:person_list")
    page = client.get(url, {"state": state})
    rows = client.get(url, {"state": state}, headers=HTMX)
    assert names(page) == names(rows) == shown
    assert "<html" in page.text
    assert "<html" not in rows.text


def test_who_has_no_access_is_tagged(alice, gone, away, client_of):
    client, url = client_of(alice), at(alice, "members:person_list")
    rows = client.get(url, {"state": "suspended"}, headers=HTMX).text
    assert 'data-tone="sun"' in rows
    assert "Suspended</span>" in rows
    rows = client.get(url, {"state": "removed"}, headers=HTMX).text
    assert "Removed</span>" in rows
    assert "in the archive" in rows


def test_members_are_not_told_who_has_no_account(alice, bob, client_of):
    member(alice, "New Nora", user=None)
    page = client_of(bob).get(at(bob, "members:person_list"), {"state": "new"})
    assert "Bob Brown" in names(page)
    assert "no account yet" not in page.text


@pytest.mark.parametrize("rows", (1, 3))
def test_the_archive_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    for n in range(rows):
        person = member(alice, f"Gone {n}", state="removed").person
        AffiliationFactory(person=person, partner__coalition=alice.coalition)
    client = client_of(alice)
    with django_assert_num_queries(10):
        client.get(at(alice, "members:person_list"), {"state": "removed"})


def test_an_export_is_what_the_list_shows(alice, gone, client_of):
    client, url = client_of(alice), at(alice, "members:person_export")
    assert "Gone Gray" not in client.post(url).text
    assert "Gone Gray" in client.post(url, {"state": "removed"}).text


@pytest.mark.usefixtures("bob", "gone", "away")
@pytest.mark.parametrize("field", ("who", "q"))
def test_suggestions_leave_out_who_cannot_answer(field, alice, client_of):
    client, url = client_of(alice), at(alice, "members:person_options_panel")
    for words in ("gone", "away"):
        assert client.get(url, {"field": field, field: words}).text.strip() == ""
        wide = {"field": field, field: words, "everybody": "1"}
        assert words.title() in client.get(url, wide).text
    assert "Bob Brown" in client.get(url, {"field": field, field: "bob"}).text


@pytest.mark.parametrize("name", ("Gone Gray", "Away Abel"))
def test_a_task_is_given_to_nobody_without_access(name, alice, gone, away, client_of):
    task = TaskFactory(coalition=alice.coalition, goal=None)
    page = client_of(alice).post(
        at(alice, "tasks:assignment_create", task.pk), {"letter": "R", "who": name}
    )
    assert page.status_code == 422
    assert f"{name} has no access now." in page.text


def test_a_namesake_with_access_is_meant(alice, gone, client_of):
    here = member(alice, "Gone Gray")
    task = TaskFactory(coalition=alice.coalition, goal=None)
    url = at(alice, "tasks:assignment_create", task.pk)
    client_of(alice).post(url, {"letter": "R", "who": "Gone Gray"})
    page = client_of(alice).get(at(alice, "tasks:task_detail", task.pk))
    (part,) = page.context["line"].standing
    assert part.person_id == here.person_id


def test_a_goal_keeps_its_suspended_owner_when_it_is_edited(alice, away, client_of):
    goal = GoalFactory(coalition=alice.coalition, owner=away.person, title="Air")
    client, url = client_of(alice), at(alice, "goals:goal_edit", goal.pk)
    said = {"title": "Clean air", "owner": "Away Abel", "version": goal.version}
    assert client.post(url, said).status_code == 303
    goal.refresh_from_db()
    assert (goal.title, goal.owner_id) == ("Clean air", away.person_id)
    other = GoalFactory(coalition=alice.coalition)
    said["version"] = other.version
    refused = client.post(at(alice, "goals:goal_edit", other.pk), said)
    assert "Away Abel has no access now." in refused.text


def test_what_was_done_can_be_credited_to_who_is_gone(alice, gone, client_of):
    milestone = MilestoneFactory(goal__coalition=alice.coalition)
    client = client_of(alice)
    said = {"on": "2026-01-05", "person": "Gone Gray"}
    url = at(alice, "goals:milestone_reach", milestone.pk)
    assert client.post(url, said).status_code in {200, 302, 303}
    milestone.refresh_from_db()
    assert milestone.reached_at is not None


def test_the_plan_is_narrowed_to_who_is_gone(alice, gone, client_of):
    part = AssignmentFactory(task__goal__coalition=alice.coalition, person=gone.person)
    page = client_of(alice).get(
        at(alice, "tasks:task_list"), {"person": "Gone Gray", "state": "open"}
    )
    assert part.task.title in page.text


@pytest.mark.parametrize(
    "place", ("search", "task", "goal", "partner", "duplicates", "person")
)
def test_every_place_that_names_them_says_so(place, alice, gone, client_of):
    coalition, person = alice.coalition, gone.person
    task = AssignmentFactory(task__goal__coalition=coalition, person=person).task
    goal = GoalFactory(coalition=coalition, owner=person)
    partner = AffiliationFactory(person=person, partner__coalition=coalition).partner
    member(alice, "Gone Grey")
    url = {
        "search": at(alice, "web:search") + "?q=gray",
        "task": at(alice, "tasks:task_detail", task.pk),
        "goal": at(alice, "goals:goal_detail", goal.pk),
        "partner": at(alice, "members:partner_detail", partner.pk),
        "duplicates": at(alice, "web:person_duplicates"),
        "person": at(alice, "members:person_detail", person.pk),
    }[place]
    page = client_of(alice).get(url).text
    assert "Gone Gray" in page
    assert "Removed</span>" in page


def test_a_merge_finds_who_is_gone(alice, bob, gone, client_of):
    url = at(alice, "web:person_merge", bob.person_id)
    page = client_of(alice).get(url, {"person": "Gone Gray"})
    assert page.headers["Location"].endswith(f"?other={gone.person_id}")


def test_more_hits_than_fit_lead_to_a_list_with_the_archive(alice, client_of):
    for n in range(9):
        member(alice, f"Gone {n}", state="removed")
    page = client_of(alice).get(at(alice, "web:search"), {"q": "gone"})
    (people,) = page.context["found"]
    assert len(names(client_of(alice).get(people.all_url))) == 9


def test_who_was_removed_stands_for_nobody_new(alice, gone, away, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    client = client_of(alice)
    form = {"partner": partner.pk, "kind": "delegate", "authority": "decides"}
    url = at(alice, "members:affiliation_create", gone.person_id)
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "Gone Gray has no access now. Give it back first." in refused.text
    page = client.get(at(alice, "members:person_detail", gone.person_id))
    assert url not in page.text
    url = at(alice, "members:affiliation_create", away.person_id)
    assert client.post(url, form).status_code == 303


def test_a_partner_with_a_suspended_voice_alone_has_none(alice, away, client_of):
    partner = AffiliationFactory(
        person=away.person, partner__coalition=alice.coalition
    ).partner
    AffiliationFactory(person=alice.person, partner__coalition=alice.coalition)
    url = at(alice, "members:partner_list")
    page = client_of(alice).get(url, {"missing": "delegate"})
    assert list(page.context["page"]) == [partner]
    AffiliationFactory(person=alice.person, partner=partner)
    assert not client_of(alice).get(url, {"missing": "delegate"}).context["page"]
