import csv
import io
from datetime import date

import pytest

from members.models import Import
from members.models.imports import ImportKind, ImportState
from members.services.imports.steps import (
    apply_import,
    start_import,
    undo_import,
)
from members.services.imports.work import work_off
from tasks.models import Assignment, Task
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    PartnerAliasFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
HEADER = "title,goal,milestone,start,due,accountable,responsible,description"


@pytest.fixture
def goal(harbor):
    return GoalFactory(coalition=harbor, title="Clean air")


@pytest.fixture
def bring(alice):
    def look(text):
        data = text.encode()
        imported = start_import(
            kind=ImportKind.TASKS,
            data=data,
            original=data,
            file_name="tasks.csv",
            by=acting(alice),
        )
        work_off(imported)
        imported.refresh_from_db()
        return imported

    return look


def write(imported, alice):
    apply_import(imported=imported, seen=imported.fingerprint, by=acting(alice))
    work_off(imported)
    imported.refresh_from_db()
    return imported


def errors(imported):
    return {
        row.line: [(error["column"], error["message"]) for error in row.errors]
        for row in imported.rows.exclude(errors=[])
    }


def test_list_makes_tasks_and_asks_people(harbor, bring, alice, bob, goal):
    MilestoneFactory(goal=goal, title="First gate")
    place = AffiliationFactory(person=bob.person, partner__coalition=harbor).partner
    imported = bring(
        f"{HEADER}\n"
        f"Hang the signs,clean AIR,First gate,2026-06-01,2026-06-10,"
        f"{bob.person.email},{alice.person.email}; {bob.person.email},Why not\n"
        "Buy paint,,,,,,,\n"
    )
    assert (imported.created, imported.errors) == (2, 0)
    assert not Task.objects.exists()
    write(imported, alice)
    task = Task.objects.get(title="Hang the signs")
    assert (task.goal, str(task.milestone)) == (goal, "First gate")
    assert (task.start, task.due) == (date(2026, 6, 1), date(2026, 6, 10))
    asked = task.assignments.order_by("letter", "status")
    assert list(asked.values_list("letter", "person", "partner", "status")) == [
        ("A", bob.person.pk, place.pk, "proposed"),
        ("R", alice.person.pk, None, "accepted"),
        ("R", bob.person.pk, place.pk, "proposed"),
    ]
    assert Task.objects.get(title="Buy paint").search_text == "buy paint"


def test_every_mistake_is_told_at_its_line_and_nothing_is_written(
    bring, alice, goal, charlie
):
    TaskFactory(goal=goal, title="Twice")
    TaskFactory(goal=goal, title="Twice")
    GoalFactory(coalition=charlie.coalition, title="Canary goal")
    imported = bring(
        f"{HEADER},number\n"
        "Fine,Clean air,,,,,,,\n"
        "A,Canary goal,,,,,,,\n"
        "B,Clean air,No such step,,,,,,\n"
        "C,,,2026-06-02,2026-06-01,,,,\n"
        f"D,,,,,{charlie.person.email},,,\n"
        "E,,,31.5.2026,,not-an-address,,,\n"
        "Twice,Clean air,,,,,,,\n"
        "F,,,,,,,,999999\n"
        "Fine,Clean air,,,,,,,\n"
    )
    found = errors(imported)
    assert {line: [c for c, _m in told] for line, told in found.items()} == {
        3: ["goal"],
        4: ["milestone"],
        5: ["due"],
        6: ["accountable"],
        7: ["start", "accountable"],
        8: ["title"],
        9: ["number"],
        10: ["title"],
    }
    assert found[10][0][1] == "Line 2 is about this too."
    assert Task.objects.count() == 2


def test_list_changes_what_is_here_and_is_taken_back(bring, alice, bob, goal):
    task = TaskFactory(goal=goal, title="Hang the signs", due=date(2026, 6, 1))
    imported = bring(
        f"{HEADER}\nhang the signs,Clean air,,,2026-07-01,{bob.person.email},,More\n"
        "New one,Clean air,,,,,,\n"
    )
    assert (imported.created, imported.updated) == (1, 1)
    write(imported, alice)
    task.refresh_from_db()
    assert (task.due, task.description, task.title) == (
        date(2026, 7, 1),
        "More",
        "hang the signs",
    )
    undo_import(imported=imported, by=acting(alice))
    work_off(Import.objects.get())
    task.refresh_from_db()
    assert (task.due, task.title) == (date(2026, 6, 1), "Hang the signs")
    assert Import.objects.get().state == ImportState.UNDONE
    assert list(Task.objects.all()) == [task]
    assert not Assignment.objects.exists()


def test_list_moves_nobody_aside_and_leaves_done_tasks(bring, alice, bob, goal):
    task = TaskFactory(goal=goal, title="Hang the signs")
    AssignmentFactory(task=task, letter="A", person=bob.person)
    TaskFactory(goal=goal, title="Done one", done=True)
    imported = bring(
        f"{HEADER}\nHang the signs,,,,,{alice.person.email},,\n"
        "Done one,,,,2026-08-01,,,\n"
    )
    found = errors(imported)
    assert "is accountable already" in found[2][0][1]
    assert found[3] == [(None, "This task is done. Open it again first.")]


