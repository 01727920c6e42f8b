"""Goals and tasks in a real browser: in place, with what was said and a way back."""

import pytest

from goals.models import GoalReading
from tasks.models import Assignment, Task
from tests.browser import faults, wider_than_its_window
from tests.factories.goals import GoalReadingFactory, MilestoneFactory
from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("in_harbor"),
]


@pytest.fixture
def goal(harbor):
    goal = GoalReadingFactory(goal__coalition=harbor).goal
    GoalReadingFactory(goal=goal, value=5)
    MilestoneFactory(goal=goal)
    return goal


def test_progress_is_recorded_in_place_and_taken_back(visit, alice, goal):
    url = at(alice, "goals:goal_detail", goal.pk)
    page = visit(url, alice)
    page.get_by_role("link", name="Record progress").click()
    page.locator("#goal-measure input[name=value]").fill("8")
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_text("80% of the way").wait_for()
    assert page.url.endswith(url)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("The reading of 8 is gone.").wait_for()
    assert not GoalReading.objects.filter(value=8).exists()
    assert page.said == []


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def test_focus_goes_into_the_form_that_was_asked_for_and_stays_near(visit, alice, goal):
    page = visit(at(alice, "goals:goal_detail", goal.pk), alice)
    page.get_by_role("link", name="Record progress").click()
    page.locator("#goal-measure input[name=value]").wait_for()
    assert focused(page) == "id_value"
    page.get_by_role("link", name="Add a milestone").click()
    title = page.locator("#goal-milestones input[name=title]")
    title.wait_for()
    assert focused(page) == "id_title"
    title.fill("Eighth school signs")
    page.get_by_role("button", name="Add milestone").click()
    page.get_by_role("heading", name="Eighth school signs").wait_for()
    assert focused(page) == "miles"


@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("size", ("phone", "desktop"))
def test_open_forms_are_open_to_everybody(visit, alice, goal, size, scheme):
    task = AssignmentFactory(task__goal=goal, person=alice.person).task
    places = (
        at(alice, "goals:reading_create", goal.pk),
        at(alice, "goals:milestone_reach", goal.milestones.get().pk),
        at(alice, "goals:goal_edit", goal.pk),
        at(alice, "tasks:assignment_create", task.pk),
        at(alice, "tasks:assignment_decline", task.assignments.get().pk),
    )
    for path in places:
        page = visit(path, alice, size=size)
        page.emulate_media(color_scheme=scheme)
        assert faults(page) == []
        assert not wider_than_its_window(page)
        assert page.said == []


def test_a_person_is_suggested_while_one_types(visit, harbor, alice, bob, goal):
    AffiliationFactory(
        person=bob.person, partner__coalition=harbor, partner__name="Tenants Union"
    )
    task = AssignmentFactory(task__goal=goal, person=alice.person).task
    page = visit(at(alice, "tasks:task_detail", task.pk), alice)
    page.get_by_role("link", name="Ask someone").click()
    page.get_by_label("Whom do you ask?").press_sequentially("tenants")
    option = page.locator("datalist option[value='Bob Brown · Tenants Union']")
    option.wait_for(state="attached")
    page.get_by_label("Whom do you ask?").fill("Bob Brown · Tenants Union")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("Bob Brown is asked.").wait_for()
    assert Assignment.objects.filter(person=bob.person).exists()
    assert page.said == []


# A form that has just come is drawn before htmx listens to its fields.
TYPED_AT_ONCE = """document.addEventListener("htmx:afterSwap", () => {
  const field = document.getElementById("id_who");
  field.value = "tenants";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}, { once: true })"""


def test_what_is_typed_before_the_page_listens_is_heard(visit, harbor, alice, goal):
    PartnerFactory(coalition=harbor, name="Tenants Union")
    task = AssignmentFactory(task__goal=goal, person=alice.person).task
    page = visit(at(alice, "tasks:task_detail", task.pk), alice)
    page.evaluate(TYPED_AT_ONCE)
    page.get_by_role("link", name="Ask someone").click()
    option = page.locator("datalist option[value='Tenants Union']")
    option.wait_for(state="attached", timeout=5_000)


def test_a_member_accepts_and_finishes_without_leaving_home(visit, bob, goal):
    task = AssignmentFactory(task__goal=goal, person=bob.person, letter="A").task
    page = visit(at(bob, "web:home"), bob)
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("is in good hands").wait_for()
    page.get_by_role("button", name="Done").click()
    page.get_by_text("Nothing waits for you").wait_for()
    assert Task.objects.get(pk=task.pk).done_by == bob.person
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Done").wait_for()
    assert page.url.endswith(at(bob, "web:home"))
    assert Task.objects.get(pk=task.pk).done_at is None
    assert page.said == []


def test_the_box_of_a_goal_ticks_its_tasks_and_the_acts_come_into_sight(
    visit, alice, goal
):
    for _ in range(12):
        TaskFactory(coalition=goal.coalition, goal=goal)
    TaskFactory(coalition=goal.coalition)
    page = visit(at(alice, "tasks:task_list"), alice)
    act = page.get_by_role("button", name="Move by days")
    assert act.bounding_box()["y"] > page.viewport_size["height"]
    page.get_by_label(f"All tasks here: {goal}").check()
    assert page.locator("input[name=pk]:checked").count() == 12
    assert act.bounding_box()["y"] < page.viewport_size["height"]
    assert page.said == []
