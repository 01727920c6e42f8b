"""What one need is, and what standing roles need: a free seat, a term that ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Membership
from tasks.models import Task
from tasks.queries.roles import RoleLine, role_lines


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for this person, with the step to take."""

    icon: str
    tone: str
    title: str
    detail: str
    url: str
    action: str
    at: datetime | None = None
    on: date | None = None
    task: Task | None = None


def role_needs(membership: Membership, today: date) -> Iterator[Need]:
    """Tell of empty seats and of terms that end with nobody to follow."""
    slug = membership.coalition.slug
    for line in role_lines(today):
        url = reverse("tasks:role_detail", kwargs={"slug": slug, "pk": line.role.pk})
        if line.unfilled:
            yield _vacant(line, url)
        elif line.ending:
            yield _ending(line, url)


def _vacant(line: RoleLine, url: str) -> Need:
    return Need(
        icon="user-round-check",
        tone="warn",
        title=_("A seat is free: %(role)s") % {"role": line.role},
        detail=line.role.purpose,
        url=url,
        action=_("Find someone"),
    )


def _ending(line: RoleLine, url: str) -> Need:
    return Need(
        icon="user-round-check",
        tone="sun",
        title=_("Nobody follows in “%(role)s”") % {"role": line.role},
        detail=_("The term ends"),
        url=url,
        action=_("Find someone"),
        on=line.ending[0].to_on,
    )
