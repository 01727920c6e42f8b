"""What tasks have beside their words, in lists: steps, links, rhythm, what comes first."""

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from coalition.common.tenancy import scope
from members.models import Import
from members.models.imports import ImportState
from tasks.models import ChecklistItem, Task, TaskDependency, TaskLink
from tasks.services.dependencies import add_dependency
from tasks.services.parts import tick_item
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import AffiliationFactory, PersonFactory
from tests.factories.tasks import (
    AssignmentFactory,
    ChecklistItemFactory,
    TaskDependencyFactory,
    TaskFactory,
    TaskLinkFactory,
)
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
PARTS = ("repeats", "checklist", "links", "depends_on")
HEADER = f"title,due,{','.join(PARTS)}\n"


@pytest.fixture
def goal(harbor):
    return GoalFactory(coalition=harbor, title="Clean air")


@pytest.fixture
def pages(client_of):
    return lambda membership: Pages(client_of(membership), membership)


class Pages:
    """The pages of a coalition's lists, as somebody goes through them."""

    def __init__(self, client, membership):
        self.client, self.membership = client, membership

    def export(self):
        answer = self.client.post(at(self.membership, "tasks:task_export"))
        return answer.content.decode("utf-8-sig")

    def look(self, text, *, without=()):
        file = SimpleUploadedFile("plan.csv", text.encode())
        url = at(self.membership, "tasks:task_import")
        self.last = self.client.post(url, {"file": file}, follow=True)
        assert self.last.status_code == 200
        imported = self.found()
        if without:
            names = next(csv.reader([text.splitlines()[0]]))
            columns = {
                f"column_{n}": name
                for n, name in enumerate(names)
                if name not in (*without, "done")
            }
            self._go("columns", imported, columns | {"titled": "on"})
        return self.found()

    def write(self, imported):
        self._go("apply", imported, {"seen": imported.fingerprint})
        found = self.found()
        assert found.state == ImportState.APPLIED
        return found

    def undo(self, imported):
        self._go("undo", imported, {})
        imported.refresh_from_db()
        return imported

    def found(self):
        with scope(coalition=self.membership.coalition):
            return Import.objects.latest("pk")

    def _go(self, step, imported, data):
        url = at(self.membership, f"members:import_{step}", imported.pk)
        self.last = self.client.post(url, data, follow=True)


def rows_of(text, *, without=("number",)):
    rows = csv.DictReader(io.StringIO(text))
    return [{k: v for k, v in row.items() if k not in without} for row in rows]


def told(imported):
    return {
        row.line: [(error["column"], error["message"]) for error in row.errors]
        for row in imported.rows.exclude(errors=[])
    }


def whole_plan(coalition, *, people=()):
    """Make goals and people that a plan speaks of; return what makes the plan."""
    clean = GoalFactory(coalition=coalition, title="Clean air")
    GoalFactory(coalition=coalition, title="Safe streets")
    MilestoneFactory(goal=clean, title="First gate")
    AffiliationFactory(
        partner__coalition=coalition,
        partner__name="Food; Bank",
        person__full_name="Fay of the Bank",
    )
    for email in people:
        PersonFactory(coalition=coalition, email=email)
    return clean


def fill_plan(clean, bob):
    harbor = clean.coalition
    first = TaskFactory(goal=clean, title="=Print; “flyers”", due=date(2027, 2, 28))
    Task.objects.filter(pk=first.pk).update(
        repeat_every=1, repeat_unit="months", repeat_day=31
    )
    ChecklistItemFactory(
        task=first, text='Buy "paper"; and ink', done_at=timezone.now()
    )
    ChecklistItemFactory(task=first, text="[x] is a mark")
    ChecklistItemFactory(task=first, text="Twice")
    ChecklistItemFactory(task=first, text="Twice", done_at=timezone.now())
    TaskLinkFactory(task=first, title="A <draft>; or two", url="https://a.org/x;y=<1>")
    TaskLinkFactory(task=first, title="http://b.org/", url="http://b.org/")
    twin = TaskFactory(goal=clean, title="Call, members")
    other = TaskFactory(
        title="Call, members", goal=clean.__class__.objects.get(title="Safe streets")
    )
    loose = TaskFactory(goal=None, coalition=harbor, title="Loose one", due=None)
    for task, needs in (
        (first, twin),
        (first, other),
        (other, loose),
        (twin, loose),
        (twin, other),
    ):
        TaskDependencyFactory(task=task, needs=needs)
    Task.objects.filter(pk=twin.pk).update(repeat_every=2, repeat_unit="weeks")
    AssignmentFactory(task=first, letter="A", person=bob.person)
    return first


