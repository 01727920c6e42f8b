"""What goals and the plan need: somebody for a task, a yes, a milestone looked at."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.web.need import AT_ONCE, Need, is_past, url_in
from goals.models import Milestone
from members.models import Membership
from tasks.models import Task
from tasks.queries.board import TaskLine, Unanswered, refusals

PATIENCE: Final = timedelta(days=7)


def unaccounted_needs(
    membership: Membership, trouble: list[TaskLine], today: date
) -> Iterator[Need]:
    alone = (line.task for line in trouble if line.is_unaccounted)
    for task in islice(alone, AT_ONCE):
        yield Need(
            icon="user-round",
            tone="warn",
            title=_("Nobody is accountable for “%(task)s”") % {"task": task},
            detail=_is_due(task, today),
            url=url_in(membership, "tasks:assignment_create", task.pk) + "?letter=A",
            action=_("Find someone"),
            on=task.due,
            task=task,
        )


def _is_due(task: Task, today: date) -> str:
    if is_past(task.due, today):
        return _("It was due")
    return _("Due") if task.due else ""


def declined_needs(membership: Membership) -> Iterator[Need]:
    for part in refusals()[:AT_ONCE]:
        words = {"person": part.who, "task": part.task}
        yield Need(
            icon="user-round",
            tone="sun",
            title=_("%(person)s declined “%(task)s”") % words,
            detail=part.reason,
            url=url_in(membership, "tasks:assignment_create", part.task_id),
            action=_("Ask somebody"),
        )


def unanswered_needs(
    membership: Membership, waiting: Unanswered, now: datetime
) -> Iterator[Need]:
    since = waiting.since
    if since and now - since > PATIENCE:
        count = ngettext(
            "%(n)d part waits for a yes",
            "%(n)d parts wait for a yes",
            waiting.count,
        )
        yield Need(
            icon="ear",
            tone="info",
            title=count % {"n": waiting.count},
            detail=_("A call may do more than an e-mail. The oldest since"),
            url=url_in(membership, "tasks:task_list") + "?state=waiting",
            action=_("See whom"),
            on=timezone.localdate(since),
        )


def milestone_needs(
    membership: Membership, milestones: list[Milestone], today: date
) -> Iterator[Need]:
    late = (m for m in milestones if is_past(m.due, today))
    for milestone in islice(late, AT_ONCE):
        yield Need(
            icon="flag",
            tone="sun",
            title=_("Was “%(milestone)s” reached?") % {"milestone": milestone},
            detail=_("%(goal)s. It was due") % {"goal": milestone.goal},
            url=url_in(membership, "goals:goal_detail", milestone.goal_id),
            action=_("Say so"),
            on=milestone.due,
        )
