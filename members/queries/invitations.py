"""Who can be asked in, and what became of those who were."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from members.models import Invitation, Person
from members.models.membership import MembershipState
from members.models.person import PersonQuerySet


def invitable(people: PersonQuerySet, now: datetime) -> PersonQuerySet:
    """Keep who has an address and access, but no account and no open invitation."""
    asked = Invitation.objects.unanswered(now).filter(
        person=OuterRef("pk"), email=OuterRef("email")
    )
    return people.filter(
        ~Exists(asked),
        erased_at=None,
        email__isnull=False,
        membership__state=MembershipState.ACTIVE,
        membership__user=None,
    ).select_related("membership")


def last_invitation(person: Person) -> Invitation | None:
    return Invitation.objects.filter(person=person).select_related("invited_by").first()