def test_a_plan_goes_to_another_coalition_and_comes_back_equal(
    pages, harbor, alice, bob, charlie
):
    fill_plan(whole_plan(harbor), bob)
    text = pages(alice).export()
    elsewhere = pages(charlie)
    with scope(coalition=charlie.coalition):
        whole_plan(charlie.coalition, people=[bob.person.email])
        imported = elsewhere.look(text, without=("number",))
        assert told(imported) == {}
        assert (imported.created, Task.objects.exists()) == (4, False)
        elsewhere.write(imported)
    again = elsewhere.export()
    assert rows_of(again) == rows_of(text)
    with scope(coalition=charlie.coalition):
        assert Task.objects.filter(repeat_day=31).count() == 1
        assert elsewhere.look(again).unchanged == 4
        assert elsewhere.undo(imported).state == ImportState.UNDONE
        for model in (Task, ChecklistItem, TaskLink, TaskDependency):
            assert not model.objects.exists()


def test_the_export_says_each_so_that_a_person_can_read_it(pages, harbor, alice, bob):
    fill_plan(whole_plan(harbor), bob)
    first, twin, *_rest = rows_of(pages(alice).export())
    assert first["repeats"] == "1 month, day 31"
    assert twin["repeats"] == "2 weeks"
    assert first["checklist"] == (
        '"[x] Buy ""paper""; and ink"; [ ] [x] is a mark; [ ] Twice; [x] Twice'
    )
    assert first["links"] == (
        '"A <draft>; or two <https://a.org/x;y=<1>>"; http://b.org/'
    )
    assert first["depends_on"] == (
        "Call, members · Clean air; Call, members · Safe streets"
    )
    assert twin["depends_on"] == "Loose one; Call, members · Safe streets"


def test_a_list_written_by_hand_is_understood(pages, alice, goal):
    TaskFactory(goal=goal, title="Find a room")
    page = pages(alice)
    imported = page.look(
        HEADER + "Book it,2027-01-05,Cada 2 semanas,"
        '"[X] Ask\nCall; [] Pay",'
        '"The draft <papers.example.org/x>; https://b.example.org/y",'
        "FIND a róom; Print\n"
        "Print,2027-01-31,every month,,,\n"
    )
    assert told(imported) == {}
    assert "<ins>[x] Ask; [ ] Call; [ ] Pay</ins>" in page.last.text
    assert "<ins>Find a room; Print</ins>" in page.last.text
    assert "<ins>2 weeks</ins>" in page.last.text
    page.write(imported)
    task = Task.objects.get(title="Book it")
    assert (task.repeat_every, task.repeat_unit) == (2, "weeks")
    steps = task.checklist.all()
    assert [(s.text, bool(s.done_at), s.done_by) for s in steps] == [
        ("Ask", True, alice.person),
        ("Call", False, None),
        ("Pay", False, None),
    ]
    assert list(task.links.values_list("title", "url")) == [
        ("The draft", "https://papers.example.org/x"),
        ("https://b.example.org/y", "https://b.example.org/y"),
    ]
    assert {tie.needs.title for tie in task.needed.all()} == {"Find a room", "Print"}
    printing = Task.objects.get(title="Print")
    assert (printing.repeat_every, printing.repeat_unit) == (1, "months")


