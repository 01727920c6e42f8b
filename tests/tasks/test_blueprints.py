from datetime import date, timedelta

import pytest
from django.utils import translation

from members.models import AuditEntry
from tasks.models import Task, TaskDependency
from tasks.services.blueprints import BLUEPRINTS, FAIR, LETTER, dated, start_from
from tasks.services.bulk import BULK, undo_bulk
from tests.factories.goals import GoalFactory
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
TODAY, DAY = date(2026, 5, 13), date(2026, 9, 5)


@pytest.mark.parametrize("plan", BLUEPRINTS.values(), ids=lambda plan: plan.key)
def test_every_step_needs_what_comes_before_it_and_is_due_earlier(plan):
    days = dated(plan, DAY, TODAY)
    for place, step in enumerate(plan.steps):
        assert all(n < place for n in step.needs)
        assert all(days[n].due <= days[place].due for n in step.needs)
        assert TODAY <= days[place].start <= days[place].due
        assert days[place].due == DAY - timedelta(days=step.before)


def test_what_would_be_past_is_due_today():
    days = dated(FAIR, TODAY + timedelta(days=3), TODAY)
    assert days[0].due == days[0].start == TODAY
    assert days[-1].due == TODAY + timedelta(days=8)


def test_texts_are_translated():
    with translation.override("es"):
        texts = [str(s.title) for p in BLUEPRINTS.values() for s in p.steps]
    assert not set(texts) & {str(s.title) for p in BLUEPRINTS.values() for s in p.steps}


def test_start_from_makes_all_of_it_and_takes_it_back(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    entry = start_from(blueprint=FAIR, day=DAY, goal=goal, by=acting(alice))
    assert Task.objects.filter(goal=goal).count() == len(FAIR.steps)
    assert TaskDependency.objects.count() == sum(len(s.needs) for s in FAIR.steps)
    flyers = Task.objects.get(title__startswith="Print and hand out")
    assert flyers.checklist.count() == 3
    assert undo_bulk(entry=entry, by=acting(alice)) == len(FAIR.steps)
    assert not Task.objects.exists()


def test_taking_back_leaves_what_somebody_changed(alice):
    entry = start_from(blueprint=LETTER, day=DAY, by=acting(alice))
    first = Task.objects.order_by("pk").first()
    Task.objects.filter(pk=first.pk).update(version=2)
    undo_bulk(entry=entry, by=acting(alice))
    assert list(Task.objects.all()) == [first]


@pytest.fixture
def shown(client_of, alice):
    """Look at a template, and return what its page would send."""

    def look(**form):
        answer = client_of(alice).get(at(alice, "tasks:task_template"), form)
        fields = [field for step in answer.context["steps"] for field in step]
        typed = {f.html_name: f.value() for f in fields if f.value()}
        return {**form, **typed}

    return look


def test_template_is_looked_at_first(client_of, harbor, alice, shown):
    goal = GoalFactory(coalition=harbor)
    client, url = client_of(alice), at(alice, "tasks:task_template")
    form = {"blueprint": "letter", "day": "2026-09-05", "goal": goal.pk}
    page = client.get(url, form).text
    assert "Collect signatures of organisations" in page
    assert not Task.objects.exists()
    answer = client.post(url, shown(**form), follow=True)
    assert "7 tasks are in the plan." in answer.text
    assert Task.objects.get(title="Draft the letter").due == date(2026, 8, 8)
    entry = AuditEntry.objects.get(action=BULK)
    client.post(at(alice, "tasks:task_bulk_undo", entry.pk))
    assert not Task.objects.exists()


def test_the_look_says_which_days_have_passed(client_of, alice):
    client, url = client_of(alice), at(alice, "tasks:task_template")
    far, near = TODAY + timedelta(days=365), TODAY + timedelta(days=5)
    form = {"blueprint": "hearing"}
    assert "The day is near" not in client.get(url, form | {"day": far}).text
    page = client.get(url, form | {"day": near}).text
    assert "The day is near: 4 tasks would have been due already" in page


def test_steps_can_be_renamed_moved_and_left_out(client_of, alice, shown):
    form = shown(blueprint="letter", day="2026-09-05")
    form |= {"step-0-title": "Write to the mayor", "step-0-due": "2026-07-01"}
    del form["step-1-keep"]
    client_of(alice).post(at(alice, "tasks:task_template"), form)
    assert Task.objects.count() == len(LETTER.steps) - 1
    first = Task.objects.get(title="Write to the mayor")
    assert (first.start, first.due) == (date(2026, 6, 24), date(2026, 7, 1))
    # What waited for the step that was left out waits for what came before that.
    settled = Task.objects.get(title="Settle the text")
    assert list(settled.needed.values_list("needs", flat=True)) == [first.pk]


@pytest.mark.parametrize(
    ("changes", "says"),
    (
        ({"step-0-title": ""}, "Please fill this in."),
        ({"step-0-title": "\u202egnihtyna"}, "Take out the invisible character"),
        ({"step-0-due": "2026-05-01"}, "Choose a day that is still to come."),
        ({"step-0-due": ""}, "Please fill this in."),
        ({f"step-{n}-keep": "" for n in range(7)}, "Keep one task at least."),
    ),
)
def test_a_mistake_is_told_and_what_was_typed_is_kept(
    client_of, alice, shown, changes, says
):
    form = shown(blueprint="letter", day="2026-09-05")
    form |= {"step-3-title": "Gather names", **changes}
    answer = client_of(alice).post(at(alice, "tasks:task_template"), form)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Gather names"' in answer.text
    assert not Task.objects.exists()


def test_template_wants_a_day_to_come_and_a_goal_of_ours(client_of, alice, charlie):
    goal = GoalFactory(coalition=charlie.coalition)
    client, url = client_of(alice), at(alice, "tasks:task_template")
    form = {"blueprint": "hearing", "day": "2026-05-01", "goal": goal.pk}
    answer = client.post(url, form)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"day", "goal"}
    assert not Task.objects.exists()
