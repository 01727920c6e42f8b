"""The commands that start a coalition and load the demo."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from coalition.common.tenancy import scope
from coalition.management import demo
from coalition.management.demo_check_ins import (
    COUNTED,
    QUIET,
    QUIET_TWICE,
    WAITING,
)
from comms.models import Issue, IssueState
from goals.models import Goal, GoalReading, Milestone
from members.models import (
    Coalition,
    Membership,
    Partner,
    Person,
    User,
    WorkingGroup,
)
from members.permissions import MemberRole
from tasks.models import (
    Ask,
    CheckIn,
    Hurdle,
    HurdleState,
    ReachOut,
    Task,
    TaskReport,
)
from tests.factories.members import CoalitionFactory


def create(slug="harbor", timezone="Europe/Madrid", coordinator="Rosa@Example.org"):
    call_command(
        "create_coalition",
        slug,
        name="Healthy Harbor",
        timezone=timezone,
        coordinator=coordinator,
        json=True,
    )


def test_create_coalition_makes_a_coordinator_who_can_sign_in(db, capsys):
    create()
    coalition = Coalition.objects.get()
    assert json.loads(capsys.readouterr().out)["slug"] == "harbor"
    with scope(coalition=coalition):
        membership = Membership.objects.get()
    assert membership.role == MemberRole.COORDINATOR
    assert membership.user == User.objects.get(email="rosa@example.org")


@pytest.mark.parametrize(
    ("wrong", "words"),
    (
        ({"timezone": "Madrid"}, "not a time zone"),
        ({"slug": "a b"}, "slug"),
        ({"coordinator": "a@example.org, b@example.org"}, "one e-mail"),
        ({"coordinator": "nobody"}, "e-mail address"),
    ),
)
def test_create_coalition_refuses_and_leaves_nothing(db, wrong, words):
    with pytest.raises(CommandError, match=words):
        create(**wrong)
    assert not Coalition.objects.exists()


def test_create_coalition_refuses_a_taken_address(db):
    create()
    with pytest.raises(CommandError, match="taken"):
        create()


def test_demo_is_a_living_coalition(db):
    call_command("seed_demo")
    with scope(coalition=Coalition.objects.get(slug=demo.SLUG)):
        assert Partner.objects.count() == len(demo.PARTNERS)
        assert Person.objects.count() == len(demo.PEOPLE)
        assert [str(person) for person in Person.objects.archived()] == ["Carla Mendes"]
        assert Goal.objects.count() == len(demo.GOALS)
        assert GoalReading.objects.count() == sum(len(g.readings) for g in demo.GOALS)
        assert Milestone.objects.reached().count() >= 5
        assert [g.closed_at is None for g in WorkingGroup.objects.all()].count(
            True
        ) == 2
        assert Task.objects.done().exists()
        assert Task.objects.unaccounted().exists()
        states = list(Issue.objects.order_by("due_at").values_list("state", flat=True))
        assert states.count(IssueState.DONE) == len(demo.UPDATES) + 1  # and an event
        assert states.count(IssueState.AWAITING_APPROVAL) == 3
        over = CheckIn.objects.exclude(cycle__closed_at=None)
        assert over.waiting().count() == len(QUIET) + 1
        waiting = CheckIn.objects.waiting().filter(cycle__closed_at=None)
        assert {str(row.person) for row in waiting} == {WAITING, QUIET_TWICE}
        states = set(Hurdle.objects.values_list("state", flat=True))
        assert states == set(HurdleState)
        # Something of each kind to act on.
        assert Hurdle.objects.unsolved().for_everybody().count() >= 3
        update = Issue.objects.get(kind="update", state=IssueState.AWAITING_APPROVAL)
        assert "Bus drivers say nobody told them." in json.dumps(update.content)
        assert Ask.objects.open().for_everybody().exists()
        assert [str(report.task) for report in TaskReport.objects.proposed()] == [
            COUNTED
        ]
        signs = ReachOut.objects.waiting(timezone.localdate())
        assert {str(sign.person) for sign in signs} == {QUIET_TWICE, "Nadia Haddad"}
        assert CheckIn.objects.exclude(win="").filter(celebrated=None).exists()


def test_demo_passes_the_mail_audit(db, capsys):
    call_command("seed_demo")
    capsys.readouterr()
    call_command("mail_audit", json=True)
    counts = json.loads(capsys.readouterr().out)
    assert (counts["queued"], counts["failed"]) == (0, 1)


def test_demo_loads_once(db):
    call_command("seed_demo")
    call_command("seed_demo")
    assert Coalition.objects.count() == 1


def test_demo_leaves_a_used_installation_alone(db):
    CoalitionFactory()
    call_command("seed_demo", if_empty=True)
    assert not Coalition.objects.filter(slug=demo.SLUG).exists()


def test_list_coalitions_names_whom_to_ask(alice, bob, charlie, capsys):
    call_command("list_coalitions")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert f"harbor: {alice.coalition.name}, 0 partners, 2 people" in lines[1]
    assert lines[1].endswith(alice.person.email)
    call_command("list_coalitions", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert {c["slug"]: c["coordinators"] for c in listed} == {
        m.coalition.slug: [m.person.email] for m in (alice, charlie)
    }


def test_list_coalitions_says_where_nobody_coordinates(harbor, capsys):
    call_command("list_coalitions")
    assert "nobody coordinates it" in capsys.readouterr().out
