"""A partner that was asked says who it will be: on its page, or by the link in a mail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from members.models import Affiliation, AuditEntry, Membership
from tasks.models import Assignment, Task
from tests.factories.members import AffiliationFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")
NO = {"answer": "no", "why": "field"}
COST = 15


@pytest.fixture
def ana(clinic):
    return AffiliationFactory(partner=clinic, person__full_name="Ana Ruiz").person


@pytest.fixture
def part(harbor, clinic, alice):
    task = TaskFactory(goal__coalition=harbor, title="Book the hall")
    return AssignmentFactory(
        task=task, person=None, partner=clinic, asked_by=alice.person
    )


def now_of(part):
    with scopes_disabled():
        return Assignment.objects.get(pk=part.pk)


def test_portal_and_task_ask_who_speaks_for_it(client_of, bob, vera, part):
    url = at(bob, "tasks:assignment_name", part.pk)
    for name, pks in (("web:home", ()), ("tasks:task_detail", (part.task_id,))):
        assert url in client_of(bob).get(at(bob, name, *pks)).text
        assert url not in client_of(vera).get(at(vera, name, *pks)).text
    page = " ".join(client_of(bob).get(at(bob, "web:home")).text.split())
    assert "Alice asks <b>Clinic</b> for somebody who is <b>responsible</b>." in page


def test_dashboard_asks_a_coordinator_who_speaks_for_it(client_of, alice, part):
    AffiliationFactory(person=alice.person, partner=part.partner)
    page = client_of(alice).get(at(alice, "web:home")).text
    assert "Clinic is asked for somebody for “Book the hall”" in page


def test_assignment_name_asks_whom_they_name(client_of, bob, part, ana):
    client, url = client_of(bob), at(bob, "tasks:assignment_name", part.pk)
    assert "Ana Ruiz" in client.get(url).text
    page = client.post(url, {"answer": "name", "person": ana.pk}, follow=True).text
    assert now_of(part).person == ana
    assert "Named Ana Ruiz" in page
    assert "Whoever asked sees it now." in page
    assert client.get(url).status_code == 303


def test_assignment_name_takes_it(client_of, bob, part):
    url = at(bob, "tasks:assignment_name", part.pk)
    client_of(bob).post(url, {"answer": "me"})
    assert (now_of(part).person, now_of(part).status) == (bob.person, "accepted")


def test_assignment_name_takes_a_no_with_the_reason(client_of, bob, part):
    client, url = client_of(bob), at(bob, "tasks:assignment_name", part.pk)
    refused = client.post(url, {"answer": "no"})
    assert refused.status_code == 422
    assert '<details class="card" open>' in refused.text
    client.post(url, NO)
    assert (now_of(part).status, now_of(part).reason) == ("declined", "Not our field")
    assert "Clinic said no" in client.get(url).text


@pytest.mark.parametrize("form", ({"answer": "name"}, {"answer": "me"}, NO, {}))
def test_assignment_name_is_not_for_others(client_of, vera, part, form):
    Membership.objects.filter(pk=vera.pk).update(role="member")
    url = at(vera, "tasks:assignment_name", part.pk)
    client_of(vera).post(url, form)
    assert now_of(part).is_unnamed


def test_the_link_shows_and_takes(part, bob, ana):
    path, client = part.naming_link(bob.person).path, Client()
    page = client.get(path)
    assert page.status_code == 200
    for words in ("Alice Adams", "Clinic", "Book the hall", "I take it", "Ana Ruiz"):
        assert words in page.text
    assert now_of(part).is_unnamed
    assert client.post(path, {"answer": "name", "person": ana.pk}).status_code == 303
    assert now_of(part).person == ana
    with scopes_disabled():
        entry = AuditEntry.objects.get(action="name")
    assert (entry.actor, entry.via) == (bob.person, "link")
    assert "Ana Ruiz is named" in client.get(path).text
    client.post(path, {"answer": "me"})
    assert now_of(part).person == ana


def test_the_link_says_what_is_wrong(part, bob, vera):
    path, client = part.naming_link(bob.person).path, Client()
    for form in ({}, {"answer": "name"}, {"answer": "name", "person": vera.person.pk}):
        assert client.post(path, form).status_code == 422
    assert now_of(part).is_unnamed


def test_the_link_ends_with_the_voice(part, bob):
    path = part.naming_link(bob.person).path
    with scopes_disabled():
        Affiliation.objects.update(to_on=timezone.localdate() - timedelta(days=1))
    for call in (Client().get, Client().post):
        assert call(path, {"answer": "me"}).status_code == 410
    assert now_of(part).is_unnamed


@pytest.mark.parametrize("state", ("suspended", "removed"))
def test_the_link_of_whose_access_ended_opens_nothing(part, bob, state):
    with scopes_disabled():
        Membership.objects.filter(pk=bob.pk).update(state=state)
    path = part.naming_link(bob.person).path
    assert Client().post(path, {"answer": "me"}).status_code == 410
    assert now_of(part).is_unnamed


def test_the_link_of_another_opens_nothing(part, vera, charlie):
    for person in (vera.person, charlie.person):
        path = part.naming_link(person).path
        assert Client().get(path).status_code in {404, 410}


def test_the_link_says_that_it_is_done(part, bob):
    with scopes_disabled():
        Task.objects.filter(pk=part.task_id).update(done_at=timezone.now())
    path = part.naming_link(bob.person).path
    assert "This is done already" in Client().get(path).text
    Client().post(path, {"answer": "me"})
    assert now_of(part).is_unnamed


def test_matrix_cell_asks_whoever_they_name(client_of, alice, harbor, clinic):
    task = TaskFactory(goal__coalition=harbor)
    kwargs = {"letter": "R", "person": ""}
    url = at(alice, "tasks:raci_matrix")
    client = client_of(alice)
    cell = f"{at(alice, 'tasks:task_detail', task.pk)}partners/{clinic.pk}/"
    assert "Whoever they name" in client.get(cell).text
    assert client.post(cell, kwargs).status_code == 303
    asked = Assignment.objects.get()
    assert (asked.person, asked.partner) == (None, clinic)
    folded = client.get(url).text
    assert "Nobody named yet: 1" in folded
    assert "Nobody responsible" not in folded
    sheet = client.get(url, {"goal": task.goal_id}).text
    assert 'title="nobody named yet" data-pending' in sheet
    again = client.post(cell, kwargs, headers=HTMX)
    assert again.status_code == 422
    assert "Clinic has this part already." in again.text
    text = client.post(at(alice, "tasks:raci_export")).content.decode()
    assert "R? Nobody named yet" in text


def test_assignment_create_asks_a_partner(client_of, alice, harbor, clinic):
    task = TaskFactory(goal__coalition=harbor)
    client, url = client_of(alice), at(alice, "tasks:assignment_create", task.pk)
    nobody = client.post(url, {"letter": "R"})
    assert nobody.status_code == 422
    assert "Please fill this in." in nobody.text
    page = client.post(url, {"letter": "R", "who": "clinic"}, follow=True).text
    assert "Clinic is asked." in page
    assert "nobody named yet" in page
    assert Assignment.objects.get().is_unnamed


def test_every_view_of_the_plan_shows_it(client_of, alice, part):
    client = client_of(alice)
    for name in (
        *("task_list", "task_list_by_partner", "task_list_by_person"),
        *("task_board", "task_timeline", "task_calendar"),
    ):
        page = client.get(at(alice, f"tasks:{name}"), {"state": "open"})
        assert page.status_code == 200
        assert "None" not in page.text
    assert "Clinic" in client.get(at(alice, "tasks:task_list_by_partner")).text
    waiting = client.get(at(alice, "tasks:task_list"), {"state": "waiting"}).text
    assert "Book the hall" in waiting


def test_who_is_consulted_at_a_partner_has_to_be_named_before_it_is_done(
    client_of, alice, part, clinic
):
    with scopes_disabled():
        Assignment.objects.filter(pk=part.pk).update(letter="C")
    client = client_of(alice)
    client.post(at(alice, "tasks:task_complete", part.task_id))
    with scopes_disabled():
        assert Task.objects.get(pk=part.task_id).done_at is None
    page = client.get(at(alice, "tasks:task_complete", part.task_id)).text
    assert "Has named nobody who could be asked." in page
    name = at(alice, "tasks:assignment_name", part.pk)
    assert name in page
    page = client.get(at(alice, "tasks:consultation_create", part.task_id)).text
    assert "Clinic is asked who it will be, and has named nobody yet." in page
    assert name in page


def test_a_partner_that_will_not_be_consulted_leaves_a_gap(
    client_of, alice, bob, part, clinic
):
    with scopes_disabled():
        Assignment.objects.filter(pk=part.pk).update(letter="C")
    url = at(bob, "tasks:assignment_name", part.pk)
    client_of(bob).post(url, NO)
    client = client_of(alice)
    page = client.get(at(alice, "tasks:task_detail", part.task_id)).text
    assert "Clinic declined." in page
    assert (
        "Declined, nobody in their place"
        in client.get(at(alice, "tasks:raci_matrix")).text
    )
    assert "Clinic declined “Book the hall”" in client.get(at(alice, "web:home")).text
    client.post(at(alice, "tasks:task_complete", part.task_id))
    with scopes_disabled():
        assert Task.objects.get(pk=part.task_id).done_at
    client.post(at(alice, "tasks:task_complete", part.task_id), {"without": "No time"})
    with scopes_disabled():
        assert Task.objects.get(pk=part.task_id).done_at


@pytest.mark.parametrize("rows", (1, 3))
def test_task_page_costs_the_same(
    rows, client_of, bob, part, django_assert_num_queries
):
    with scopes_disabled():
        for letter in "AI"[: rows - 1]:
            AssignmentFactory(
                task=part.task, person=None, partner=part.partner, letter=letter
            )
    client, url = client_of(bob), at(bob, "tasks:task_detail", part.task_id)
    client.get(url)
    with django_assert_num_queries(COST):
        client.get(url)
