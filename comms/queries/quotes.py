"""Quotes: whom to ask, and the words in the records that could become one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.markdown import in_words, render_markdown
from coalition.common.notices import Notice
from comms.models import QUOTE, Feedback, Quote
from members.models import Person
from tasks.models import CheckIn, CheckInState, Comment, SeenBy, Win

ASKS_FOR: Final = timedelta(days=14)  # then the question is no news any more
LATELY: Final = timedelta(days=60)
OF_A_KIND: Final = 5
# What is said in a check-in and has a promise of who sees it.
ANSWERS: Final = {
    "progress": gettext_lazy("what moved"),
    "hurdle": gettext_lazy("what is in the way"),
    "ask": gettext_lazy("what would help"),
    "win": gettext_lazy("something to celebrate"),
}


@dataclass(frozen=True, slots=True)
class Quotable:
    """Words that a record holds, and who said them."""

    source: str
    where: str
    words: str
    person: Person


def quotes_to_ask(now: datetime) -> list[Notice]:
    """Ask each speaker once."""
    asked = Quote.objects.to_ask().filter(created_at__gt=now - ASKS_FOR)
    return [
        Notice(
            kind=QUOTE,
            key=str(pk),
            coalition_id=coalition,
            person_id=speaker or 0,
            source=str(pk),
            expires_at=at + ASKS_FOR,
        )
        for pk, coalition, speaker, at in asked.values_list(
            "pk", "coalition_id", "speaker_id", "created_at"
        )
    ]


def quotable(now: datetime) -> Sequence[Quotable]:
    """Return what was said lately where all may read it; four statements.

    Of a win that was told, what was made of it; never what a check-in says to a few.
    """
    wins = Win.objects.exclude(person=None).select_related("person")
    comments = Comment.objects.standing().select_related("author")
    said = (
        Feedback.objects.open().standing().exclude(author=None).select_related("author")
    )
    since = now - LATELY
    found = (
        *(
            Quotable(f"win:{win.pk}", _("A win"), win.words, win.person)
            for win in wins.filter(created_at__gte=since).order_by("-pk")[:OF_A_KIND]
            if win.person
        ),
        *(
            Quotable(f"comment:{row.pk}", _("A comment"), _plain(row), row.author)
            for row in comments.filter(created_at__gte=since).order_by("-pk")[
                :OF_A_KIND
            ]
        ),
        *(
            Quotable(f"feedback:{row.pk}", _("Said openly"), row.text, row.author)
            for row in said.filter(raised_on__gte=since.date()).order_by("-pk")[
                :OF_A_KIND
            ]
            if row.author
        ),
        *_said_in_check_ins(since),
    )
    return [each for each in found if not each.person.erased_at]


def _plain(comment: Comment) -> str:
    """Return what readers see, without the marks that set it off."""
    return in_words(render_markdown(comment.text))


def _said_in_check_ins(since: datetime) -> Iterator[Quotable]:
    """Yield each answer of a check-in of which the form said that everybody sees it."""
    readable = Q()
    for name in ANSWERS:
        readable |= Q(**{f"cycle__{name}_seen_by": SeenBy.MEMBERS}) & ~Q(**{name: ""})
    answered = CheckIn.objects.filter(readable, state=CheckInState.ANSWERED)
    latest = answered.filter(answered_at__gte=since).order_by("-answered_at", "-pk")
    for row in latest.select_related("cycle", "person", "celebrated")[:OF_A_KIND]:
        for name, label in ANSWERS.items():
            words = getattr(row, name)
            to_all = getattr(row.cycle, f"{name}_seen_by") == SeenBy.MEMBERS
            if words and to_all and not (name == "win" and _is_told(row)):
                where = _("A check-in: %(field)s") % {"field": label}
                source = f"check_in:{row.pk}:{name}"
                yield Quotable(source, where, words, row.person)


def _is_told(row: CheckIn) -> bool:
    win = getattr(row, "celebrated", None)
    return bool(win and win.person_id)


def quotable_from(source: str, now: datetime) -> Quotable | None:
    return next((each for each in quotable(now) if each.source == source), None)
