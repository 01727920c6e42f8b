"""How many we are and what we did, in numbers that lead to what was counted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comms.updates.content import Item, Section, SectionKind
from members.models import Partner, Person
from tasks.queries import tasks_done_between
from tasks.queries.round_dates import answers_between, round_dates_between


def numbers_section(slug: str, start: datetime, end: datetime) -> Section:
    """Count partners and people, and what was done and answered in a window."""
    partners = Partner.objects.active().listed().count()
    people = Person.objects.listed().count()
    done = tasks_done_between(start, end).count()
    answers = answers_between(start, end)
    found = (
        (partners, ngettext("%(n)d partner", "%(n)d partners", partners), _PARTNERS),
        (people, ngettext("%(n)d person", "%(n)d people", people), _PEOPLE),
        (done, ngettext("%(n)d task done", "%(n)d tasks done", done), _TASKS),
        (
            answers,
            ngettext("%(n)d check-in answered", "%(n)d check-ins answered", answers),
            _CHECK_INS,
        ),
    )
    items = tuple(
        Item(
            key=f"number:{where.rpartition(':')[2]}",
            words=words % {"n": number},
            path=_path(where, slug),
        )
        for number, words, where in found
        if number
    )
    return Section(kind=SectionKind.NUMBERS, items=items, total=len(items))


_PARTNERS = "members:partner_list"
_PEOPLE = "members:person_list"
_TASKS = "tasks:task_list"
_CHECK_INS = "tasks:check_in_list_mine"


def _path(name: str, slug: str) -> str:
    path = reverse(name, kwargs={"slug": slug})
    return f"{path}?state=done" if name == _TASKS else path


def round_items(slug: str, start: datetime, end: datetime) -> tuple[list[Item], int]:
    """Return when rounds of check-ins that ask all partners open and close."""
    path = _path(_CHECK_INS, slug)
    items = [
        Item(
            key=f"round:{date.schedule.pk}:{'to' if date.closes else 'from'}:"
            f"{date.at:%Y%m%d}",
            words=date.schedule.name,
            note=_("The check-in closes.") if date.closes else _("The check-in opens."),
            path=path,
            day=localdate(date.at, ZoneInfo(date.schedule.timezone)),
        )
        for date in round_dates_between(start, end)
    ]
    return items, len(items)
