"""How an update words what it found: short sentences about one record each."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comms.updates.content import Content, Section, SectionKind
from goals.models import Milestone
from goals.queries import GoalChange
from tasks.models import Ask, AssignmentStatus, Hurdle, Letter, Task, Win

SUBJECT_WORDS = 60
IN_SHORT = 200
_ENDS = " .,:;!?…"  # a subject goes on where a sentence ended


def _day(value: date) -> str:
    return date_format(value, "MONTH_DAY_FORMAT")


def was_due(day: date | None) -> str:
    return _("It was due on %(day)s.") % {"day": _day(day)} if day else ""


def looked_after(milestone: Milestone) -> str:
    """Say of what is late who could do with help, or that nobody has it in hand."""
    who = milestone.partner or milestone.goal.owner
    words = _helped(who) if who else _("Nobody looks after it yet. Could it be you?")
    return f"{was_due(milestone.due)} {words}"


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))


def reached(milestone: Milestone) -> str:
    by = _joined(str(who or "") for who in (milestone.reached_by, milestone.partner))
    reached = _("Milestone reached on %(day)s by %(who)s.") if by else ""
    reached = reached or _("Milestone reached on %(day)s.")
    day = _day(milestone.reached_on) if milestone.reached_on else ""
    words = reached % {"day": day, "who": by}
    return f"{words} {milestone.reached_note}".strip()


def thanks(win: Win) -> str:
    """Say whom to thank, as far as they agreed to be named."""
    by = _joined(str(who or "") for who in (win.person, win.partner))
    return _("With thanks to %(who)s.") % {"who": by} if by else ""


def _carriers(task: Task, *states: AssignmentStatus) -> Iterator[str]:
    """Name the responsible people, else the accountable one, with their partners."""
    standing = [a for a in task.assignments.all() if a.status in states]
    for letter in (Letter.RESPONSIBLE, Letter.ACCOUNTABLE):
        chosen = [a for a in standing if a.letter == letter]
        for a in chosen:
            yield f"{a.person} ({a.partner})" if a.person and a.partner else a.who
        if chosen:
            return


def carriers(task: Task, *states: AssignmentStatus) -> str:
    return _joined(_carriers(task, *states))


def help_for(task: Task) -> str:
    """Say who carries it and could do with help."""
    who = carriers(task, AssignmentStatus.ACCEPTED, AssignmentStatus.PROPOSED)
    return _helped(who) if who else ""


def _helped(who: object) -> str:
    return _("%(who)s looks after it. Could you help?") % {"who": who}


def done_by(task: Task) -> str:
    names = carriers(task, AssignmentStatus.ACCEPTED) or str(task.done_by or "")
    return _("Done by %(names)s.") % {"names": names} if names else ""


def in_short(text: str) -> str:
    """Return what somebody wrote as one line that is not too long."""
    return Truncator(" ".join(text.split())).chars(IN_SHORT)


def said_by(said: Hurdle | Ask) -> str:
    voices = said.check_in.voices.all() if said.check_in else ()
    partners = _joined(str(voice.partner) for voice in voices)
    return f"{said.person} ({partners})" if partners else str(said.person)


def could_you(said: Hurdle | Ask) -> str:
    return _("%(who)s. Could you help?") % {"who": said_by(said)}


def said_and_answered(hurdle: Hurdle) -> str:
    answer = in_short(hurdle.answer)
    return _("%(who)s. The answer: %(answer)s") % {
        "who": said_by(hurdle),
        "answer": answer,
    }


def _number(value: Decimal) -> str:
    return number_format(value.normalize(), use_l10n=True, force_grouping=True)


def measured(change: GoalChange) -> str:
    """Say the reading, where we come from and where we want to be."""
    goal = change.goal
    parts = [_reading(change)]
    if goal.target is not None:
        parts.append(_("We aim for %(n)s.") % {"n": _number(goal.target)})
    if goal.baseline is not None and change.before is None:
        parts.append(_("We began at %(n)s.") % {"n": _number(goal.baseline)})
    parts.append(change.now.note)
    return " ".join(filter(None, parts))


def _reading(change: GoalChange) -> str:
    goal = change.goal
    values = {
        "value": " ".join(filter(None, (_number(change.now.value), goal.unit))),
        "before": "" if change.before is None else _number(change.before),
    }
    if change.before is None or change.before == change.now.value:
        return _("%(value)s now.") % values
    return _("%(value)s now, %(before)s before.") % values


def newcomers(names: list[str], total: int) -> str:
    others = total - len(names)
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", others) % {
        "names": ", ".join(names),
        "n": others,
    }


def subject_for(content: Content) -> str:
    """Name the first thing that is new, what was said last, and count the others."""
    sections = sorted(content.sections, key=lambda s: s.kind == SectionKind.BECAUSE)
    new = [item for section in sections for item in section.items if item.fresh]
    if not new:
        return ""
    first = Truncator(new[0].words.rstrip(_ENDS)).chars(SUBJECT_WORDS)
    others = sum(section.total for section in content.sections if _is_news(section)) - 1
    if others < 1:
        return first
    more = ngettext("%(first)s, and %(n)d more", "%(first)s, and %(n)d more", others)
    return more % {"first": first, "n": others}


def _is_news(section: Section) -> bool:
    return section.kind in {
        SectionKind.BECAUSE,
        SectionKind.ACHIEVED,
        SectionKind.PROGRESS,
        SectionKind.JOINED,
    }
