"""Who and what stands in sample mails: records that are in no database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from goals.models import Goal
from members.models import Coalition, Partner, Person
from tasks.models import (
    Ask,
    Assignment,
    CheckIn,
    CheckInCycle,
    CheckInSchedule,
    Task,
)

NOWHERE = 0  # the number of a record that is not there: links to it open nothing


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom a sample is for, who else has a part, and the words of both.

    `title` stands for whatever has a name, `said` for what somebody wrote.
    """

    coalition: Coalition
    reader: Person
    other: Person
    partner: Partner
    title: str
    said: str
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def soon(self) -> datetime:
        return self.now + timedelta(days=5)

    def make(self, **fields: Any) -> dict[str, Any]:
        """Return what each of the records has, and these fields."""
        return {"pk": NOWHERE, "coalition": self.coalition, **fields}

    def task(self) -> Task:
        goal = Goal(**self.make(title=self.title))
        due = self.soon.date()
        return Task(**self.make(title=self.title, goal=goal, due=due))

    def part(self, letter: str, **fields: Any) -> Assignment:
        given = {"task": self.task(), "person": self.reader, "asked_by": self.other}
        asked = {"letter": letter, "asked_at": self.now, "partner": self.partner}
        return Assignment(**self.make(**given, **asked, **fields))

    def check_in(self, **fields: Any) -> CheckIn:
        schedule = CheckInSchedule(**self.make(name=self.title, audience="partners"))
        times = {"opens_at": self.now, "closes_at": self.soon}
        cycle = CheckInCycle(**self.make(schedule=schedule, **times))
        return CheckIn(**self.make(cycle=cycle, person=self.reader, **fields))

    def ask(self, **fields: Any) -> Ask:
        return Ask(**self.make(person=self.reader, text=self.said, **fields))


def cast_for(coalition: Coalition, reader: Person) -> Cast:
    """Return the people and words of samples, in the active language."""
    return Cast(
        coalition=coalition,
        reader=reader,
        other=Person(
            pk=NOWHERE,
            coalition=coalition,
            full_name=_("Alma Reyes"),
            email="alma@example.org",
        ),
        partner=Partner(
            pk=NOWHERE, coalition=coalition, name=_("Friends of the Library")
        ),
        title=_("Book the hall for the hearing"),
        said=_(
            "The hall holds eighty people, and we expect more. Does anybody know one "
            "that is larger, and easy to reach by bus?"
        ),
        now=timezone.now(),
    )
