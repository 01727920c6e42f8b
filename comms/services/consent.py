"""Who wants mail: given and taken back by the person alone."""

from django.db import transaction
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.models import Suppression
from comms.models.delivery import SuppressionReason
from comms.sending.addresses import address_hashes
from members.models import Coalition, Person
from members.services.audit import Actor, record_change


def stop_mail(*, coalition: Coalition, addr_hmac: str) -> None:
    """Switch an address off, once or many times alike."""
    row = Suppression(
        coalition=coalition,
        addr_hmac=addr_hmac,
        reason=SuppressionReason.UNSUBSCRIBED,
    )
    Suppression.objects.bulk_create([row], ignore_conflicts=True)


def undo_stop(*, coalition: Coalition, addr_hmacs: list[str]) -> None:
    """Take back what the person themselves switched off, and nothing else."""
    with scope(coalition=coalition):
        Suppression.objects.active().filter(
            addr_hmac__in=addr_hmacs, reason=SuppressionReason.UNSUBSCRIBED
        ).update(lifted_at=timezone.now())


def gets_updates(person: Person) -> bool:
    """Say whether this person agreed, and did not unsubscribe since."""
    return person.consent_digest and not _stopped(person)


def _stopped(person: Person) -> bool:
    hashes = address_hashes(person.email or "")
    return (
        Suppression.objects.active()
        .filter(addr_hmac__in=hashes, reason=SuppressionReason.UNSUBSCRIBED)
        .exists()
    )


def choose_mail(*, person: Person, wants_updates: bool, by: Actor) -> None:
    """Set one's own consent; agreeing again also takes an unsubscribe back."""
    with transaction.atomic():
        before = {"consent_digest": person.consent_digest}
        person.consent_digest = wants_updates
        if wants_updates:
            person.consent_at = timezone.now()
            undo_stop(
                coalition=person.coalition,
                addr_hmacs=address_hashes(person.email or ""),
            )
        person.save(update_fields=["consent_digest", "consent_at", "updated_at"])
        record_change(
            action="consent",
            target=person,
            by=by,
            before=before,
            after={"consent_digest": wants_updates},
        )
