"""Who may send the mail of a coalition."""

from django.db.models import QuerySet

from members.models import Membership, Person
from members.permissions import Permission


def who_may_send() -> QuerySet[Person]:
    """Return the people who may edit, approve and release updates today."""
    may = Membership.objects.who_may(Permission.UPDATES_SEND)
    return Person.objects.living().filter(pk__in=may.values("person"))
