import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import AuditEntry, Partner
from tasks.models import Assignment, Letter, Task
from tasks.models.load import is_too_much, load
from tests.factories.goals import GoalFactory
from tests.factories.members import AffiliationFactory, PartnerFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")

ACCEPTED = {"status": "accepted", "answered_at": timezone.now()}
DECLINED = {"status": "declined", "answered_at": timezone.now()}


def cell(membership, task, partner):
    kwargs = {"slug": membership.coalition.slug, "pk": task.pk, "partner": partner.pk}
    return reverse("tasks:raci_cell", kwargs=kwargs)


@pytest.fixture
def matrix(client_of):
    def get(membership, **query):
        answer = client_of(membership).get(at(membership, "tasks:raci_matrix"), query)
        return " ".join(answer.text.split())

    return get


@pytest.fixture
def clinic(harbor):
    return PartnerFactory(coalition=harbor, name="Eastquay Clinic")


@pytest.fixture
def task(harbor):
    return TaskFactory(goal__coalition=harbor, title="Train nurses")


def test_folded_goal_tells_what_it_lacks(matrix, alice, bob, task, clinic):
    AssignmentFactory(task=task, person=bob.person, partner=clinic, **DECLINED)
    page = matrix(alice)
    assert "Nobody accountable: 1" in page
    assert "Nobody responsible: 1" in page
    assert "Declined, nobody in their place: 1" in page
    assert f"?goal={task.goal_id}" in page
    assert "Train nurses" not in page


def test_whole_goal_lacks_nothing(matrix, alice, bob, task):
    for letter in "AR":
        AssignmentFactory(task=task, person=bob.person, letter=letter, **ACCEPTED)
    assert "Nothing missing" in matrix(alice)


def test_all_on_one_partner_is_told_of_several_tasks(matrix, alice, bob, task, clinic):
    AssignmentFactory(task=task, person=bob.person, partner=clinic)
    assert "All on" not in matrix(alice)
    other = TaskFactory(goal=task.goal)
    AssignmentFactory(task=other, person=bob.person, partner=clinic)
    assert "All on Eastquay Clinic" in matrix(alice)
    AssignmentFactory(task=other, letter="A")
    assert "All on" not in matrix(alice)


def test_partner_with_nothing_to_do_and_overload_are_for_who_leads(
    matrix, alice, bob, harbor, clinic
):
    for _ in range(5):
        late = TaskFactory(goal__coalition=harbor, due=date(2026, 5, 1))
        AssignmentFactory(task=late, person=bob.person, **ACCEPTED)
    page = matrix(alice)
    assert "5 open tasks, counted 10" in page
    assert "1 partner has nothing to do yet" in page
    assert "counted" not in matrix(bob)


def test_load_counts_what_is_near_twice():
    today = date(2026, 5, 13)
    near, far = date(2026, 5, 27), date(2026, 5, 28)
    assert load([near, far, None, date(2026, 1, 1)], today) == 6
    assert [is_too_much(8), is_too_much(9)] == [False, True]


def test_unfolded_goal_shows_only_the_partners_involved(
    matrix, alice, bob, task, clinic
):
    other = PartnerFactory(coalition=clinic.coalition, name="Food Bank")
    AssignmentFactory(task=task, person=bob.person, partner=clinic)
    page = matrix(alice, goal=task.goal_id)
    assert f'id="p{clinic.pk}"' in page
    assert f'id="p{other.pk}"' not in page
    assert f'id="p{other.pk}"' in matrix(alice, goal=task.goal_id, add=other.pk)


def test_several_people_of_a_partner_share_a_cell(matrix, alice, bob, task, clinic):
    AssignmentFactory(task=task, person=bob.person, partner=clinic, letter="A")
    AssignmentFactory(task=task, person=alice.person, partner=clinic)
    page = matrix(alice, goal=task.goal_id)
    inside = page.split(f'id="c{task.pk}-{clinic.pk}"')[1].split("</td>")[0]
    assert inside.count("<abbr") == 2


def test_matrix_of_unknown_goal_is_not_found(client_of, alice, charlie):
    foreign = TaskFactory(goal__coalition=charlie.coalition)
    for goal in (foreign.goal_id, "none", 999999):
        url = at(alice, "tasks:raci_matrix")
        assert client_of(alice).get(url, {"goal": goal}).status_code == 404


