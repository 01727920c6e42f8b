"""The mail that reminds somebody of all they carry, and of who has not answered."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coalition.common.notices import Notice
from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.wishes import if_wanted
from comms.notices.words import Item, NoticeKind, Words, and_more, item
from comms.sending.mail import Skip
from comms.updates.links import absolute, in_coalition
from tasks.models import DUTIES, Letter
from tasks.models.duty import Step
from tasks.queries.duties import Duty, Told, duties_of, notices_due, span_of

A_WEEK: Final = timedelta(days=7)  # no mail of an earlier day leaves any more
SHOWN: Final = 12
TITLE: Final = 60


def due(now: datetime) -> list[Notice]:
    """Return who is to be told by now, and was not told already."""
    return notices_due(now, lambda people: _mails(people, now))


def _mails(people: Collection[int], until: datetime) -> Told:
    """Return when their mails of the week before, and since, were queued, by day.

    Of who was on leave in that week all are looked at: what came after is news to them.
    """
    found: defaultdict[int, dict[date, datetime]] = defaultdict(dict)
    week_before = until - A_WEEK
    lately = Q(created_at__gt=week_before) | Q(
        person__away_until__gt=week_before.date()
    )
    theirs = Delivery.objects.filter(lately, kind=DUTIES, person__in=people)
    for row in theirs.only("person_id", "source", "created_at"):
        person, day = _bundle(row)
        found[person][day] = row.created_at
    return found


@if_wanted
def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    bundles = {_bundle(row): row.created_at for row in batch}
    mails = _mails({person for person, _day in bundles}, min(bundles.values()))
    spans = {
        (person, day): span_of(mails.get(person, {}).values(), queued_at)
        for (person, day), queued_at in bundles.items()
    }
    found = duties_of(list(spans), spans)
    return {row.pk: _words(found.get(_bundle(row), ())) for row in batch}


def _bundle(row: Delivery) -> tuple[int, date]:
    return row.person_id or 0, date.fromisoformat(row.source)


def _words(duties: Sequence[Duty]) -> Words | Skip:
    if not duties:
        return Skip(LeftOut.EMPTY)
    first = duties[0]
    alone = len(duties) == 1
    slug = first.person.coalition.slug
    return Words(
        subject=_subject(first) if alone else _count(len(duties)),
        paragraphs=[_opening(duties), *and_more(len(duties) - SHOWN)],
        items=[_item(duty, slug) for duty in duties[:SHOWN]],
        button=_act(first) if alone else _("See all that is yours"),
        url=_url(first, slug) if alone else in_coalition("web:home", slug),
        why=_why(duties),
    )


def _count(n: int) -> str:
    return ngettext("%(n)d task waits for you", "%(n)d tasks wait for you", n) % {
        "n": n
    }


def _names(duty: Duty) -> dict[str, object]:
    due = duty.part.task.due
    return {
        "task": Truncator(duty.part.task.title).chars(TITLE),
        "who": duty.part.asked_by,
        "person": duty.part.who,
        "partner": duty.part.partner,
        "part": duty.part.get_letter_display(),
        "day": date_format(due, "MONTH_DAY_FORMAT") if due else "",
        "asked": date_format(duty.part.asked_at, "MONTH_DAY_FORMAT"),
    }


def _subject(duty: Duty) -> str:
    said = {
        Step.ANSWER: _("Will you take it? %(task)s"),
        Step.NAME: _("Who will it be? %(task)s"),
        Step.AFTER: _("It was due on %(day)s: %(task)s"),
        Step.BEFORE: _("Due on %(day)s: %(task)s"),
        Step.SILENT: _("No answer yet: %(task)s"),
    }
    return said[duty.step] % _names(duty)


def _opening(duties: Sequence[Duty]) -> str:
    if all(duty.step == Step.SILENT for duty in duties):
        return ngettext(
            "Somebody was asked a while ago, and has not said yes or no.",
            "Some were asked a while ago, and have not said yes or no.",
            len(duties),
        )
    if all(duty.step == Step.NAME for duty in duties):
        return _("Your organisation is asked, and says who it will be.")
    if all(duty.step == Step.ANSWER for duty in duties):
        return ngettext(
            "You are asked for something. The link needs no sign-in.",
            "You are asked for several things. The links need no sign-in.",
            len(duties),
        )
    return ngettext(
        "A short reminder. If it is done already, say so there and you hear no more "
        "of it.",
        "A short reminder of what is yours. If one is done already, say so there and "
        "you hear no more of it.",
        len(duties),
    )


def _item(duty: Duty, slug: str) -> Item:
    return item(_said(duty), note=_note(duty), url=_url(duty, slug))


def _said(duty: Duty) -> str:
    if duty.step == Step.SILENT:
        return _silent(duty) % _names(duty)
    if duty.step == Step.NAME:
        return _to_name(duty) % _names(duty)
    if duty.step == Step.ANSWER:
        return _asked(duty) % _names(duty)
    return str(_names(duty)["task"])


def _silent(duty: Duty) -> str:
    if duty.part.is_unnamed:
        return _("%(partner)s has named nobody yet: %(task)s")
    return _("%(person)s has not answered: %(task)s")


def _to_name(duty: Duty) -> str:
    if duty.part.asked_by:
        return _("%(who)s asks %(partner)s for somebody for “%(task)s”: %(part)s.")
    return _("%(partner)s is asked for somebody for “%(task)s”: %(part)s.")


def _asked(duty: Duty) -> str:
    """Say who asks, and for what."""
    accountable = duty.part.letter == Letter.ACCOUNTABLE
    if duty.part.asked_by:
        return (
            _("%(who)s asks you to be accountable for “%(task)s”.")
            if accountable
            else _("%(who)s asks you to be responsible for “%(task)s”.")
        )
    return (
        _("You are asked to be accountable for “%(task)s”.")
        if accountable
        else _("You are asked to be responsible for “%(task)s”.")
    )


def _note(duty: Duty) -> str:
    names = _names(duty)
    if duty.step == Step.SILENT:
        return (
            _("%(part)s, asked on %(asked)s. A call may do more than a mail.") % names
        )
    if duty.step == Step.NAME:
        return _("Name somebody, take it yourself, or say no: each helps.")
    if not names["day"]:
        return _("Yes or no: either helps.")
    said = {
        Step.ANSWER: _("It is due on %(day)s. Yes or no: either helps."),
        Step.AFTER: _("It was due on %(day)s. Is it done, or does it need a new day?"),
        Step.BEFORE: _("It is due on %(day)s."),
    }
    if duty.step == Step.ANSWER and _is_late(duty):
        return _("It was due on %(day)s. Yes or no: either helps.") % names
    return said[duty.step] % names


def _is_late(duty: Duty) -> bool:
    return bool(duty.part.task.due and duty.part.task.due < duty.day)


def _act(duty: Duty) -> str:
    if duty.step == Step.NAME:
        return _("Say who it will be")
    return _("Say yes or no") if _answers(duty) else _("Open the task")


def _url(duty: Duty, slug: str) -> str:
    """Lead who has not answered to the page that needs no sign-in."""
    if duty.step == Step.NAME:
        return absolute(duty.part.naming_link(duty.person).path)
    if _answers(duty):
        return absolute(duty.part.link.path)
    return in_coalition("tasks:task_detail", slug, pk=duty.part.task_id)


def _answers(duty: Duty) -> bool:
    return duty.part.pending and duty.step not in {Step.SILENT, Step.NAME}


def _why(duties: Sequence[Duty]) -> str:
    steps = {duty.step for duty in duties}
    if steps == {Step.SILENT}:
        return _("You get this because you answer for the result, or coordinate.")
    if steps == {Step.NAME}:
        return _("You get this because you speak for a partner that was asked.")
    return _("You get this because you carry a part of it, or are asked to.")


def _sample(cast: Cast) -> Words | Skip:
    part = cast.part(Letter.RESPONSIBLE)
    steps = (Step.ANSWER, Step.BEFORE)
    return _words([Duty(step, part, cast.reader, cast.today) for step in steps])


KIND = NoticeKind(gettext_lazy("What is yours"), _write, Lane.BULK, _sample)
