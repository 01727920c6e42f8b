"""What needs a coordinator is grouped by what it is about, the most urgent first."""

import re

import pytest
from django.utils import timezone

from comms.models import IssueState, TransportState
from tests.factories.comms import IssueFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import at

pytestmark = pytest.mark.usefixtures("in_harbor")
OWN = "Yours to answer or do"
MAIL = "Updates and mail"
PLAN = "Goals and action plan"


@pytest.fixture
def groups(client_of, alice):
    """Return what stands under which heading, and how many the heading says."""

    def get():
        page = client_of(alice).get(at(alice, "web:home")).text
        parts = re.findall(r'<section[^>]+"needs-\w+">(.*?)</section>', page, re.DOTALL)
        found = {}
        for part in parts:
            words, count = re.search(
                r'<h3[^>]*>([^<]+) <span class="count">(\d+)<', part
            ).groups()
            found[words] = (int(count), part)
        return found

    return get


def decline(task, person):
    AssignmentFactory(
        task=task, person=person, status="declined", answered_at=timezone.now()
    )


def test_what_needs_one_stands_under_what_it_is_about(groups, harbor, alice, charlie):
    task = TaskFactory(goal__coalition=harbor, title="Translate the plan")
    AssignmentFactory(task__goal=task.goal, task__title="Count", person=alice.person)
    IssueFactory(
        coalition=harbor, state=IssueState.AWAITING_APPROVAL, subject="Seven schools"
    )
    TaskFactory(goal__coalition=charlie.coalition, title="Canary")
    found = groups()
    assert list(found) == [OWN, MAIL, PLAN]
    assert "You are asked for “Count”" in found[OWN][1]
    assert "Approve “Seven schools”" in found[MAIL][1]
    assert "Nobody is accountable for “Translate the plan”" in found[PLAN][1]
    assert "Canary" not in found[PLAN][1]
    assert [count for count, _ in found.values()] == [1, 1, 2]


def test_a_group_stands_where_its_most_urgent_one_does(groups, harbor, alice):
    AssignmentFactory(task__goal__coalition=harbor, person=alice.person)
    IssueFactory(coalition=harbor, state=IssueState.AWAITING_APPROVAL)
    assert list(groups())[:2] == [OWN, MAIL]
    TransportState.objects.create(paused_at=timezone.now(), reason="Too many bounces")
    found = groups()
    assert list(found)[:2] == [MAIL, OWN]
    assert found[MAIL][0] == 2


def test_what_is_beyond_five_of_a_group_folds(groups, harbor, bob):
    tasks = TaskFactory.create_batch(3, goal__coalition=harbor)
    for task in tasks[:2]:
        decline(task, bob.person)
    count, part = groups()[PLAN]
    assert count == 5
    assert "<details>" not in part
    decline(tasks[2], bob.person)
    count, part = groups()[PLAN]
    assert count == 6
    shown, folded = part.split("<details>")
    assert "and 1 more" in folded
    assert (shown.count("<li>"), folded.count("<li>")) == (5, 1)


def test_what_needs_nobody_has_no_heading(groups):
    assert groups() == {}
