"""Looking at a coalition as a member sees it: less than one's own role, never more."""

from django.http import HttpRequest

from members.models import Membership
from members.permissions import MemberRole

# The coalitions that this session looks at so, each with the access it began with.
SESSION_KEY = "looks_as_member"


def start_looking(request: HttpRequest, membership: Membership) -> None:
    begun = request.session.get(SESSION_KEY, {})
    key = str(membership.coalition_id)
    request.session[SESSION_KEY] = begun | {key: _access(membership)}


def stop_looking(request: HttpRequest, membership: Membership) -> None:
    begun = dict(request.session.get(SESSION_KEY, {}))
    begun.pop(str(membership.coalition_id), None)
    request.session[SESSION_KEY] = begun


def look(request: HttpRequest, membership: Membership) -> None:
    """Narrow the membership if its holder looks so; access that changed ends it."""
    begun = request.session.get(SESSION_KEY, {})
    if begun.get(str(membership.coalition_id)) == _access(membership):
        membership.looks_as = MemberRole.MEMBER


def _access(membership: Membership) -> list[int]:
    return [membership.pk, membership.version]
