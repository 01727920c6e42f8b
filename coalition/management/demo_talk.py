"""What people of the demo say where the work is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from goals.models import Goal, Milestone
from members.models import Person, Via
from members.services.audit import Actor
from tasks.models import Comment, Hearing, Subject, Task
from tasks.queries.mentions import read_mentions
from tasks.services.comments import create_comment

LONG_AGO: Final = timedelta(days=9)
# days ago, about what, who, words
TALK: Final = (
    (
        6,
        "Find two Vietnamese interpreters for Saturdays",
        "Bao Nguyen",
        (
            "The two who helped last year moved away. @Kofi Danso, does anybody in the "
            "youth collective speak it at home?"
        ),
    ),
    (
        5,
        "Find two Vietnamese interpreters for Saturdays",
        "Kofi Danso",
        (
            "Linh does, and she is 17, so **not alone at night**. Saturdays until four "
            "would work."
        ),
    ),
    (
        1,
        "Find two Vietnamese interpreters for Saturdays",
        "Amina Khalif",
        (
            "We can pay her bus ticket from the clinic’s fund. @Bao Nguyen, will you call "
            "her mother?"
        ),
    ),
    (
        4,
        "Get the Saltmarsh market permit",
        "Miriam Stein",
        (
            "They answer letters, not calls. I sent one today:\n\n"
            "- the plan of the stalls\n- the insurance\n- the neighbours’ signatures"
        ),
    ),
    (
        2,
        "Get the Saltmarsh market permit",
        "Hana Takeda",
        "Thank you. @Rosa Marín, could the coalition sign it as well?",
    ),
    (
        3,
        "Clean air at every port-side school gate",
        "Elena Popescu",
        (
            "Parents ask what happens in winter, when the buses need their heating. Do we "
            "have an answer?"
        ),
    ),
    (
        8,
        "Action plan in four languages",
        "Priya Raman",
        "Somali and Spanish are done. Vietnamese waits for a second pair of eyes.",
    ),
)


def load_talk(
    people: dict[str, Person], *, moment: Callable[[int, int], datetime]
) -> None:
    """Say it, each on its day; nobody gets a mail about what is days old."""
    for days, place, name, words in sorted(TALK, reverse=True):
        author = people[name]
        comment = create_comment(
            subject=_subject(place),
            text=words,
            named=read_mentions(words, picked={}, known={}).named,
            by=Actor(author.coalition, author, Via.WEB),
        )
        at = moment(-days, 20 - 3 * (days % 3))
        Comment.objects.filter(pk=comment.pk).update(created_at=at)
        Hearing.objects.filter(comment=comment).update(tell_at=at - LONG_AGO)


def _subject(title: str) -> Subject:
    for model in (Task, Goal, Milestone):
        if found := model._default_manager.filter(title=title).first():  # noqa: SLF001
            return found
    raise LookupError(title)