def test_what_a_task_has_stays_and_what_is_new_is_taken_back(pages, alice, goal):
    task = TaskFactory(goal=goal, title="Book it", due=date(2027, 1, 5))
    Task.objects.filter(pk=task.pk).update(repeat_every=1, repeat_unit="weeks")
    item = ChecklistItemFactory(task=task, text="Ask")
    TaskLinkFactory(task=task, url="https://a.example.org/x")
    page = pages(alice)
    before = page.export()
    imported = page.look(
        HEADER + "Book it,,3 weeks,[x] Ask; [ ] Call,"
        "Other words <https://a.example.org/x>; https://b.example.org/y,New one\n"
        "New one,,,,,\n"
    )
    assert told(imported) == {}
    assert (imported.created, imported.updated) == (1, 1)
    (warned,) = imported.rows.filter(has_warnings=True)
    assert [w["message"] for w in warned.warnings] == [
        "“Ask” is here already, and its tick stays as it is."
    ]
    page.write(imported)
    item.refresh_from_db()
    assert item.done_at is None
    assert list(task.checklist.values_list("text", flat=True)) == ["Ask", "Call"]
    assert task.links.count() == 2
    task.refresh_from_db()
    assert task.repeat_every == 3
    assert page.undo(imported).state == ImportState.UNDONE
    assert page.export() == before


def test_every_mistake_is_told_beside_its_row_and_nothing_is_written(
    pages, alice, goal, charlie
):
    for place in (goal, goal):
        TaskFactory(goal=place, title="Twice")
    with scope(coalition=charlie.coalition):
        TaskFactory(goal__coalition=charlie.coalition, title="Canary task")
    long = "x" * 201
    page = pages(alice)
    imported = page.look(
        HEADER
        + "A,,,,,Canary task\n"
        + "B,,,,,Twice\n"
        + "C,,,,,C\n"
        + "D,,2 weeks,,,\n"
        + "E,2027-01-05,sometimes,,,\n"
        + "F,2027-01-05,53 weeks,,,\n"
        + f"G,,,[x] fine; {long},,\n"
        + "H,,,[x],,\n"
        + "I,,,,javascript:alert(1),\n"
        + "J,,,,Draft <ftp://example.org/x>,\n"
        + f"K,,,,{long} <https://example.org>,\n"
        + f"L,,,,https://example.org/{'y' * 1000},\n"
        + f"M,,,{'a;' * 201},,\n"
        + "N,someday,,,,\n"
        + "O,,,,,N; Nowhere\n"
    )
    found = told(imported)
    twice = (
        "Several tasks are called “Twice”. Write “Twice · ” and the goal, or the number,"
        " as in #12."
    )
    link = "Write each link as in: The draft <https://example.org/draft>"
    often = "Write how often, from 1 to 52, as in: 2 weeks. Or: 1 month."
    much = "This has 201 characters; at most 200 fit."
    nobody = "No task here or in this list is called “%s”."
    # N is wrong itself; O names it, and that is no mistake.
    (someday,) = found.pop(15)
    assert someday[0] == "due"
    assert found == {
        2: [("depends_on", nobody % "Canary task")],
        3: [("depends_on", twice)],
        4: [("depends_on", "A task does not wait for itself.")],
        5: [("repeats", "Say by when, for a task that repeats.")],
        6: [("repeats", often)],
        7: [("repeats", often)],
        8: [("checklist", much)],
        9: [("checklist", "Say what the step is, behind its mark.")],
        10: [("links", link)],
        11: [("links", link)],
        12: [("links", much)],
        13: [("links", link)],
        14: [("checklist", "At most 200 fit here.")],
        16: [("depends_on", nobody % "Nowhere")],
    }
    assert Task.objects.count() == 2
    page.client.post(
        at(alice, "members:import_apply", imported.pk), {"seen": imported.fingerprint}
    )
    assert Task.objects.count() == 2


