import pytest

from tasks.models import ChecklistItem, Task, TaskLink
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.tasks import (
    AssignmentFactory,
    ChecklistItemFactory,
    TaskFactory,
    TaskLinkFactory,
)
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def task(harbor, bob):
    task = TaskFactory(goal__coalition=harbor, title="Write the letter")
    AssignmentFactory(task=task, person=bob.person)
    return task


def test_task_form_takes_the_goal_from_the_milestone(client_of, harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)
    form = {"title": "Write the letter", "milestone": milestone.pk}
    client_of(alice).post(at(alice, "tasks:task_create"), form)
    task = Task.objects.get()
    assert (task.goal, task.milestone) == (milestone.goal, milestone)


def test_task_form_says_beside_the_field_what_does_not_fit(client_of, harbor, alice):
    milestone, goal = (
        MilestoneFactory(goal__coalition=harbor),
        GoalFactory(coalition=harbor),
    )
    form = {
        "title": "Write the letter",
        "goal": goal.pk,
        "milestone": milestone.pk,
        "start": "2026-06-02",
        "due": "2026-06-01",
    }
    answer = client_of(alice).post(at(alice, "tasks:task_create"), form)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"milestone", "due"}
    assert not Task.objects.exists()


def test_task_page_shows_why_steps_and_papers(client_of, harbor, vera):
    milestone = MilestoneFactory(goal__coalition=harbor, title="Hall is booked")
    task = TaskFactory(
        goal=milestone.goal,
        milestone=milestone,
        resources="Two vans",
        description="Yes",
    )
    ChecklistItemFactory(task=task, text="Call the owner")
    TaskLinkFactory(task=task, title="Floor plan")
    page = client_of(vera).get(at(vera, "tasks:task_detail", task.pk)).text
    for words in ("Hall is booked", "Two vans", "Call the owner", "0 of 1 done"):
        assert words in page
    assert "papers.example.org</code></p>" in page
    assert "Add step" not in page


def test_item_tick_takes_one_tap(client_of, bob, task):
    item, client = ChecklistItemFactory(task=task), client_of(bob)
    answer = client.post(at(bob, "tasks:item_tick", item.pk), headers=HTMX)
    assert "task-changed" in answer["HX-Trigger"]
    assert ChecklistItem.objects.get().done_by == bob.person
    client.post(at(bob, "tasks:item_untick", item.pk))
    assert ChecklistItem.objects.get().done_at is None


def test_item_create_keeps_what_was_wrong(client_of, bob, task):
    client, url = client_of(bob), at(bob, "tasks:item_create", task.pk)
    answer = client.post(url, {"text": "x" * 201}, headers=HTMX)
    assert answer.status_code == 422
    assert "at most 200 characters" in answer.text
    client.post(url, {"text": "Call the owner"})
    assert ChecklistItem.objects.get().text == "Call the owner"


def test_item_create_refuses_a_bystander(client_of, stella, task):
    answer = client_of(stella).post(
        at(stella, "tasks:item_create", task.pk), {"text": "No"}
    )
    assert answer.status_code == 422
    assert "Only the people who carry this task" in answer.text
    assert not ChecklistItem.objects.exists()


def test_item_delete_can_be_undone(client_of, bob, task):
    item, client = ChecklistItemFactory(task=task), client_of(bob)
    client.post(at(bob, "tasks:item_delete", item.pk))
    assert not ChecklistItem.objects.exists()
    client.post(at(bob, "tasks:item_restore", item.pk))
    assert ChecklistItem.objects.get() == item


@pytest.mark.parametrize("url", ("javascript:alert(1)", "ftp://a.example/x", "no"))
def test_link_create_wants_a_web_address(client_of, bob, task, url):
    answer = client_of(bob).post(
        at(bob, "tasks:link_create", task.pk), {"title": "Minutes", "url": url}
    )
    assert answer.status_code == 422
    assert "begins with https" in answer.text
    assert not TaskLink.objects.exists()


def test_link_delete_can_be_undone(client_of, bob, task):
    client = client_of(bob)
    form = {"title": "Minutes", "url": "papers.example.org/x"}
    client.post(at(bob, "tasks:link_create", task.pk), form)
    link = TaskLink.objects.get()
    assert link.url == "https://papers.example.org/x"
    client.post(at(bob, "tasks:link_delete", link.pk))
    client.post(at(bob, "tasks:link_restore", link.pk))
    assert TaskLink.objects.get() == link


@pytest.mark.parametrize("count", (1, 3))
def test_task_page_needs_the_same_queries_for_any_number(
    client_of, bob, task, count, django_assert_num_queries
):
    for _ in range(count):
        ChecklistItemFactory(task=task)
        TaskLinkFactory(task=task)
    client, url = client_of(bob), at(bob, "tasks:task_detail", task.pk)
    client.get(url)
    with django_assert_num_queries(14):
        client.get(url)
