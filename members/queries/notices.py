"""What this app wants people to be told, in the coalitions in scope."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from coalition.common.notices import Notice
from members.models import Handover, Invitation
from members.models.handover import HANDOVER, HANDOVER_ANSWER
from members.models.invitation import INVITATION

NEWS: Final = timedelta(days=7)


def notices_due(now: datetime) -> list[Notice]:
    return [*_invitations(now), *_questions(now), *_answers(now)]


def _invitations(now: datetime) -> Iterator[Notice]:
    for invitation in Invitation.objects.open(now):
        yield Notice(
            kind=INVITATION,
            key=f"{invitation.pk}:{invitation.version}",
            coalition_id=invitation.coalition_id,
            person_id=invitation.person_id,
            source=str(invitation.pk),
            expires_at=invitation.expires_at,
        )


def _questions(now: datetime) -> Iterator[Notice]:
    for handover in Handover.objects.open(now):
        yield Notice(
            kind=HANDOVER,
            key=str(handover.pk),
            coalition_id=handover.coalition_id,
            person_id=handover.taker_id,
            source=str(handover.pk),
            expires_at=handover.expires_at,
        )


def _answers(now: datetime) -> Iterator[Notice]:
    """Tell both of a yes, and of a no only whoever asked."""
    lately = Q(accepted_at__gt=now - NEWS) | Q(declined_at__gt=now - NEWS)
    for handover in Handover.objects.filter(lately):
        told = [handover.giver_id]
        if handover.accepted_at:
            told.append(handover.taker_id)
        for person_id in told:
            yield Notice(
                kind=HANDOVER_ANSWER,
                key=f"{handover.pk}:{person_id}",
                coalition_id=handover.coalition_id,
                person_id=person_id,
                source=str(handover.pk),
                expires_at=(handover.accepted_at or handover.declined_at or now) + NEWS,
            )
