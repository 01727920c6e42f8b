"""What a coalition gathers beside its lists, from look-alikes to hurdles."""

from datetime import time, timedelta
from itertools import pairwise

from django.utils import timezone

from comms.models import Issue, IssueKind, IssueState, UpdateSchedule
from members.models import (
    Coalition,
    Import,
    Invitation,
    Membership,
    Partner,
    PartnerAlias,
    Person,
)
from members.models.imports import ImportKind, ImportState
from members.models.membership import MembershipState
from tasks.models import Ask, Hurdle, SeenBy

# As many fill each page, also where there are few people.
PAGE = 60


def make_records(coalition: Coalition, *, people: int) -> None:
    make_look_alikes(coalition)
    make_invitations(coalition)
    make_troubles(coalition)
    end_access()
    Import.objects.bulk_create(
        Import(
            coalition=coalition,
            kind=ImportKind.PEOPLE,
            state=ImportState.DISCARDED,
            file_name=f"list{n}.csv",
        )
        for n in range(max(people // 100, PAGE))
    )


def make_rhythm(coalition: Coalition) -> None:
    """Let one update have gone out, as after the first two weeks."""
    now = timezone.now()
    UpdateSchedule.objects.create(
        coalition=coalition,
        anchor_date=timezone.localdate(now),
        local_time=time(9),
        timezone="UTC",
    )
    Issue.objects.create(
        coalition=coalition,
        kind=IssueKind.UPDATE,
        source_key="p00000",
        period=0,
        due_at=now,
        state=IssueState.DONE,
        content_sha256="0" * 64,
        approved_sha256="0" * 64,
    )


def make_look_alikes(coalition: Coalition) -> None:
    """Give one phone to two people, and a partner's name to the next one as well."""
    people = list(Person.objects.order_by("pk"))
    for n, person in enumerate(people[: max(len(people) // 10, PAGE)]):
        person.phone = f"+351 21 {n // 2:06}"
    Person.objects.bulk_update(people, ["phone"])
    partners = list(Partner.objects.order_by("pk"))
    PartnerAlias.objects.bulk_create(
        PartnerAlias(coalition=coalition, partner=other, name=f"{partner} Union")
        for partner, other in pairwise(partners[: max(len(partners) // 10, PAGE)])
    )


def make_invitations(coalition: Coalition) -> None:
    """Ask a third of all people, and leave a third to be asked."""
    soon = timezone.now() + timedelta(days=7)
    Invitation.objects.bulk_create(
        Invitation(
            coalition=coalition,
            person=person,
            email=person.email or "",
            expires_at=soon,
        )
        for person in Person.objects.order_by("pk")[2::3]
    )


def make_troubles(coalition: Coalition) -> None:
    """Let one in ten be held up, and look for help."""
    people = list(Person.objects.order_by("pk"))
    held_up = people[: max(len(people) // 10, PAGE)]
    text = "The lift is broken until spring."
    said = {"coalition": coalition, "text": text, "seen_by": SeenBy.MEMBERS}
    Hurdle.objects.bulk_create(Hurdle(person=person, **said) for person in held_up)
    Ask.objects.bulk_create(Ask(person=person, **said) for person in held_up)


def end_access() -> None:
    """Let a third go."""
    gone = list(Person.objects.order_by("pk").values_list("pk", flat=True)[3::3])
    members = Membership.objects.filter(person__in=gone)
    members.update(state=MembershipState.REMOVED)
