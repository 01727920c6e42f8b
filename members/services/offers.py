"""What partners can lend the others: offered, changed, taken back."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from members.models import AuditEntry, CapacityOffer, Partner
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, put_back, refuse_foreign, remove_record
from members.services.speaking import refuse_stranger


class OfferFields(TypedDict, total=False):
    kind: str
    amount: str
    until_on: date | None
    note: str


def create_offer(
    *, partner: Partner, by: Actor, **fields: Unpack[OfferFields]
) -> CapacityOffer:
    """Offer something in the partner's name; raises NotYourPartner."""
    refuse_foreign(by, partner)
    refuse_stranger(partner, by)
    with transaction.atomic():
        offer = CapacityOffer.objects.create(
            coalition=by.coalition, partner=partner, **fields
        )
        record_change(
            action="create",
            target=offer,
            by=by,
            after=snapshot(offer, ("partner", *fields)),
        )
    return offer


def edit_offer(
    *, offer: CapacityOffer, version: int, by: Actor, **fields: Unpack[OfferFields]
) -> CapacityOffer:
    """Raise NotYourPartner, and EditedMeanwhile when somebody saved since `version`."""
    refuse_foreign(by, offer)
    refuse_stranger(offer.partner, by)
    return save_edit(record=offer, version=version, fields=fields, by=by)


def delete_offer(*, offer: CapacityOffer, by: Actor) -> AuditEntry:
    """Take it back; the entry is what `restore_offer` needs."""
    refuse_foreign(by, offer)
    refuse_stranger(offer.partner, by)
    with transaction.atomic():
        return remove_record(record=locked(offer), by=by)


def restore_offer(*, entry: AuditEntry, by: Actor) -> None:
    partner = Partner.objects.get(pk=entry.before["partner_id"])
    refuse_stranger(partner, by)
    put_back(entry=entry, by=by)
