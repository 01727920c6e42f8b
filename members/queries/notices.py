"""What this app wants people to be told, in the coalitions in scope."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from coalition.common.notices import Notice
from members.models import Handover, Invitation
from members.models.agreement import RENEWAL
from members.models.handover import HANDOVER, HANDOVER_ANSWER
from members.models.invitation import INVITATION
from members.queries.access_given import access_given
from members.queries.renewals import renewals

NEWS: Final = timedelta(days=7)


def notices_due(now: datetime) -> list[Notice]:
    return [
        *_invitations(now),
        *_questions(now),
        *_answers(now),
        *_renewals(now),
        *access_given(now),
    ]


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


def _renewals(now: datetime) -> Iterator[Notice]:
    """Remind once of each version and date, however the yes was written down."""
    for renewal in renewals(timezone.localdate(now)):
        given = renewal.acceptance
        until = given.renew_on or now.date()
        yield Notice(
            kind=RENEWAL,
            key=f"{given.agreement_id}:{given.partner_id}:{until}:{renewal.person_id}",
            coalition_id=given.coalition_id,
            person_id=renewal.person_id,
            source=str(given.pk),
            expires_at=datetime.combine(until, time.min, given.coalition.zone),
        )
