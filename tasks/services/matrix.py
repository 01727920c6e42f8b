"""The matrix to take away: a row for each task, a column for each partner."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from django.utils.translation import gettext as _

from coalition.common.tabular import write_table
from members.models import Partner
from members.services.audit import Actor, record_change
from tasks.models import Task
from tasks.queries.matrix import TaskGap, task_gaps
from tasks.queries.plan import NOWHERE, Part, Plan


def export_matrix(*, out: TextIO, plan: Plan, by: Actor) -> int:
    """Write the open plan as CSV, and note in the audit trail that it was done."""
    columns = list(_involved(plan))
    header = [
        *(_("Goal"), _("Task"), _("Due"), _("Missing")),
        *(partner.name for partner in columns),
        _("At no partner"),
    ]
    count = write_table(out, header, (_row(plan, t, columns) for t in plan.tasks))
    after = {"rows": count}
    record_change(action="export matrix", target=by.coalition, by=by, after=after)
    return count


def _involved(plan: Plan) -> Iterator[Partner]:
    busy = {part.partner_id for task in plan.tasks for part in plan.standing(task)}
    return (partner for pk, partner in plan.partners.items() if pk in busy)


def _row(plan: Plan, task: Task, columns: Sequence[Partner]) -> list[str]:
    standing = plan.standing(task)
    places = [*(partner.pk for partner in columns), NOWHERE]
    return [
        *(str(task.goal or ""), task.title, task.due.isoformat() if task.due else ""),
        "; ".join(str(gap.label) for gap in task_gaps(plan, task)),
        *(_cell([p for p in standing if p.partner_id == place]) for place in places),
    ]


def _cell(parts: Sequence[Part]) -> str:
    """Tell letters and names; "R?" has not said yes."""
    return "; ".join(
        f"{part.letter}{'?' if part.pending else ''} {part.who or TaskGap.UNNAMED.label}"
        for part in parts
    )
