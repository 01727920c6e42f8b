"""Making and changing partners."""

from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from members.errors import NameTaken, NotYourPartner
from members.models import AuditEntry, Partner, PartnerAlias
from members.models.partner import PartnerStatus
from members.permissions import PARTNER_FIELDS, Permission
from members.services.apart import keep_new_apart
from members.services.audit import Actor, record_change, record_changes, snapshot
from members.services.editing import save_edit
from members.services.records import (
    locked,
    put_back,
    refuse_foreign,
    remove_record,
)
from members.services.speaking import partner_fields, refuse_stranger

FIELDS = PARTNER_FIELDS[Permission.PARTNERS_EDIT]


class Words(NamedTuple):
    """What the audit trail calls the two sides of a consent."""

    agreed: str
    taken_back: str


LISTING: Final = Words("agree to be listed", "no longer be listed")
LOGO: Final = Words("agree to show the logo", "no longer show the logo")


def create_partner(
    *, by: Actor, apart_from: Partner | None = None, **fields: Any
) -> Partner:
    """Add an active partner; raises NameTaken for a name or alias that is here.

    `apart_from` is whom it resembles but, as somebody said, is not.
    """
    partner = Partner(coalition=by.coalition, **fields)
    with transaction.atomic():
        _refuse_taken(partner)
        partner.save()
        record_change(
            action="create", target=partner, by=by, after=snapshot(partner, FIELDS)
        )
        if apart_from:
            changes = keep_new_apart([(partner, apart_from)])
            record_changes(changes=changes, by=by)
    return partner


def edit_partner(
    *,
    partner: Partner,
    version: int,
    by: Actor,
    **fields: Any,
) -> Partner:
    """Change what the form holds.

    Raises NameTaken, NotYourPartner, EditedMeanwhile, and RecordGone when it went
    into another one since.
    """
    if not fields.keys() <= set(partner_fields(partner, by)):
        raise NotYourPartner(partner)
    with transaction.atomic():
        stored = locked(partner)
        partner.name = fields.get("name", partner.name)
        _refuse_taken(partner)
        partner.name = stored.name
        return save_edit(record=partner, version=version, fields=fields, by=by)


def change_partner_status(
    *, partner: Partner, status: PartnerStatus, by: Actor, reason: str = ""
) -> Partner:
    """Pause, bring back or let go a partner; the reason stays in its history."""
    today = timezone.localdate()
    fields = {
        "status": status,
        "status_since": timezone.now(),
        "left_on": today if status == PartnerStatus.LEFT else None,
    }
    return save_edit(
        record=partner,
        version=partner.version,
        fields=fields,
        by=by,
        action="status",
        reason=reason,
    )


def set_listing(*, partner: Partner, agreed: bool, by: Actor) -> Partner:
    """Keep whether the partner agrees to be named in public; raises NotYourPartner."""
    return _set_consent("listing", LISTING, partner=partner, agreed=agreed, by=by)


def set_logo_consent(*, partner: Partner, agreed: bool, by: Actor) -> Partner:
    """Keep whether its logo may be shown in public; raises NotYourPartner."""
    return _set_consent("logo", LOGO, partner=partner, agreed=agreed, by=by)


def _set_consent(
    name: str, words: Words, *, partner: Partner, agreed: bool, by: Actor
) -> Partner:
    refuse_foreign(by, partner)
    refuse_stranger(partner, by)
    if agreed == bool(getattr(partner, f"{name}_agreed_at")):
        return partner
    fields = {
        f"{name}_agreed_at": timezone.now() if agreed else None,
        f"{name}_agreed_by": by.person if agreed else None,
    }
    return save_edit(
        record=partner,
        version=partner.version,
        fields=fields,
        by=by,
        action=words.agreed if agreed else words.taken_back,
    )


def add_alias(*, partner: Partner, name: str, by: Actor) -> PartnerAlias:
    """Remember another spelling; raises NameTaken."""
    alias = PartnerAlias(coalition=by.coalition, partner=partner, name=name)
    with transaction.atomic():
        _refuse_taken(alias)
        alias.save()
        record_change(
            action="add alias", target=partner, by=by, after={"alias": alias.name}
        )
    return alias


def remove_alias(*, alias: PartnerAlias, by: Actor) -> AuditEntry:
    """Forget a name; the entry is what `restore_alias` takes it back from."""
    with transaction.atomic():
        return remove_record(record=alias, by=by)


def restore_alias(*, entry: AuditEntry, by: Actor) -> None:
    """Undo `remove_alias`; raises NameTaken when a partner goes by it meanwhile."""
    with transaction.atomic():
        if Partner.objects.filter(name_key=entry.before["name_key"]).exists():
            raise NameTaken(entry.before["name"])
        put_back(entry=entry, by=by)


def _refuse_taken(named: Partner | PartnerAlias) -> None:
    """Raise NameTaken when the folded name is a partner's, or an alias, already."""
    key = named._meta.get_field("name_key").pre_save(named, add=False)  # noqa: SLF001
    partners = Partner.objects.filter(name_key=key)
    aliases = PartnerAlias.objects.filter(name_key=key)
    if isinstance(named, Partner) and named.pk:
        partners = partners.exclude(pk=named.pk)
        aliases = aliases.exclude(partner=named)
    if partners.exists() or aliases.exists():
        raise NameTaken(named.name)