def test_cell_asks_somebody_of_the_partner(client_of, alice, task, clinic):
    ana = AffiliationFactory(partner=clinic).person
    url, client = cell(alice, task, clinic), client_of(alice)
    answer = client.post(url, {"letter": "R", "person": ana.pk})
    assert answer.status_code == 303
    assert answer.url.endswith(f"?goal={task.goal_id}")
    made = Assignment.objects.get()
    assert (made.person, made.partner, made.letter) == (ana, clinic, Letter.RESPONSIBLE)
    said = client.get(answer.url).text
    assert at(alice, "tasks:assignment_withdraw", made.pk) in said


def test_cell_in_place_tells_the_page_what_changed(client_of, alice, task, clinic):
    ana = AffiliationFactory(partner=clinic).person
    url = cell(alice, task, clinic)
    answer = client_of(alice).post(url, {"letter": "A", "person": ana.pk}, headers=HTMX)
    assert "task-changed" in answer.headers["HX-Trigger"]
    assert Assignment.objects.get().letter == Letter.ACCOUNTABLE


def test_cell_keeps_what_was_chosen_when_it_is_refused(client_of, alice, task, clinic):
    ana = AffiliationFactory(partner=clinic).person
    AssignmentFactory(task=task, letter="A")
    answer = client_of(alice).post(
        cell(alice, task, clinic), {"letter": "A", "person": ana.pk}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "is accountable already" in answer.text
    assert answer.text.count("checked") == 2


def test_cell_offers_nobody_of_another_partner(client_of, alice, task, clinic, harbor):
    stranger = AffiliationFactory(partner__coalition=harbor).person
    answer = client_of(alice).post(
        cell(alice, task, clinic), {"letter": "R", "person": stranger.pk}
    )
    assert answer.status_code == 422
    assert not Assignment.objects.exists()


def test_export_has_a_column_for_each_partner_and_runs_no_formula(
    client_of, alice, bob, task, clinic
):
    Task.objects.filter(pk=task.pk).update(title="=1+1")
    AssignmentFactory(task=task, person=bob.person, partner=clinic)
    answer = client_of(alice).post(at(alice, "tasks:raci_export"))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][4:] == ["Eastquay Clinic", "At no partner"]
    assert lines[1][1] == "'=1+1"
    assert lines[1][4] == f"R? {bob.person}"
    assert AuditEntry.objects.filter(action="export matrix").count() == 1


@pytest.fixture
def big(harbor):
    """Three hundred tasks under ten goals, twenty at sixty partners in each."""
    partners = PartnerFactory.create_batch(60, coalition=harbor)
    people = [PersonFactory(coalition=harbor) for _ in partners]
    goals = GoalFactory.create_batch(10, coalition=harbor)
    tasks = [
        Task(coalition=harbor, goal=goals[n % 10], title=f"Bring people together {n}")
        for n in range(300)
    ]
    Task.objects.bulk_create(tasks)
    made = list(Task.objects.order_by("pk"))
    Assignment.objects.bulk_create(
        Assignment(
            coalition=harbor,
            task=made[n],
            letter=letter,
            person=people[(n // 10 + k * 15) % 60],
            partner=partners[(n // 10 + k * 15) % 60],
        )
        for n in range(300)
        for k, letter in enumerate("ARCI")
    )
    return goals


def test_matrix_of_300_tasks_and_60_partners_is_small(matrix, alice, big):
    add = list(Partner.objects.values_list("pk", flat=True))
    folded = matrix(alice)
    unfolded = matrix(alice, goal=big[0].pk, add=add)
    assert unfolded.count('scope="col"') == 62
    assert len(folded.encode()) < 200_000
    assert len(unfolded.encode()) < 200_000


def test_matrix_costs_the_same_however_much_there_is(client_of, alice, task, harbor):
    url, client = at(alice, "tasks:raci_matrix"), client_of(alice)

    def cost(query):
        client.get(url, query)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url, query).status_code == 200
        return len(found)

    def all_costs():
        return [cost({}), cost({"goal": task.goal_id})]

    def grow():
        for _ in range(3):
            link = AffiliationFactory(partner__coalition=harbor)
            AssignmentFactory(task=task, person=link.person, partner=link.partner)
            AssignmentFactory(task=task, person=None, partner=link.partner, letter="C")
            TaskFactory(goal=task.goal)

    grow()
    before = all_costs()
    grow()
    assert all_costs() == before
