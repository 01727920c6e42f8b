"""Who was asked into the demo coalition, and what became of it."""

from datetime import datetime, timedelta
from typing import Final

from members.models import Invitation, Person
from members.services.audit import Actor
from members.services.invitations import INVITATION_LIFE, invite_person

# Who is asked, in which words, how many days ago; the last of them ran out.
INVITED: Final = (
    (
        "Lena Fischer",
        "The school gates are yours, Lena. Come and keep that goal with us.",
        1,
    ),
    ("Tomás Vega", "", 3),
    ("Owen Clarke", "Nobody knows the asthma numbers as you do.", 9),
)


def invite(people: dict[str, Person], *, by: Actor, now: datetime) -> None:
    for name, words, ago in INVITED:
        invitation = invite_person(person=people[name], words=words, by=by)
        asked = now - timedelta(days=ago)
        Invitation.objects.filter(pk=invitation.pk).update(
            created_at=asked, updated_at=asked, expires_at=asked + INVITATION_LIFE
        )
