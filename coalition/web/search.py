"""One search over what people look for, from partners to what is in the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comms.models import Feedback, Issue
from comms.queries import issues_found
from goals.models import Goal
from members.models import Membership, Partner, Person
from members.permissions import Permission
from members.queries.groups import group_lines
from tasks.models import Ask, Hurdle, Task
from tasks.models.trouble import AskQuerySet, HurdleQuerySet
from tasks.queries.roles import RoleLine, role_lines
from tasks.queries.troubles import EVERYTHING

SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    note: str
    url: str
    membership: Membership | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """The first of one kind; where there are more, `all_url` leads to its list."""

    heading: str | Promise
    icon: str
    hits: list[Hit]
    more: bool
    all_url: str


def search(words: str, membership: Membership) -> list[Hits]:
    """Look everywhere this member may, in a fixed number of statements."""
    if not words.strip():
        return []
    found = _Finder(words, membership).everywhere()
    return [hits for hits in found if hits.hits]


@dataclass(frozen=True, slots=True)
class _Finder:
    words: str
    membership: Membership

    def everywhere(self) -> Iterator[Hits]:
        may = self.membership.may
        if may(Permission.PARTNERS_VIEW):
            yield self._partners()
        if may(Permission.PEOPLE_VIEW):
            yield self._people()
            yield self._groups()
        if may(Permission.GOALS_VIEW):
            yield self._goals()
        if may(Permission.TASKS_VIEW):
            yield self._tasks()
            yield self._roles()
            yield self._hurdles()
            yield self._asks()
        if may(Permission.FEEDBACK_WRITE):
            yield self._feedback()
        if may(Permission.UPDATES_READ):
            yield self._issues()

    def _partners(self) -> Hits:
        rows = Partner.objects.listed().matching(self.words).order_by("name_key")
        hits = [
            Hit(str(row), _place(row), self._url("members:partner_detail", pk=row.pk))
            for row in rows[: SHOWN + 1]
        ]
        return self._hits(_("Partners"), "building-2", hits, "members:partner_list")

    def _people(self) -> Hits:
        by_address = self.membership.may(Permission.PEOPLE_CONTACT)
        rows = Person.objects.living().matching(self.words, by_address=by_address)
        found = rows.select_related("membership").with_partners()
        hits = [
            Hit(
                str(row),
                _at(row),
                self._url("members:person_detail", pk=row.pk),
                getattr(row, "membership", None),
            )
            for row in found[: SHOWN + 1]
        ]
        return self._hits(
            _("People"), "users-round", hits, "members:person_list", state="all"
        )

    def _groups(self) -> Hits:
        hits = [
            Hit(
                str(line.group),
                line.led_by,
                self._url("web:group_detail", pk=line.group.pk),
            )
            for line in group_lines(self.words)[: SHOWN + 1]
        ]
        return self._hits(_("Working groups"), "waypoints", hits, "members:group_list")

    def _goals(self) -> Hits:
        hits = [
            Hit(str(row), row.measure, self._url("goals:goal_detail", pk=row.pk))
            for row in Goal.objects.matching(self.words)[: SHOWN + 1]
        ]
        return self._hits(_("Goals"), "target", hits, "goals:goal_list", state="all")

    def _tasks(self) -> Hits:
        rows = Task.objects.matching(self.words).select_related("goal")
        hits = [
            Hit(
                str(row), str(row.goal or ""), self._url("tasks:task_detail", pk=row.pk)
            )
            for row in rows[: SHOWN + 1]
        ]
        return self._hits(
            _("Tasks"), "list-checks", hits, "tasks:task_list", state="all"
        )

    def _roles(self) -> Hits:
        lines = role_lines(timezone.localdate(), self.words)
        hits = [
            Hit(
                str(line.role),
                _held_by(line),
                self._url("tasks:role_detail", pk=line.role.pk),
            )
            for line in lines[: SHOWN + 1]
        ]
        return self._hits(
            _("Standing roles"), "user-round-check", hits, "tasks:role_list"
        )

    def _hurdles(self) -> Hits:
        """Find what this member may read, as its list does."""
        rows = Hurdle.objects.visible_to(self.membership).matching(self.words)
        hits = self._said(rows, "tasks:hurdle_detail")
        heading = _("What is in the way")
        return self._hits(
            heading, "construction", hits, "tasks:hurdle_list", state=EVERYTHING
        )

    def _asks(self) -> Hits:
        rows = Ask.objects.visible_to(self.membership).matching(self.words)
        hits = self._said(rows, "tasks:ask_detail")
        heading = _("What would help")
        return self._hits(
            heading, "hand-helping", hits, "tasks:ask_list", state=EVERYTHING
        )

    def _said(self, rows: HurdleQuerySet | AskQuerySet, page: str) -> list[Hit]:
        newest = rows.select_related("person").order_by("-created_at", "-pk")
        return [
            Hit(
                str(row),
                f"{row.person} · {row.get_state_display()}",
                self._url(page, pk=row.pk),
            )
            for row in newest[: SHOWN + 1]
        ]

    def _feedback(self) -> Hits:
        rows = Feedback.objects.read_by(self.membership, timezone.localdate())
        found = rows.matching(self.words).in_order()
        hits = [
            Hit(
                str(row),
                f"{row.get_kind_display()} · {row.get_state_display()}",
                self._url("comms:feedback_detail", pk=row.pk),
            )
            for row in found[: SHOWN + 1]
        ]
        return self._hits(
            _("Feedback"), "message-square-text", hits, "comms:feedback_list"
        )

    def _issues(self) -> Hits:
        """Find updates and announcements, as far as this member may read them."""
        rows = issues_found(self.membership, self.words).defer("content")
        hits = [
            Hit(
                str(row),
                _kind_and_day(row),
                self._url("comms:archive_detail", pk=row.pk),
            )
            for row in rows[: SHOWN + 1]
        ]
        return self._hits(_("Updates we sent"), "mail", hits, "comms:archive_list")

    def _hits(
        self,
        heading: str | Promise,
        icon: str,
        hits: list[Hit],
        list_name: str,
        **narrowed: str,
    ) -> Hits:
        query = urlencode({"q": self.words, **narrowed})
        rest = f"{self._url(list_name)}?{query}"
        return Hits(heading, icon, hits[:SHOWN], len(hits) > SHOWN, rest)

    def _url(self, name: str, **arguments: int) -> str:
        slug = self.membership.coalition.slug
        return reverse(name, kwargs={"slug": slug, **arguments})


def _place(partner: Partner) -> str:
    return ", ".join(filter(None, (partner.region, partner.country)))


def _at(person: Person) -> str:
    return ", ".join(dict.fromkeys(str(a.partner) for a in person.affiliations.all()))


def _kind_and_day(issue: Issue) -> str:
    at = timezone.localtime(issue.released_at)
    day = date_format(at, "DATE_FORMAT")
    return f"{issue.get_kind_display()} · {day}"


def _held_by(line: RoleLine) -> str:
    people = ", ".join(str(term.person) for term in line.holders)
    return " · ".join(filter(None, (line.role.ask_about, people)))
