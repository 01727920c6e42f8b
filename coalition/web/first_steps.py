"""What a new coalition does first; gone once all of it is done, or mail has gone out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _

from comms.models import Issue, IssueState, UpdateSchedule
from comms.queries import Upcoming
from goals.models import Goal
from members.models import Coalition, Invitation, Membership, Partner, Person
from members.permissions import Permission
from tasks.models import Task


@dataclass(frozen=True, slots=True)
class FirstStep:
    done: bool
    icon: str
    title: str
    detail: str
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class FirstSteps:
    steps: list[FirstStep]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def next(self) -> FirstStep:
        return next(step for step in self.steps if not step.done)


# What is there; each a row that somebody made.
_THERE: Final = ("partners", "people", "invited", "goal", "task", "rhythm", "sent")


def first_steps(membership: Membership, coming: Upcoming) -> FirstSteps | None:
    """Return them for whoever sets the coalition up, as long as there is one to take."""
    if coming.has_sent or not membership.may(Permission.COALITION_EDIT):
        return None
    there = _there(membership)
    steps = list(_steps(membership.coalition, there))
    if there["sent"] or all(step.done for step in steps):
        return None
    return FirstSteps(steps)


def _there(membership: Membership) -> dict[str, bool]:
    others = Person.objects.living().exclude(pk=membership.person_id)
    found = Coalition.objects.filter(pk=membership.coalition_id).values_list(
        Exists(Partner.objects.all()),
        Exists(others.exclude(email=None)),
        Exists(Invitation.objects.all()),
        Exists(Goal.objects.all()),
        Exists(Task.objects.all()),
        Exists(UpdateSchedule.objects.all()),
        Exists(Issue.objects.updates().filter(state=IssueState.DONE)),
    )
    return dict(zip(_THERE, found[0], strict=True))


def _steps(coalition: Coalition, there: dict[str, bool]) -> Iterator[FirstStep]:
    def step(done: bool, page: str, *words: str) -> FirstStep:
        url = reverse(page, kwargs={"slug": coalition.slug})
        icon, title, detail, action = words
        return FirstStep(done, icon, title, detail, url, action)

    yield step(
        bool(coalition.purpose),
        "web:setup_coalition",
        "flag",
        _("Name what you want to change"),
        coalition.purpose or _("One sentence, as you would say it to a neighbor."),
        _("Name it"),
    )
    yield step(
        there["partners"],
        "web:setup_partners",
        "building-2",
        _("Add your first partners"),
        _("A whole list at once, out of your spreadsheet."),
        _("Add partners"),
    )
    yield step(
        there["people"],
        "members:person_import",
        "users-round",
        _("Add the people who speak for them"),
        _("With their addresses. Nobody gets a mail from it."),
        _("Add people"),
    )
    yield step(
        there["invited"],
        "web:invitation_bulk",
        "user-plus",
        _("Invite them"),
        _("They see by whom and for what before they say yes."),
        _("Invite"),
    )
    yield step(
        there["rhythm"],
        "web:setup_rhythm",
        "mail",
        _("Choose the rhythm of updates"),
        _("Every second week is a good one."),
        _("Set the rhythm"),
    )
    yield step(
        there["goal"],
        "goals:goal_create",
        "target",
        _("Agree on a goal"),
        _("Start with something you can reach in six weeks."),
        _("Set a goal"),
    )
    yield step(
        there["task"],
        "tasks:task_create",
        "list-checks",
        _("Write down who does what first"),
        _("Whoever you ask accepts or declines."),
        _("Add a task"),
    )
