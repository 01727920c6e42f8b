"""What a person is asked themselves: to take a part, to say what they think, to do."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coalition.web.need import AT_ONCE, Need, is_past, url_in
from members.models import Membership
from tasks.models import Assignment
from tasks.queries.consultations import asked_of, to_ask_by


def part_needs(membership: Membership, mine: list[Assignment]) -> Iterator[Need]:
    asked = (a for a in mine if a.pending)
    for part in islice(asked, AT_ONCE):
        words = {"task": part.task, "part": part.get_letter_display()}
        words |= {"partner": part.partner}
        yield Need(
            icon="hand",
            tone="brand",
            title=_("%(partner)s is asked for somebody for “%(task)s”") % words
            if part.is_unnamed
            else _("You are asked for “%(task)s”") % words,
            detail=_("As: %(part)s. Asked") % words,
            url=url_in(membership, "tasks:assignment_name", part.pk)
            if part.is_unnamed
            else url_in(membership, "tasks:task_detail", part.task_id),
            action=_("Say who") if part.is_unnamed else _("Answer"),
            on=timezone.localdate(part.asked_at),
        )


def view_needs(membership: Membership) -> Iterator[Need]:
    for asked in asked_of(membership.person)[:AT_ONCE]:
        words = {"who": asked.asked_by, "task": asked.task}
        yield Need(
            icon="ear",
            tone="brand",
            title=_("%(who)s asks for your view on “%(task)s”") % words
            if asked.asked_by
            else _("You are asked for your view on “%(task)s”") % words,
            detail=_("Please answer by"),
            url=url_in(membership, "tasks:consultation_detail", asked.pk),
            action=_("Answer"),
            on=asked.due,
        )


def late_needs(
    membership: Membership, mine: list[Assignment], today: date
) -> Iterator[Need]:
    late = (
        a for a in mine if a.carries and not a.pending and is_past(a.task.due, today)
    )
    for part in islice(late, AT_ONCE):
        yield Need(
            icon="clock",
            tone="sun",
            title=str(part.task),
            detail=_("Yours. It was due"),
            url=url_in(membership, "tasks:task_detail", part.task_id),
            action=pgettext("act", "Open"),
            on=part.task.due,
            task=part.task,
        )


def consulting_needs(membership: Membership, today: date) -> Iterator[Need]:
    waiting = to_ask_by(membership.person, today)
    for task, names in waiting[:AT_ONCE]:
        yield Need(
            icon="ear",
            tone="info",
            title=_("Ask %(people)s about “%(task)s”")
            % {"people": ", ".join(names), "task": task},
            detail=_("They are to be consulted before it is done. Due"),
            url=url_in(membership, "tasks:consultation_create", task.pk),
            action=_("Ask"),
            on=task.due,
        )
