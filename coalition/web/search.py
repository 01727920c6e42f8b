"""One search over what people look for: partners, people, goals and tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goals.models import Goal
from members.models import Membership, Partner, Person
from members.permissions import Permission
from tasks.models import Task
from tasks.queries.roles import RoleLine, role_lines

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
        if may(Permission.GOALS_VIEW):
            yield self._goals()
        if may(Permission.TASKS_VIEW):
            yield self._tasks()
            yield self._roles()

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


def _held_by(line: RoleLine) -> str:
    people = ", ".join(str(term.person) for term in line.holders)
    return " · ".join(filter(None, (line.role.ask_about, people)))
