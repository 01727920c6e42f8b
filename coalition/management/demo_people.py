"""Who was asked into the demo coalition, who left it, and who is away."""

from datetime import datetime, timedelta
from typing import Final

from coalition.web.services.bulk_people import change_people
from comms.models import Issue, IssueState
from comms.services.paper import edit_paper_reader, hand_paper
from members.models import Invitation, Person
from members.services.audit import Actor
from members.services.invitations import INVITATION_LIFE, invite_person
from members.services.memberships import PeopleAct

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
# Who reads updates on paper, who brings them, and who has the latest.
ON_PAPER: Final = (
    ("Walter Kowalski", "Joan Bellamy", True),
    ("Birgit Lund", "Bao Nguyen", False),
)
# Who has no access any more, for how long, and why.
WENT: Final = (
    (PeopleAct.REMOVE, "Carla Mendes", "Moved to another city."),
    (PeopleAct.SUSPEND, "Ruth Adeyemi", "With her new baby until spring."),
)


def invite(people: dict[str, Person], *, by: Actor, now: datetime) -> None:
    for name, words, ago in INVITED:
        invitation = invite_person(person=people[name], words=words, by=by)
        asked = now - timedelta(days=ago)
        Invitation.objects.filter(pk=invitation.pk).update(
            created_at=asked, updated_at=asked, expires_at=asked + INVITATION_LIFE
        )


def put_on_paper(people: dict[str, Person], *, by: Actor) -> None:
    sent = Issue.objects.updates().filter(state=IssueState.DONE)
    latest = sent.order_by("-released_at")[0]
    for name, courier, has_it in ON_PAPER:
        edit_paper_reader(
            person=people[name], on_paper=True, courier=people[courier], by=by
        )
        if has_it:
            hand_paper(issue=latest, person=people[name], by=by)


def part(people: dict[str, Person], *, by: Actor) -> None:
    for act, name, reason in WENT:
        change_people(pks=[people[name].pk], act=act, reason=reason, by=by)
