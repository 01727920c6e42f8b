"""Writing and publishing the agreement, and accepting it for a partner."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from coalition.common.clock import months_after
from members.errors import (
    AcceptedAlready,
    LiesAhead,
    MustAskBoard,
    NotTheCurrentVersion,
    PublishedStays,
)
from members.models import Agreement, AgreementAcceptance, AuditEntry, Partner, Person
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import claim_version, save_edit
from members.services.records import locked, put_back, refuse_foreign, remove_record
from members.services.speaking import decides_for

ACCEPTANCE = ("agreement", "accepted_on", "accepted_by", "renew_on")


class AgreementFields(TypedDict, total=False):
    title: str
    text: str
    renewal_months: int | None


def create_agreement(*, by: Actor, **fields: Unpack[AgreementFields]) -> Agreement:
    """Begin the next version as a draft; there is one draft at a time."""
    with transaction.atomic():
        last = Agreement.objects.aggregate(last=Max("number"))["last"] or 0
        agreement = Agreement(coalition=by.coalition, number=last + 1, **fields)
        agreement.validate_constraints()
        agreement.save()
        after = snapshot(agreement, ("number", *fields))
        record_change(action="create", target=agreement, by=by, after=after)
    return agreement


def edit_agreement(
    *, agreement: Agreement, version: int, by: Actor, **fields: Unpack[AgreementFields]
) -> Agreement:
    """Change a draft; raises PublishedStays, EditedMeanwhile."""
    with transaction.atomic():
        _draft(agreement, by)
        return save_edit(record=agreement, version=version, fields=fields, by=by)


def publish_agreement(*, agreement: Agreement, version: int, by: Actor) -> Agreement:
    """Ask every partner for exactly this text; raises EditedMeanwhile."""
    with transaction.atomic():
        stored = _draft(agreement, by)
        claim_version(stored, version)
        stored.published_at, stored.published_by = timezone.now(), by.person
        stored.save(update_fields=["published_at", "published_by", "updated_at"])
        record_change(action="publish", target=stored, by=by)
    return stored


def delete_agreement(*, agreement: Agreement, by: Actor) -> AuditEntry:
    """Drop a draft; the entry is what `restore_agreement` takes it back from."""
    with transaction.atomic():
        return remove_record(record=_draft(agreement, by), by=by)


def restore_agreement(*, entry: AuditEntry, by: Actor) -> None:
    put_back(entry=entry, by=by)


def accept_agreement(
    *, agreement: Agreement, partner: Partner, by: Actor
) -> AgreementAcceptance:
    """Say yes as a delegate who may decide; raises MustAskBoard for anybody else."""
    if not decides_for(by.person, partner):
        raise MustAskBoard(partner)
    today = timezone.localdate()
    return _accept(agreement, partner, today, accepted_by=by.person, by=by)


def record_acceptance(
    *,
    agreement: Agreement,
    partner: Partner,
    accepted_on: date,
    by: Actor,
    accepted_by: Person | None = None,
) -> AgreementAcceptance:
    """Write down on a partner's behalf what it said on paper or by phone."""
    return _accept(agreement, partner, accepted_on, accepted_by=accepted_by, by=by)


def remove_acceptance(*, acceptance: AgreementAcceptance, by: Actor) -> AuditEntry:
    """Strike out what was recorded by mistake."""
    refuse_foreign(by, acceptance)
    with transaction.atomic():
        return remove_record(record=locked(acceptance), by=by)


def restore_acceptance(*, entry: AuditEntry, by: Actor) -> None:
    put_back(entry=entry, by=by)


def _draft(agreement: Agreement, by: Actor) -> Agreement:
    refuse_foreign(by, agreement)
    stored = locked(agreement)
    if stored.published_at:
        raise PublishedStays
    return stored


def _accept(
    agreement: Agreement,
    partner: Partner,
    on: date,
    *,
    accepted_by: Person | None,
    by: Actor,
) -> AgreementAcceptance:
    refuse_foreign(by, agreement, partner, accepted_by)
    if on > timezone.localdate():
        raise LiesAhead
    with transaction.atomic():
        _refuse_second(agreement, locked(partner), on)
        months = agreement.renewal_months
        acceptance = AgreementAcceptance.objects.create(
            coalition=by.coalition,
            agreement=agreement,
            partner=partner,
            accepted_on=on,
            accepted_by=accepted_by,
            recorded_by=by.person,
            renew_on=months_after(on, months) if months else None,
        )
        record_change(
            action="accept agreement",
            target=partner,
            by=by,
            after=snapshot(acceptance, ACCEPTANCE),
        )
    return acceptance


def _refuse_second(agreement: Agreement, partner: Partner, on: date) -> None:
    if agreement != Agreement.objects.current():
        raise NotTheCurrentVersion
    today = timezone.localdate()
    for earlier in AgreementAcceptance.objects.filter(
        agreement=agreement, partner=partner
    ):
        if earlier.accepted_on == on or not earlier.renewable(today):
            raise AcceptedAlready(partner)
