"""Asking, in a page with days on it, which announced events fall on them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django import template
from django.utils import timezone

from comms.queries.events import events_for, standing
from comms.updates.happenings import Gathering, happening_of
from members.models import Membership
from members.permissions import Permission

register = template.Library()
Days = Mapping[date, Sequence["OnDay"]]


@dataclass(frozen=True, slots=True)
class OnDay:
    """An event as it stands on a day; `pk` is its announcement's."""

    pk: int
    event: Gathering
    begins: bool


@register.simple_tag
def announced_events(membership: Membership, first: date, last: date) -> Days:
    """Return those that were announced to a member, in one statement."""
    if not membership.may(Permission.UPDATES_READ):
        return {}
    found: defaultdict[date, list[OnDay]] = defaultdict(list)
    for issue in standing(events_for(membership.person)).defer("content"):
        event = happening_of(issue)
        if isinstance(event, Gathering):
            for day in _days(event, first, last):
                begins = day == timezone.localdate(event.starts_at)
                found[day].append(OnDay(issue.pk, event, begins))
    for each in found.values():
        each.sort(key=lambda on_day: on_day.event.starts_at)
    return found


def _days(event: Gathering, first: date, last: date) -> Sequence[date]:
    """Return the days it touches; one that ends at midnight ends the day before."""
    start = max(timezone.localdate(event.starts_at), first)
    end = min(timezone.localdate(event.end - timedelta(seconds=1)), last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


@register.filter
def on(days: Days, day: date) -> Sequence[OnDay]:
    return days.get(day, ())
