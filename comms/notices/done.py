"""The mail that tells those who are to be informed that something is done."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.wishes import if_wanted
from comms.notices.words import Item, NoticeKind, Words, and_more, item
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
from tasks.models import Assignment, Letter, Task
from tasks.queries.comments import name_of
from tasks.queries.informing import done_for

SHOWN: Final = 12
TITLE: Final = 60


@if_wanted
def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    found = done_for([_bundle(row) for row in batch])
    return {row.pk: _words(found.get(_bundle(row), ())) for row in batch}


def _bundle(row: Delivery) -> tuple[int, str]:
    return row.person_id or 0, row.source


def _words(parts: Sequence[Assignment]) -> Words | Skip:
    """Tell nothing of what was opened again meanwhile."""
    if not parts:
        return Skip(LeftOut.EMPTY)
    first, count = parts[0], len(parts)
    slug = first.coalition.slug
    title = Truncator(first.task.title).chars(TITLE)
    return Words(
        subject=_("Done: %(task)s") % {"task": title}
        if count == 1
        else ngettext("%(n)d task is done", "%(n)d tasks are done", count)
        % {"n": count},
        paragraphs=[
            _("This is for you to know. There is nothing you have to do."),
            *and_more(count - SHOWN),
        ],
        items=[_item(part.task, slug) for part in parts[:SHOWN]],
        button=_("Read more") if count == 1 else _("Open the action plan"),
        url=_url(first.task, slug)
        if count == 1
        else in_coalition("tasks:task_list", slug),
        why=_why(parts),
    )


def _why(parts: Sequence[Assignment]) -> str:
    if any(part.person_id for part in parts):
        return _("You get this because you are to be informed.")
    return _(
        "You get this because you speak for %(partner)s, which is to be informed and "
        "has named nobody."
    ) % {"partner": parts[0].partner}


def _item(task: Task, slug: str) -> Item:
    return item(task.title, note=_note(task), url=_url(task, slug))


def _note(task: Task) -> str:
    by = name_of(task.done_by) if task.done_by else ""
    return " · ".join(str(part) for part in (by, task.goal) if part)


def _url(task: Task, slug: str) -> str:
    return in_coalition("tasks:task_detail", slug, pk=task.pk)


def _sample(cast: Cast) -> Words | Skip:
    part = cast.part(Letter.INFORMED)
    part.task.done_by = cast.other
    return _words([part])


KIND = NoticeKind(gettext_lazy("A task is done"), _write, Lane.BULK, _sample)
