"""A partner's logo: set, replaced, taken away and brought back."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from members.errors import LogoChanged
from members.models import AuditEntry, Partner, PartnerLogo
from members.models.logo import KEPT_FOR
from members.services.audit import Actor
from members.services.editing import save_edit
from members.services.records import locked, refuse_foreign
from members.services.speaking import refuse_stranger

SET, REMOVE, RESTORE = "logo", "remove logo", "restore logo"
UNDOABLE: Final = (SET, REMOVE)


def edit_logo(
    *,
    partner: Partner,
    version: int,
    picture: bytes | None,
    logo_alt: str,
    by: Actor,
) -> Partner:
    """Set the words in the logo, and the picture itself when there is a new one.

    Raises NotYourPartner and EditedMeanwhile.
    """
    refuse_foreign(by, partner)
    refuse_stranger(partner, by)
    fields: dict[str, object] = {"logo_alt": logo_alt}
    with transaction.atomic():
        if picture:
            fields["logo"] = PartnerLogo.objects.create(
                coalition=by.coalition, data=picture
            )
        return save_edit(
            record=partner,
            version=version,
            fields=fields,
            by=by,
            action=SET if picture else "edit",
        )


def remove_logo(*, partner: Partner, by: Actor) -> None:
    """Show the initials again; what it agreed to stays, for the next one."""
    refuse_foreign(by, partner)
    refuse_stranger(partner, by)
    save_edit(
        record=partner,
        version=partner.version,
        fields={"logo": None, "logo_alt": ""},
        by=by,
        action=REMOVE,
    )


def last_logo_change(partner: Partner) -> AuditEntry | None:
    """Return the entry from which the logo before can be brought back."""
    entry = AuditEntry.objects.filter(
        model=partner._meta.label_lower,  # noqa: SLF001
        target_pk=str(partner.pk),
        action__in=[*UNDOABLE, RESTORE],
    ).first()
    return entry if entry and entry.action in UNDOABLE else None


def restore_logo(*, entry: AuditEntry, partner: Partner, by: Actor) -> None:
    """Undo `edit_logo` or `remove_logo`; raises LogoChanged when it is too late."""
    refuse_foreign(by, partner)
    refuse_stranger(partner, by)
    with transaction.atomic():
        stored = locked(partner)
        before = entry.before.get("logo")
        logo = PartnerLogo.objects.filter(pk=before, partner=None).first()
        if stored.logo_id != entry.after.get("logo") or (before and logo is None):
            raise LogoChanged
        save_edit(
            record=stored,
            version=stored.version,
            fields={
                "logo": logo,
                "logo_alt": entry.before.get("logo_alt", stored.logo_alt),
            },
            by=by,
            action=RESTORE,
        )


def forget_old_logos() -> int:
    """Delete what no partner has named for a while; a merge may name it until then."""
    now = timezone.now()
    unused = PartnerLogo.objects.filter(partner=None)
    PartnerLogo.objects.filter(partner__isnull=False).exclude(let_go_at=None).update(
        let_go_at=None
    )
    unused.filter(let_go_at=None).update(let_go_at=now)
    deleted, _each = unused.filter(let_go_at__lte=now - KEPT_FOR).delete()
    return deleted
