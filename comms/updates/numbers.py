"""How many we are and what we did, in numbers that lead to what was counted."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comms.updates.content import Item, Section, SectionKind
from members.models import Partner, Person
from members.models.partner import PartnerStatus
from tasks.queries import tasks_done_between
from tasks.queries.board import Show
from tasks.queries.round_dates import answers_between, round_dates_between


def numbers_section(slug: str, start: datetime, end: datetime) -> Section:
    """Count partners and people, and what was done and answered in a window.

    No list shows who was here on a day, and none of answers is for everybody: these
    numbers lead nowhere.
    """
    partners = Partner.objects.active().listed().count()
    people = Person.objects.listed().count()
    done = tasks_done_between(start, end).count()
    answers = answers_between(start, end)
    found = (
        (
            partners,
            ngettext("%(n)d active partner", "%(n)d active partners", partners),
            _PARTNERS,
            f"{_path(_PARTNERS, slug)}?status={PartnerStatus.ACTIVE}",
        ),
        (people, ngettext("%(n)d person", "%(n)d people", people), _PEOPLE, ""),
        (
            done,
            ngettext("%(n)d task done", "%(n)d tasks done", done),
            _TASKS,
            _done_path(slug, start, end),
        ),
        (
            answers,
            ngettext("%(n)d check-in answered", "%(n)d check-ins answered", answers),
            _CHECK_INS,
            "",
        ),
    )
    items = tuple(
        Item(
            key=f"number:{what.rpartition(':')[2]}",
            words=words % {"n": number},
            path=path,
        )
        for number, words, what, path in found
        if number
    )
    return Section(kind=SectionKind.NUMBERS, items=items, total=len(items))


# Items are hidden and reworded by their keys, which come from these names.
_PARTNERS = "members:partner_list"
_PEOPLE = "members:person_list"
_TASKS = "tasks:task_list"
_CHECK_INS = "tasks:check_in_list_mine"


def _path(name: str, slug: str) -> str:
    return reverse(name, kwargs={"slug": slug})


def _done_path(slug: str, start: datetime, end: datetime) -> str:
    """Lead to what was done in a window, whoever looks and however long after."""
    window = {"done_from": _spelled(start), "done_until": _spelled(end)}
    return f"{_path(_TASKS, slug)}?{urlencode({'state': Show.DONE, **window})}"


def _spelled(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


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
