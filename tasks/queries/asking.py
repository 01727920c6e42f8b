"""Whom to write that they are asked how it goes, or to remind."""

from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from coalition.common.clock import is_between
from coalition.common.notices import Notice
from tasks.models import CHECK_IN, REMINDER, CheckIn


def notices_due(now: datetime) -> list[Notice]:
    """Return each mail that may leave by now, in the coalitions in scope.

    One that is due in the quiet hours of whoever gets it is found when they are over.
    """
    due = (
        CheckIn.objects.waiting()
        .open(now)
        .filter(
            tell_at__lte=now,
            cycle__schedule__stopped_at=None,
            person__check_in_mail=True,
            person__erased_at=None,
        )
    )
    rows = due.select_related("cycle__schedule", "person__coalition")
    return [_notice(check_in) for check_in in rows if not _is_quiet(check_in, now)]


def _is_quiet(check_in: CheckIn, now: datetime) -> bool:
    schedule = check_in.cycle.schedule
    local = now.astimezone(ZoneInfo(check_in.person.zone_name))
    return is_between(local.time(), schedule.quiet_from, schedule.quiet_to)


def _notice(check_in: CheckIn) -> Notice:
    """Return the mail of this moment: the question first, then each reminder."""
    source = f"{check_in.pk}:{check_in.reminded}"
    return Notice(
        kind=REMINDER if check_in.reminded else CHECK_IN,
        key=source,
        coalition_id=check_in.coalition_id,
        person_id=check_in.person_id,
        source=source,
        expires_at=check_in.cycle.closes_at,
    )


def asked_in(sources: Collection[str]) -> Mapping[str, CheckIn]:
    """Return what each notice is still about: who has answered is asked no more."""
    keys = {source: int(source.partition(":")[0]) for source in sources}
    found = (
        CheckIn.objects.waiting()
        .filter(cycle__closed_at=None, cycle__schedule__stopped_at=None)
        .select_related(
            *("coalition", "person__coalition", "stands_in_for"),
            *("cycle__schedule__goal", "cycle__schedule__role"),
            *("cycle__schedule__group", "cycle__schedule__person"),
        )
        .prefetch_related("voices__partner")
        .in_bulk(set(keys.values()))
    )
    return {
        source: check_in
        for source, pk in keys.items()
        if (check_in := found.get(pk)) and source == f"{pk}:{check_in.reminded}"
    }
