"""The mails of the morning after: what waits for a yes, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words, item
from comms.sending.mail import Skip
from comms.updates.links import absolute, in_coalition
from members.models import Person
from tasks.models import TaskReport, TaskWord
from tasks.queries.proposals import (
    Proposal,
    answered_to,
    proposals_link,
    up_to,
    waiting_for_each,
)

SHOWN: Final = 10
TITLE: Final = 60
BACK: Final = timedelta(days=10)  # no mail of this kind is older


def _ask(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    people = {row.person_id or 0 for row in batch}
    waiting = waiting_for_each(people)
    found = Person.objects.select_related("coalition").in_bulk(people)
    return {
        row.pk: _question(
            waiting[row.person_id or 0], found.get(row.person_id or 0), row
        )
        for row in batch
    }


def _question(
    waiting: Sequence[Proposal], person: Person | None, row: Delivery
) -> Words | Skip:
    """Tell of all that waits since that day or before."""
    day = date.fromisoformat(row.source)
    waiting = up_to(day, person, waiting) if person else []
    if not waiting or person is None:
        return Skip(LeftOut.WITHDRAWN)
    return _ask_for(waiting, absolute(proposals_link(person, day).path))


def _ask_for(waiting: Sequence[Proposal], url: str) -> Words:
    count = ngettext(
        "%(n)d thing was reported in a check-in, and counts when you say yes.",
        "%(n)d things were reported in check-ins, and count when you say yes.",
        len(waiting),
    )
    return Words(
        subject=_subject(waiting),
        paragraphs=[count % {"n": len(waiting)}],
        items=[item(_reported(p), note=_note(p)) for p in waiting[:SHOWN]],
        button=_("Say yes or not yet"),
        url=url,
        why=_("You get this because you answer for it."),
    )


def _subject(waiting: Sequence[Proposal]) -> str:
    about = Truncator(waiting[0].about).chars(TITLE)
    if len(waiting) > 1:
        return _("%(n)d things wait for your yes") % {"n": len(waiting)}
    if waiting[0].figure:
        return _("A new figure? %(about)s") % {"about": about}
    return _("Done? %(about)s") % {"about": about}


def _reported(proposal: Proposal) -> str:
    names = {
        "who": proposal.who,
        "about": proposal.about,
        "figure": proposal.figure,
    }
    if proposal.figure:
        return _("%(who)s read %(figure)s: %(about)s") % names
    return _("%(who)s says that it is done: %(about)s") % names


def _note(proposal: Proposal) -> str:
    """Say who is to be heard first, where a yes does nothing before."""
    if not proposal.unheard:
        return ""
    return _("To be heard first: %(who)s.") % {"who": proposal.unheard}


def _tell(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    answered = answered_to({row.person_id or 0 for row in batch}, timezone.now() - BACK)
    return {row.pk: _answer([p for p in answered if _is_of(p, row)]) for row in batch}


def _is_of(proposal: Proposal, row: Delivery) -> bool:
    """Say whether it was answered on the day that the mail is about."""
    who, at = proposal.who, proposal.report.settled_at
    if at is None or who.pk != row.person_id:
        return False
    return str(at.astimezone(ZoneInfo(who.zone_name)).date()) == row.source


def _answer(answered: Sequence[Proposal]) -> Words | Skip:
    if not answered:
        return Skip(LeftOut.WITHDRAWN)
    first, slug = answered[0], answered[0].report.coalition.slug
    home = in_coalition("tasks:check_in_list_mine", slug)
    about = {"about": Truncator(first.about).chars(TITLE), "n": len(answered)}
    if len(answered) > 1:
        subject = _("%(n)d answers to what you reported") % about
    elif first.report.agreed:
        subject = _("Yes: %(about)s") % about
    else:
        subject = _("Not yet: %(about)s") % about
    return Words(
        subject=subject,
        paragraphs=[_("This is what became of what you reported in a check-in.")],
        items=[item(_said(p), said=p.report.reply) for p in answered[:SHOWN]],
        button=_("See your check-ins"),
        url=home,
        why=_("You get this because you reported it."),
    )


def _said(proposal: Proposal) -> str:
    names = {"who": proposal.report.settled_by, "about": proposal.about}
    if not proposal.report.agreed:
        return _("%(who)s says not yet: %(about)s") % names
    if proposal.figure:
        names["figure"] = proposal.figure
        return _("%(who)s said yes to %(figure)s: %(about)s") % names
    return _("%(who)s said yes, it is done: %(about)s") % names


def _sample_question(cast: Cast) -> Words | Skip:
    url = absolute(proposals_link(cast.reader, cast.today).path)
    reported = replace(_reported_by(cast, cast.other), unheard=str(cast.partner))
    return _ask_for([reported], url)


def _sample_answer(cast: Cast) -> Words | Skip:
    return _answer([_reported_by(cast, cast.reader)])


def _reported_by(cast: Cast, person: Person) -> Proposal:
    check_in = cast.check_in()
    check_in.person = person
    settled = {"settled_by": cast.other, "agreed": False, "reply": cast.said}
    given = {"check_in": check_in, "task": cast.task(), "word": TaskWord.DONE}
    report = TaskReport(**cast.make(**given, **settled))
    vars(report)["about"] = cast.title
    return Proposal(report)


QUESTIONS = NoticeKind(gettext_lazy("Is it done?"), _ask, Lane.BULK, _sample_question)
ANSWERS = NoticeKind(
    gettext_lazy("What you reported"), _tell, Lane.BULK, _sample_answer
)
