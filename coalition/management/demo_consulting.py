"""Who was asked for their view in the demo: one has answered, one still can."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from members.models import Person
from tasks.models import Consultation, Task

# Task, who asks whom, what, asked and due in days from today, and what they said.
ASKED: Final = (
    (
        "Draft the school air-quality letter",
        "Teo Lindgren",
        "Amina Khalif",
        "Should the letter name the two schools with the worst numbers? I would not.",
        -6,
        -1,
        "None. The families know which they are, and the principals will sign sooner.",
    ),
    (
        "Home visits for 40 families with asthma",
        "Amina Khalif",
        "Priya Raman",
        "Which streets first? I would begin where the ambulance comes most.",
        -2,
        5,
        "",
    ),
)


def load_consultations(
    people: Mapping[str, Person],
    *,
    day: Callable[[int], date],
    moment: Callable[[int], datetime],
) -> None:
    """Ask about tasks that are there already."""
    for title, asks, asked, question, since, due, answer in ASKED:
        task = Task.objects.get(title=title)
        row = Consultation.objects.create(
            coalition=task.coalition,
            task=task,
            person=people[asked],
            question=question,
            due=day(due),
            asked_by=people[asks],
            answer=answer,
            answered_at=moment(since + 2) if answer else None,
            answered_by=people[asked] if answer else None,
        )
        Consultation.objects.filter(pk=row.pk).update(asked_at=moment(since))