def test_a_circle_is_refused_beside_the_row_that_closes_it(pages, alice, goal):
    here = TaskFactory(goal=goal, title="Here")
    there = TaskFactory(goal=goal, title="There")
    add_dependency(task=here, needs=there, by=acting(alice))
    imported = pages(alice).look(
        HEADER
        + "One,,,,,Two\n"
        + "Two,,,,,Three\n"
        + "Three,,,,,One\n"
        + "There,,,,,New\n"
        + "New,,,,,Here\n"
        + "Fine,,,,,One; Here\n"
    )
    assert told(imported) == {
        4: [
            (
                "depends_on",
                "That would go in a circle: “Three” → “One” → “Two” → “Three”.",
            )
        ],
        6: [
            (
                "depends_on",
                "That would go in a circle: “New” → “Here” → “There” → “New”.",
            )
        ],
    }
    assert TaskDependency.objects.count() == 1


def test_a_number_tells_tasks_of_one_name_apart_and_the_open_one_is_meant(
    pages, alice, goal
):
    first, second = (TaskFactory(goal=goal, title="Twice") for _ in "12")
    TaskFactory(goal=goal, title="Monthly", done=True)
    still_open = TaskFactory(goal=goal, title="Monthly")
    page = pages(alice)
    page.write(page.look(HEADER + f"New,,,,,Twice (#{second.pk}); monthly\n"))
    new = Task.objects.get(title="New")
    assert {tie.needs for tie in new.needed.all()} == {second, still_open}
    add_dependency(task=second, needs=first, by=acting(alice))
    text = page.export()
    assert f"Twice (#{first.pk})" in text
    again = page.look(text)
    assert told(again) == {}
    assert (again.unchanged, again.updated) == (5, 0)


def test_a_task_that_is_done_gets_nothing_from_a_list(pages, alice, goal):
    TaskFactory(goal=goal, title="Done one", done=True)
    imported = pages(alice).look(HEADER + "Done one,,,[ ] More,https://a.org,\n")
    assert told(imported) == {2: [(None, "This task is done. Open it again first.")]}


def test_a_step_that_was_ticked_since_keeps_its_task(pages, alice, goal):
    here = TaskFactory(goal=goal, title="Here")
    page = pages(alice)
    imported = page.write(
        page.look(HEADER + "New,,,Call,,\nOther,,,Call,,\nHere,,,Call,,\n")
    )
    for task in (here, Task.objects.get(title="New")):
        tick_item(item=task.checklist.get(), done=True, by=acting(alice))
    page.undo(imported)
    assert set(Task.objects.values_list("title", flat=True)) == {"Here", "New"}
    assert ChecklistItem.objects.count() == 2
    kept = imported.rows.exclude(kept="").values_list("name", "kept")
    assert dict(kept) == dict.fromkeys(("New", "Here"), "It was edited since.")


def test_titles_of_other_tables_are_recognised(pages, alice, goal):
    page = pages(alice)
    page.look("Tarea,Vence,Se repite,Pasos,Enlaces,Depende de\nPintar,2027-01-05,,,,\n")
    assert page.found().layout["columns"] == ["title", "due", *PARTS]


def test_the_page_shows_how_to_write_each(pages, alice):
    page = pages(alice)
    text = page.client.get(at(alice, "tasks:task_import")).text
    assert "[x] Book the room; [ ] Print flyers" in text
    assert "The draft &lt;https://example.org/draft&gt;" in text


@pytest.mark.parametrize("count", (1, 3))
def test_any_number_of_parts_needs_the_same_queries(
    pages, alice, goal, count, django_assert_num_queries
):
    lines = "".join(
        f"Task {n},2027-01-05,2 weeks,[x] A; B,https://a.org; https://b.org,First\n"
        for n in range(count)
    )
    page = pages(alice)
    imported = page.look(f"{HEADER}First,,,,,\n{lines}")
    assert imported.created == count + 1
    with django_assert_num_queries(37):
        page.write(imported)
    with django_assert_num_queries(10):
        page.export()
    with django_assert_num_queries(54):
        page.undo(imported)
