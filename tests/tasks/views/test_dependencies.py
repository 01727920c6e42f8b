import pytest

from tasks.models import TaskDependency
from tests.factories.goals import GoalFactory
from tests.factories.tasks import TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def task(harbor):
    return TaskFactory(goal__coalition=harbor, title="Print the flyers")


def ask(client, alice, task, words):
    url = at(alice, "tasks:dependency_create", task.pk)
    return client.post(url, {"needs": words}, headers=HTMX)


def test_dependency_create_finds_a_task_by_words_or_number(
    client_of, harbor, alice, task
):
    first = TaskFactory(goal__coalition=harbor, title="Write the flyér")
    second = TaskFactory(goal__coalition=harbor, title="Book the hall")
    client = client_of(alice)
    assert ask(client, alice, task, "write FLYER").status_code == 200
    assert ask(client, alice, task, f"#{second.pk}").status_code == 200
    assert list(TaskDependency.objects.values_list("needs", flat=True)) == [
        first.pk,
        second.pk,
    ]


def test_dependency_create_asks_when_several_fit(client_of, harbor, alice, task):
    for title in ("Book the hall", "Book the band"):
        TaskFactory(goal__coalition=harbor, title=title)
    answer = ask(client_of(alice), alice, task, "book")
    assert answer.status_code == 422
    assert "Several fit: Book the hall (#" in answer.text
    assert 'value="book"' in answer.text


def test_dependency_create_knows_no_task_of_another_coalition(
    client_of, alice, charlie, task
):
    foreign = TaskFactory(goal=GoalFactory(coalition=charlie.coalition), title="Canary")
    for words in ("Canary", f"#{foreign.pk}"):
        answer = ask(client_of(alice), alice, task, words)
        assert "No open task goes by these words." in answer.text
    assert not TaskDependency.objects.exists()


def test_dependency_delete_can_be_undone(client_of, harbor, alice, task):
    TaskFactory(goal__coalition=harbor, title="Book the hall")
    client = client_of(alice)
    ask(client, alice, task, "hall")
    tie = TaskDependency.objects.get()
    client.post(at(alice, "tasks:dependency_delete", tie.pk))
    assert not TaskDependency.objects.exists()
    client.post(at(alice, "tasks:dependency_restore", tie.pk))
    assert TaskDependency.objects.get() == tie
