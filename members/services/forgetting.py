"""What is kept of people and their sessions for a term."""

from datetime import datetime
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from coalition.common.retention import Rule, blank, delete
from members.models import Person, SignInLink
from members.models.membership import MembershipState


def _sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


def _traces(before: datetime) -> QuerySet[Any]:
    """Return what device and network a session had that is over."""
    living = Session.objects.values("session_key")
    unseen: QuerySet[Any] = UserSession.objects.filter(last_seen_at__lt=before)
    return unseen.exclude(session_key__in=living)


def _links(before: datetime) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(expires_at__lt=before)


def _needs_of_the_gone(before: datetime) -> QuerySet[Person]:
    gone = {
        "membership__state": MembershipState.REMOVED,
        "membership__updated_at__lt": before,
    }
    return Person.objects.filter(**gone).exclude(access_needs="")


RULES: Final = (
    Rule("a session that ended", 1, _sessions, delete),
    Rule("the device and network of a session that ended", 1, _traces, delete),
    Rule("an operator’s sign-in link", 1, _links, delete),
    Rule(
        "what makes taking part easier, of who left",
        180,
        _needs_of_the_gone,
        blank(access_needs=""),
    ),
)
