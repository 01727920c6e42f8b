"""The last look before the content goes out, in one committed write.

It need not reach the disk of PostgreSQL: the claim has, and when the database loses its
last moments, whatever was claimed before counts as begun (`owners.is_forgotten`).
"""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connection

from comms.models import Delivery
from comms.sending.addresses import address_hashes
from comms.sending.rendering import Letter
from comms.sending.sql import execute_prepared, spelled

_WAITS, _ENDS_IT = False, True
# A refusal's name, whether the message waits or ends, and when it applies.
# Who stopped the updates still gets the notices of the fast lane, and whoever's
# address once bounced can still ask to sign in (that mail has no coalition), and can
# be asked whether mail arrives again.
_REFUSALS: Final = (
    (
        "transport_paused",
        _WAITS,
        """SELECT 1 FROM comms_transportstate t WHERE t.paused_at IS NOT NULL
            AND (t.stops_sign_in OR comms_delivery.coalition_id IS NOT NULL)""",
    ),
    (
        "coalition_paused",
        _WAITS,
        """SELECT 1 FROM members_coalition c WHERE c.id = comms_delivery.coalition_id
            AND c.mail_paused_at IS NOT NULL""",
    ),
    (
        "issue_not_released",
        _WAITS,
        """SELECT 1 FROM comms_issue i WHERE i.id = comms_delivery.issue_id
            AND (i.state NOT IN ('released', 'done')
                 OR i.approved_sha256 <> %(issue_sha256)s)""",
    ),
    (
        "withdrawn",
        _WAITS,
        """SELECT 1 FROM comms_issue i WHERE i.id = comms_delivery.issue_id
            AND (SELECT COUNT(*) FROM comms_withdrawal w WHERE w.issue_id = i.id)
                <> %(withdrawn)s""",
    ),
    (
        "erased",
        _ENDS_IT,
        """SELECT 1 FROM members_person p WHERE p.id = comms_delivery.person_id
            AND p.erased_at IS NOT NULL""",
    ),
    (
        "suppressed",
        _ENDS_IT,
        """SELECT 1 FROM comms_suppression s WHERE s.lifted_at IS NULL
            AND s.addr_hmac IN ({hashes})
            AND (s.coalition_id IS NULL
                 OR s.coalition_id = comms_delivery.coalition_id)
            AND (s.reason <> 'unsubscribed' OR comms_delivery.lane = 'bulk')
            AND (s.reason NOT IN ('hard_bounce', 'soft_bounce')
                 OR comms_delivery.kind <> 'address')
            AND (s.reason = 'erased' OR comms_delivery.coalition_id IS NOT NULL)""",
    ),
    (
        "no_consent",
        _ENDS_IT,
        """SELECT 1 FROM members_person p WHERE p.id = comms_delivery.person_id
            AND comms_delivery.issue_id IS NOT NULL AND NOT p.consent_digest""",
    ),
    (
        "no_updates",
        _ENDS_IT,
        """SELECT 1 FROM comms_mailpreference p WHERE comms_delivery.kind = 'update'
            AND p.person_id = comms_delivery.person_id AND p.updates = 'none'""",
    ),
    (
        "no_announcements",
        _ENDS_IT,
        """SELECT 1 FROM comms_mailpreference p
            WHERE comms_delivery.kind = 'announcement'
            AND p.person_id = comms_delivery.person_id AND NOT p.announcements""",
    ),
    (
        "not_a_member",
        _ENDS_IT,
        """SELECT 1 FROM members_membership m
            WHERE m.person_id = comms_delivery.person_id AND m.state <> 'active'""",
    ),
)
_OURS: Final = " WHERE id = %(id)s AND claim_token = %(token)s AND status = 'sending'"
# As one expression: PostgreSQL plans ten joins four times as long as it runs them.
_REASON: Final = (
    "CASE"
    + "".join(f" WHEN EXISTS ({when}) THEN '{name}'" for name, _, when in _REFUSALS)
    + " ELSE '' END"
)
_FENCE: Final = (
    "UPDATE comms_delivery SET data_started_at = {now}, lease_until = {lease_end},"  # noqa: S608
    " render_sha256 = %(sha256)s, render_size = %(size)s"
    + _OURS
    + f" AND ({_REASON}) = '' AND {{unflushed}}"
)
_WHY: Final = f"SELECT {_REASON} FROM comms_delivery" + _OURS  # noqa: S608
_ENDS: Final = {name: ends for name, ends, _ in _REFUSALS}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message may not go now; `lost` means that it is not ours any more."""

    reason: str
    ends: bool = False
    lost: bool = False


def fence(delivery: Delivery, letter: Letter) -> Refusal | None:
    """Mark that the content is about to go out, or say why it must not."""
    hashes = address_hashes(delivery.to_norm)
    values: dict[str, Any] = {
        "id": delivery.pk,
        "token": _adapted(delivery.claim_token),
        "lease": settings.MAIL_LEASE_SECONDS,
        "sha256": hashlib.sha256(letter.content).hexdigest(),
        "size": len(letter.content),
        "issue_sha256": letter.issue_sha256,
        "withdrawn": letter.withdrawn,
        **{f"hash{n}": value for n, value in enumerate(hashes)},
    }
    if execute_prepared(_statement(_FENCE, len(hashes)), values) == 1:
        return None
    with connection.cursor() as cursor:
        cursor.execute(spelled(_statement(_WHY, len(hashes))), values)
        row = cursor.fetchone()
    if row is None:
        return Refusal("lost", lost=True)
    return Refusal(row[0], ends=_ENDS.get(row[0], False))


def _statement(template: str, hashes: int) -> str:
    names = ", ".join(f"%(hash{n})s" for n in range(hashes))
    return template.replace("{hashes}", names)


def _adapted(token: uuid.UUID | None) -> Any:
    field = Delivery._meta.get_field("claim_token")  # noqa: SLF001
    return field.get_db_prep_value(token, connection)
