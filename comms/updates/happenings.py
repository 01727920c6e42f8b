"""What an announcement tells that has no record of its own: a decision, an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from comms.models import Issue, Topic
from comms.queries.events import events_told
from comms.updates.content import Content, Item, Section, SectionKind
from comms.updates.milestones import build_milestone
from goals.models import Milestone

SUBJECT: Final = 120
AN_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Written down by a coordinator: what, when, by whom, and what follows."""

    decided: str
    on: date
    by: str
    changes: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "decided": self.decided,
            "on": self.on.isoformat(),
            "by": self.by,
            "changes": self.changes,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "on": date.fromisoformat(data["on"])})

    def subject(self, zone: ZoneInfo) -> str:
        what = Truncator(self.decided).chars(SUBJECT)
        return _("We decided: %(what)s") % {"what": what}

    def content(self, zone: ZoneInfo) -> Content:
        said = _("Decided on %(day)s by %(who)s.") % {
            "day": date_format(self.on, "DATE_FORMAT"),
            "who": self.by,
        }
        note = f"{said} {self.changes}".strip()
        return _one(SectionKind.DECIDED, self.decided, note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """An event; each reads its time in their own zone."""

    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    place: str = ""
    link: str = ""

    @property
    def end(self) -> datetime:
        return self.ends_at or self.starts_at + AN_HOUR

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
            "place": self.place,
            "link": self.link,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        ends = data["ends_at"]
        times = {
            "starts_at": datetime.fromisoformat(data["starts_at"]),
            "ends_at": datetime.fromisoformat(ends) if ends else None,
        }
        return cls(**{**data, **times})

    def when(self, zone: ZoneInfo) -> str:
        """Say when it is, as clocks there show it."""
        start = self.starts_at.astimezone(zone)
        words = date_format(start, "DATETIME_FORMAT")
        if self.ends_at is None:
            return words
        end = self.ends_at.astimezone(zone)
        same_day = end.date() == start.date()
        shape = "TIME_FORMAT" if same_day else "DATETIME_FORMAT"
        return f"{words} – {date_format(end, shape)}"

    def subject(self, zone: ZoneInfo) -> str:
        day = date_format(self.starts_at.astimezone(zone), "MONTH_DAY_FORMAT")
        title = Truncator(self.title).chars(SUBJECT)
        return _("%(title)s, %(day)s") % {"title": title, "day": day}

    def content(self, zone: ZoneInfo) -> Content:
        day = self.starts_at.astimezone(zone).date()
        return _one(SectionKind.EVENT, self.title, self.place, day=day)


Happening = Milestone | Decision | Gathering | None


def happening_of(issue: Issue) -> Decision | Gathering | None:
    """Return what is kept with an announcement; a milestone is a record of its own."""
    if issue.facts is None:
        return None
    if issue.topic == Topic.DECISION:
        return Decision.from_json(issue.facts)
    return Gathering.from_json(issue.facts)


def topic_of(happening: Happening) -> Topic:
    if isinstance(happening, Milestone):
        return Topic.MILESTONE
    if isinstance(happening, Decision):
        return Topic.DECISION
    return Topic.WORDS if happening is None else Topic.EVENT


def subject_about(happening: Happening, zone: ZoneInfo) -> str:
    if isinstance(happening, Milestone):
        title = Truncator(happening.title).chars(SUBJECT)
        return _("We did it: %(title)s") % {"title": title}
    return happening.subject(zone) if happening else ""


def content_about(happening: Happening, zone: ZoneInfo) -> Content:
    if isinstance(happening, Milestone):
        return build_milestone(happening)
    return happening.content(zone) if happening else Content()


def key_of(issue: Issue) -> str:
    """Name what it is about as the update does, so that nothing is told twice."""
    kind, _colon, rest = issue.source_key.partition(":")
    if kind == "m":
        return f"milestone:{rest.partition(':')[0]}"
    return f"issue:{issue.pk}"


def event_items(
    slug: str, zone: ZoneInfo, start: datetime, end: datetime
) -> tuple[list[Item], int]:
    """Return the events that everybody was told of and that begin in this time."""
    told = events_told().filter(addressees__isnull=True)
    items = [
        _coming(issue, event, slug, zone)
        for issue in told.only("facts", "topic", "source_key")
        if isinstance(event := happening_of(issue), Gathering)
        and start <= event.starts_at < end
    ]
    return items, len(items)


def _coming(issue: Issue, event: Gathering, slug: str, zone: ZoneInfo) -> Item:
    return Item(
        key=key_of(issue),
        words=event.title,
        note=" · ".join(filter(None, (event.when(zone), event.place))),
        path=reverse("comms:archive_detail", kwargs={"slug": slug, "pk": issue.pk}),
        day=event.starts_at.astimezone(zone).date(),
    )


def _one(
    kind: SectionKind, words: str, note: str, *, day: date | None = None
) -> Content:
    item = Item(key=kind.value, words=words, note=note, day=day, fresh=True)
    return Content((Section(kind=kind, items=(item,), total=1),))
