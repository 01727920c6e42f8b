"""Read model of the invitations: who was asked, and what became of the mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from comms.models import Delivery
from comms.queries import what_happened
from members.models import Invitation
from members.models.invitation import INVITATION, InvitationState


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation with its newest mail; None while nobody has queued it yet."""

    invitation: Invitation
    state: InvitationState
    mail: Delivery | None

    @property
    def trouble(self) -> str:
        mail = self.mail
        if mail is None or mail.status not in {"failed", "held", "skipped"}:
            return ""
        return what_happened(mail)


def invitations_in(state: InvitationState, now: datetime) -> QuerySet[Invitation]:
    return (
        Invitation.objects.in_state(state, now)
        .select_related("person__membership", "invited_by")
        .order_by("-updated_at", "-id")
    )


def invitation_counts(now: datetime) -> dict[InvitationState, int]:
    return {
        state: Invitation.objects.in_state(state, now).count()
        for state in InvitationState
    }


def invitation_lines(
    invitations: Iterable[Invitation], now: datetime
) -> list[InvitationLine]:
    rows = list(invitations)
    keys = [_key(invitation) for invitation in rows]
    mails = {
        mail.dedupe_key: mail for mail in Delivery.objects.filter(dedupe_key__in=keys)
    }
    return [
        InvitationLine(invitation, invitation.state(now), mails.get(_key(invitation)))
        for invitation in rows
    ]


def _key(invitation: Invitation) -> str:
    return f"{INVITATION}:{invitation.pk}:{invitation.version}"
