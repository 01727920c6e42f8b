import pytest

from tasks.models import Assignment, Task
from tasks.services.assignments import assign
from tests.factories.goals import GoalFactory
from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import HTMX, acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def task(harbor):
    return TaskFactory(goal__coalition=harbor, title="Write the letter")


@pytest.fixture
def carried(task, bob):
    AssignmentFactory(task=task, person=bob.person)
    return task


def test_task_create_asks_the_first_people(client_of, harbor, alice, bob):
    goal = GoalFactory(coalition=harbor)
    partner = AffiliationFactory(
        person=bob.person, partner__coalition=harbor, partner__name="Tenants Union"
    ).partner
    form = {
        "title": "Write the letter",
        "goal": goal.pk,
        "due": "2026-06-01",
        "accountable": "Bob Brown · Tenants Union",
    }
    url = at(alice, "tasks:task_create")
    answer = client_of(alice).post(url, form, follow=True)
    task = Task.objects.get()
    assert answer.redirect_chain == [(at(alice, "tasks:task_detail", task.pk), 303)]
    asked = Assignment.objects.get()
    assert (asked.letter, asked.person, asked.partner) == ("A", bob.person, partner)


def test_task_create_knows_the_goal_it_was_opened_from(client_of, harbor, alice):
    goal = GoalFactory(coalition=harbor)
    page = client_of(alice).get(at(alice, "tasks:task_create"), {"goal": goal.pk}).text
    assert f'<option value="{goal.pk}" selected>' in page


def test_task_create_asks_a_partner_to_name_somebody(client_of, alice, harbor):
    union = PartnerFactory(coalition=harbor, name="Tenants Union")
    AffiliationFactory(partner=union)
    form = {"title": "Write the letter", "accountable": "tenants union"}
    client, url = client_of(alice), at(alice, "tasks:task_create")
    page = client.post(url, form, follow=True).text
    assert "nobody named yet" in page
    part = Assignment.objects.get()
    assert (part.letter, part.person, part.partner) == ("A", None, union)
    silent = PartnerFactory(coalition=harbor, name="Silent")
    answer = client.post(url, form | {"responsible": silent.name})
    assert answer.status_code == 422
    assert "Nobody speaks for Silent" in answer.text


def test_task_create_keeps_what_was_typed(client_of, alice, charlie):
    foreign = GoalFactory(coalition=charlie.coalition)
    form = {
        "title": "Write the letter",
        "goal": foreign.pk,
        "accountable": "Charlie Canary",
    }
    answer = client_of(alice).post(at(alice, "tasks:task_create"), form)
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.text
    assert "No person and no partner here goes by that name" in answer.text
    assert 'value="Write the letter"' in answer.text
    assert not Task.objects.exists()


def test_task_edit_tells_the_second_editor(client_of, alice, task):
    client, url = client_of(alice), at(alice, "tasks:task_edit", task.pk)
    assert 'name="version" value="1"' in client.get(url).text
    assert client.post(url, {"title": "One", "version": 1}).status_code == 303
    answer = client.post(url, {"title": "Two", "version": 1})
    assert answer.status_code == 422
    assert "Somebody else saved" in answer.text
    assert 'value="Two"' in answer.text


def test_task_complete_thanks_and_can_be_undone(client_of, bob, carried):
    client = client_of(bob)
    url = at(bob, "tasks:task_complete", carried.pk)
    answer = client.post(url, headers=HTMX)
    assert Task.objects.get().done_by == bob.person
    assert "task-changed" in answer["HX-Trigger"]
    assert "Done: Write the letter. Thank you." in answer.text
    undo = at(bob, "tasks:task_reopen", carried.pk)
    assert f'action="{undo}"' in answer.text
    client.post(undo)
    assert Task.objects.open().exists()


def test_task_complete_goes_back_to_where_one_was(client_of, bob, carried):
    url, board = at(bob, "tasks:task_complete", carried.pk), at(bob, "tasks:task_list")
    headers = {"Referer": f"http://testserver{board}?state=mine"}
    answer = client_of(bob).post(url, headers=headers)
    assert answer["Location"] == f"http://testserver{board}?state=mine"


@pytest.mark.parametrize("referer", ("https://elsewhere.example/", "", "//x"))
def test_task_complete_never_leads_elsewhere(client_of, bob, carried, referer):
    url = at(bob, "tasks:task_complete", carried.pk)
    answer = client_of(bob).post(url, headers={"Referer": referer})
    assert answer["Location"] == at(bob, "tasks:task_detail", carried.pk)


