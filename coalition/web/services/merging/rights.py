"""Access and consent of two records of one human: nobody gains any by a merge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from coalition.web.services.merging.rows import rows_of
from comms.models import Suppression
from comms.models.delivery import SuppressionReason
from comms.sending.addresses import address_hashes
from members.models import AuditEntry, Membership, Partner, Person, User
from members.models.membership import MembershipState
from members.models.person import CommentMail
from members.permissions import MemberRole
from members.services.audit import Actor
from members.services.partners import LISTING, LOGO, Words
from members.services.people import own_words

ROLES: Final[Sequence[str]] = MemberRole.values  # from most to least
STATES: Final[Sequence[str]] = MembershipState.values  # from open to shut
COMMENT_MAIL: Final[Sequence[str]] = CommentMail.values  # from all to none
# A dead address says nothing of what its owner wants.
DEAD: Final = {SuppressionReason.HARD_BOUNCE, SuppressionReason.SOFT_BOUNCE}
NO: Final = [r for r in SuppressionReason if r not in DEAD]


@dataclass(frozen=True, slots=True)
class Access:
    user: User | None
    role: str
    state: str


def lower(one: str, other: str) -> str:
    return max(one, other, key=ROLES.index)


def stricter(one: str, other: str) -> str:
    return max(one, other, key=STATES.index)


def access_of_both(kept: Membership, lost: Membership | None, *, by: Actor) -> Access:
    """Return what stays: the account's own access, and what was taken away."""
    if lost is None:
        return Access(kept.user, kept.role, kept.state)
    if kept.user:
        role = kept.role
    else:
        role = lost.role if lost.user else lower(kept.role, lost.role)
    acting = kept.person_id == getattr(by.person, "pk", None)
    state = kept.state if acting else stricter(kept.state, lost.state)
    return Access(kept.user or lost.user, role, state)


def said_no(person: Person) -> bool:
    """Say whether they took back their consent, or an address of theirs was shut."""
    last = own_words(person).first()
    took_back = last is not None and not last.after.get("consent_digest")
    unticked = bool(person.consent_at) and not person.consent_digest
    return took_back or unticked or _is_shut(person)


def _is_shut(person: Person) -> bool:
    if not person.email:
        return False
    here_or_anywhere = Q(coalition=person.coalition_id) | Q(coalition=None)
    shut = rows_of(Suppression).filter(here_or_anywhere, lifted_at=None, reason__in=NO)
    return shut.filter(addr_hmac__in=address_hashes(person.email)).exists()


def consents(kept: Person, lost: Person) -> bool:
    return kept.consent_digest and not said_no(kept) and not said_no(lost)


def less_mail(one: str, other: str) -> str:
    """Return the narrower of two wishes to be told of comments."""
    return max(one, other, key=COMMENT_MAIL.index)


def narrower_wishes(kept: Person, lost: Person) -> dict[str, Any]:
    """Return what the kept one is to be written less of, as the other wished."""
    fields: dict[str, Any] = {}
    comments = less_mail(kept.comment_mail, lost.comment_mail)
    if comments != kept.comment_mail:
        fields["comment_mail"] = comments
    if kept.check_in_mail and not lost.check_in_mail:
        fields["check_in_mail"] = False
    return fields


def may_be_listed(kept: Partner, lost: Partner) -> bool:
    """Keep the consent that the kept one gave, unless the other took theirs back."""
    return bool(kept.listing_agreed_at) and not _took_back(lost, LISTING)


def may_show_logo(kept: Partner, lost: Partner, *, taken: bool) -> bool:
    """Keep the consent as above; for the other's logo, `taken`, both must agree."""
    agreed = bool(kept.logo_agreed_at) and (bool(lost.logo_agreed_at) or not taken)
    return agreed and not _took_back(lost, LOGO)


def _took_back(partner: Partner, consent: Words) -> bool:
    words = AuditEntry.objects.filter(
        model="members.partner", target_pk=str(partner.pk), action__in=consent
    ).first()
    return words is not None and words.action == consent.taken_back
