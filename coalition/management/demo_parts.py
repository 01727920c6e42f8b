"""Parts in the demo that went to somebody else, or were asked of a partner as such."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from members.models import Partner, Person
from tasks.models import Assignment, AssignmentStatus, Letter, Task

# Task, letter, from whom, to whom, at which partner, asked and handed over in days.
HANDED_OVER: Final = (
    (
        "Draft the school air-quality letter",
        Letter.RESPONSIBLE,
        *("Kofi Danso", "Zoe Tran", "Northpier Youth Collective"),
        *(-16, -13),
    ),
)
# Task, letter, which partner is to name somebody, since when in days.
TO_BE_NAMED: Final = (
    (
        "Lend the air monitor to Saltmarsh Primary",
        *(Letter.RESPONSIBLE, "Northpier Youth Collective", -8),
    ),
    (
        "Check the Somali translation with two families",
        *(Letter.CONSULTED, "Somali Family Circle", -2),
    ),
)


def load_parts(
    people: Mapping[str, Person], *, moment: Callable[[int], datetime]
) -> None:
    """Add them to tasks that are there already."""
    rosa = people["Rosa Marín"]
    for title, letter, giver, taker, partner, asked, handed in HANDED_OVER:
        _add(
            title,
            letter,
            partner,
            moment(asked),
            person=people[giver],
            asked_by=rosa,
            status=AssignmentStatus.HANDED_OVER,
            handed_to=people[taker],
            handed_at=moment(handed),
        )
    for title, letter, partner, asked in TO_BE_NAMED:
        _add(title, letter, partner, moment(asked), asked_by=rosa)


def _add(
    title: str, letter: str, partner: str, asked_at: datetime, **columns: object
) -> None:
    task = Task.objects.get(title=title)
    part = Assignment.objects.create(
        coalition=task.coalition,
        task=task,
        letter=letter,
        partner=Partner.objects.get(name=partner),
        **columns,
    )
    Assignment.objects.filter(pk=part.pk).update(asked_at=asked_at)