@pytest.mark.parametrize(("headers", "status"), ((HTMX, 422), ({}, 200)))
def test_task_complete_is_not_for_bystanders(client_of, task, bob, headers, status):
    url = at(bob, "tasks:task_complete", task.pk)
    answer = client_of(bob).post(url, headers=headers, follow=True)
    assert answer.status_code == status
    assert "Only the people who carry this task" in answer.text
    assert Task.objects.open().exists()


def test_task_complete_twice_says_so(client_of, alice, task):
    client, url = client_of(alice), at(alice, "tasks:task_complete", task.pk)
    client.post(url)
    assert "done already" in client.post(url, follow=True).text


def test_task_reopen_says_when_it_is_open(client_of, alice, task):
    url = at(alice, "tasks:task_reopen", task.pk)
    assert "not done yet" in client_of(alice).post(url, follow=True).text


def test_task_delete_asks_first_and_can_be_undone(client_of, alice, carried):
    client, url = client_of(alice), at(alice, "tasks:task_delete", carried.pk)
    assert "Delete “Write the letter”?" in client.get(url).text
    assert Task.objects.exists()
    answer = client.post(url, follow=True)
    assert not Task.objects.exists()
    undo = at(alice, "tasks:task_restore", carried.pk)
    assert f'action="{undo}"' in answer.text
    assert "Bob Brown" in client.post(undo, follow=True).text
    assert Task.objects.get() == carried


def test_task_delete_keeps_what_was_done(client_of, harbor, alice):
    task = TaskFactory(goal__coalition=harbor, done=True)
    url = at(alice, "tasks:task_delete", task.pk)
    assert "part of your story" in client_of(alice).post(url, follow=True).text
    assert Task.objects.exists()


def test_task_restore_knows_only_what_was_removed(client_of, alice, task):
    url = at(alice, "tasks:task_restore", task.pk)
    assert client_of(alice).post(url).status_code == 404


def test_task_detail_tells_the_story(client_of, alice, bob, task):
    client = client_of(alice)
    page = at(alice, "tasks:task_detail", task.pk)
    form = {"who": "Bob Brown", "letter": "A"}
    client.post(at(alice, "tasks:assignment_create", task.pk), form)
    client.post(at(alice, "tasks:assignment_accept", Assignment.objects.get().pk))
    story = client.get(page).text
    assert "Asked Bob Brown" in story
    assert "Said yes" in story
    assert "for Bob Brown" in story
    withdraw = at(alice, "tasks:assignment_withdraw", Assignment.objects.get().pk)
    client.post(withdraw)
    assert "Took Bob Brown off" in client.get(page).text


def test_task_detail_answers_its_own_part_in_place(client_of, alice, task):
    url = at(alice, "tasks:task_detail", task.pk)
    part = client_of(alice).get(url, headers=HTMX).text
    assert part.lstrip().startswith('<div id="task-page"')


@pytest.mark.parametrize("rows", (1, 3))
def test_task_detail_needs_the_same_queries_for_any_number(
    client_of, alice, task, rows, django_assert_num_queries
):
    for _ in range(rows):
        at_partner = AffiliationFactory(partner__coalition=task.coalition)
        assign(
            task=task,
            letter="R",
            person=at_partner.person,
            partner=at_partner.partner,
            by=acting(alice),
        )
    client = client_of(alice)
    with django_assert_num_queries(16):
        client.get(at(alice, "tasks:task_detail", task.pk))


@pytest.mark.parametrize(
    ("who", "acts"),
    (
        ("vera", ("edit", "complete", "reopen", "delete", "restore")),
        ("bob", ("edit", "delete", "restore")),
        ("stella", ("edit", "delete", "restore")),
    ),
)
def test_task_acts_need_their_permission(client_of, request, task, who, acts):
    membership = request.getfixturevalue(who)
    for act in acts:
        url = at(membership, f"tasks:task_{act}", task.pk)
        assert client_of(membership).post(url).status_code == 403, act


def test_a_task_of_another_coalition_is_not_found(client_of, alice, charlie):
    task = TaskFactory(goal__coalition=charlie.coalition)
    url = at(alice, "tasks:task_complete", task.pk)
    assert client_of(alice).post(url).status_code == 404


def test_task_of_nobody_tells_a_member_how_to_take_it(client_of, alice, bob, task):
    page = at(alice, "tasks:task_detail", task.pk)
    assert "Could it be you?" in client_of(bob).get(page).text
    assert "Could it be you?" not in client_of(alice).get(page).text
