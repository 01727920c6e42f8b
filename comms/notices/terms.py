"""The mail before a term of a standing role is over: write notes, find somebody."""

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.wishes import if_wanted
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
from tasks.models import Role, RoleAssignment
from tasks.queries.endings import Ending, endings


@if_wanted
def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    due = {
        (ending.term.pk, ending.person_id): ending
        for ending in endings(
            timezone.localdate(), of=[int(row.source) for row in batch]
        )
    }
    return {
        row.pk: _words(due.get((int(row.source), row.person_id or 0))) for row in batch
    }


def _words(ending: Ending | None) -> Words | Skip:
    if ending is None or ending.term.to_on is None:
        return Skip(LeftOut.WITHDRAWN)
    names = {
        "role": ending.term.role,
        "person": ending.term.person,
        "until": date_format(ending.term.to_on, "DATE_FORMAT"),
    }
    subject, paragraphs, button, why = (_own if ending.own else _others)(ending, names)
    return Words(
        subject=subject,
        paragraphs=paragraphs,
        button=button,
        url=in_coalition(
            "tasks:role_detail",
            ending.term.role.coalition.slug,
            pk=ending.term.role_id,
        ),
        why=why,
    )


Said = tuple[str, list[str], str, str]


def _own(ending: Ending, names: Mapping[str, object]) -> Said:
    told = _("You hold “%(role)s” until %(until)s. Thank you for doing it.") % names
    asks = (
        _("Somebody follows. Write down what they need to know.")
        if ending.followed
        else _(
            "Nobody follows yet: say whether you go on, or whom you would ask. And "
            "write down what the next one needs to know."
        )
    )
    return (
        _("Your term ends: %(role)s") % names,
        [told, asks],
        _("Write notes for who comes next"),
        _("You get this because you hold “%(role)s”.") % names,
    )


def _others(_ending: Ending, names: Mapping[str, object]) -> Said:
    return (
        _("Nobody follows in “%(role)s”") % names,
        [
            _("%(person)s holds “%(role)s” until %(until)s.") % names,
            _("Ask them to go on, or choose somebody else in time."),
        ],
        _("Find someone"),
        _("You get this because you coordinate."),
    )


def _sample(cast: Cast) -> Words | Skip:
    role = Role(**cast.make(name=cast.title))
    held = {"role": role, "person": cast.reader, "to_on": cast.soon.date()}
    term = RoleAssignment(**cast.make(**held))
    return _words(Ending(term, cast.reader.pk, followed=False))


KIND = NoticeKind(gettext_lazy("A term ends"), _write, Lane.BULK, _sample)
