"""What standing roles need: somebody for a free seat, or after a term that ends."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from coalition.web.need import Need, url_in
from members.models import Membership
from tasks.queries.roles import RoleLine, role_lines


def role_needs(membership: Membership, today: date) -> Iterator[Need]:
    """Tell of empty seats and of terms that end with nobody to follow."""
    for line in role_lines(today):
        url = url_in(membership, "tasks:role_detail", line.role.pk)
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