def test_export_reads_back_unchanged_and_runs_no_formula(
    client_of, bring, alice, bob, goal
):
    task = TaskFactory(
        goal=goal,
        title="=HYPERLINK(1)",
        milestone=MilestoneFactory(goal=goal),
        due=date(2031, 1, 31),
        description="Two\nlines",
    )
    AssignmentFactory(task=task, letter="A", person=bob.person)
    AssignmentFactory(task=task, letter="R", person=alice.person)
    for title in ("Twice", "Twice"):
        TaskFactory(goal=goal, title=title, done=True)
    answer = client_of(alice).post(at(alice, "tasks:task_export"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0]["title"] == "'=HYPERLINK(1)"
    assert rows[0]["accountable"] == bob.person.email
    imported = bring(answer.content.decode("utf-8-sig"))
    assert errors(imported) == {}
    assert (imported.unchanged, imported.created, imported.updated) == (3, 0, 0)


def test_who_is_consulted_and_informed_survives_the_round_trip(
    client_of, bring, alice, bob, goal
):
    task = TaskFactory(goal=goal, title="Buy paint")
    clinic = speaking(goal.coalition, "Clinic")
    for letter in "CI":
        for person in (alice.person, bob.person):
            AssignmentFactory(task=task, letter=letter, person=person)
        AssignmentFactory(task=task, letter=letter, person=None, partner=clinic)
    before = letters_of(task)
    text = client_of(alice).post(at(alice, "tasks:task_export")).content
    back = text.decode("utf-8-sig")
    assert bring(back).unchanged == 1
    Assignment.objects.all().delete()
    write(bring(back), alice)
    assert letters_of(task) == before


def letters_of(task):
    return set(task.assignments.values_list("letter", "person", "partner"))


def test_export_takes_what_the_plan_was_narrowed_to(client_of, harbor, alice, goal):
    TaskFactory(goal=goal, title="Here")
    TaskFactory(goal=GoalFactory(coalition=harbor), title="Elsewhere")
    url = at(alice, "tasks:task_export")
    text = client_of(alice).post(url, {"goal": goal.pk}).content.decode()
    assert "Here" in text
    assert "Elsewhere" not in text


@pytest.mark.parametrize("count", (1, 3))
def test_planning_needs_the_same_queries_for_any_number(
    bring, alice, goal, count, django_assert_num_queries
):
    lines = "".join(f"Task {n},Clean air,,,,,,\n" for n in range(count))
    imported = bring(f"{HEADER}\n{lines}")
    assert imported.created == count
    with django_assert_num_queries(20):
        write(imported, alice)


def test_import_page_goes_the_way_of_the_others(client_of, alice, bob, goal):
    client, url = client_of(alice), at(alice, "tasks:task_import")
    assert "Bring in tasks" in client.get(url).text
    form = {"text": f"{HEADER}\nHang the signs,Clean air,,,,,,"}
    answer = client.post(url, form, follow=True)
    assert "A list of tasks" in answer.text
    assert "Hang the signs" in answer.text
    assert not Task.objects.exists()
    assert client_of(bob).get(at(bob, "tasks:task_import")).status_code == 403


ODD = (
    "Food; Bank",
    "@work",
    'The "Quay"',
    "=Sum",
    "Eastquay, Clinic",
    "info@union.org",
)


def speaking(harbor, name):
    return AffiliationFactory(
        partner__coalition=harbor,
        partner__name=name,
        person__full_name=f"Somebody at {name}",
    ).partner


def test_partners_that_name_nobody_yet_survive_the_round_trip(
    client_of, bring, alice, harbor, goal
):
    task = TaskFactory(goal=goal, title="Hang the signs")
    for name in ODD:
        partner = speaking(harbor, name)
        AssignmentFactory(task=task, person=None, partner=partner, letter="R")
    other = TaskFactory(goal=goal, title="Buy paint")
    AssignmentFactory(task=other, person=None, partner=partner, letter="A")
    text = client_of(alice).post(at(alice, "tasks:task_export")).content
    back = text.decode("utf-8-sig")
    again = bring(back)
    assert errors(again) == {}
    assert (again.unchanged, again.updated) == (2, 0)
    Assignment.objects.all().delete()
    write(bring(back), alice)
    asked = Assignment.objects.unnamed()
    assert {part.who for part in asked.filter(task=task)} == set(ODD)
    assert [(p.letter, p.who) for p in asked.filter(task=other)] == [("A", ODD[-1])]


def test_list_asks_partners_by_any_of_their_names(bring, alice, harbor, goal):
    clinic = speaking(harbor, "Eastquay Clinic")
    PartnerAliasFactory(partner=clinic, name="The Clinic")
    PartnerFactory(coalition=harbor, name="Silent")
    PartnerFactory(coalition=harbor, name="Resting", status="paused")
    imported = bring(
        "title,accountable_partner,responsible_partners\n"
        'One,the clinic,"eastquay clinic; The Clinic"\n'
        "Two,Nobody Knows,\n"
        "Three,,Silent\n"
        "Four,Resting,\n"
    )
    assert {line: told[0][1] for line, told in errors(imported).items()} == {
        3: "No partner is called “Nobody Knows”.",
        4: "Nobody speaks for Silent, so nobody there could name somebody.",
        5: "Resting takes no part at the moment.",
    }


def test_list_leaves_a_partner_that_was_asked_or_has_named_somebody(
    bring, alice, bob, harbor, goal
):
    clinic = speaking(harbor, "Clinic")
    task = TaskFactory(goal=goal, title="Hang the signs")
    part = AssignmentFactory(task=task, person=None, partner=clinic, letter="A")
    header = "title,accountable,accountable_partner\n"
    same = f"{header}Hang the signs,,Clinic\n"
    assert bring(same).unchanged == 1
    taken = bring(f"{header}Hang the signs,{bob.person.email},\n")
    assert "Clinic is accountable already" in errors(taken)[2][0][1]
    both = bring(f"{header}New one,{bob.person.email},Clinic\n")
    assert errors(both)[2][0][1] == "Name a person, or a partner."
    person = clinic.affiliations.get().person
    Assignment.objects.filter(pk=part.pk).update(person=person)
    assert bring(same).unchanged == 1
