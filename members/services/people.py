"""Making and changing people: who they are, whom they stand for, what they may."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.errors import AccessEnded, AlreadyAffiliated, LastCoordinator, SaidNo
from members.models import (
    Affiliation,
    AuditEntry,
    Invitation,
    Membership,
    Partner,
    Person,
)
from members.models.membership import MembershipState
from members.models.person import AffiliationKind, Authority
from members.permissions import MemberRole
from members.queries.merges import merges_into, numbers_of
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import claim_version, save_edit

CONSENT = "consent"  # the audit action of a person's own choice
FIELDS = (
    "full_name",
    "email",
    "phone",
    "timezone",
    "language",
    "access_needs",
    "notes",
    "joined_on",
    "consent_digest",
)


def create_person(
    *,
    by: Actor,
    partner: Partner | None = None,
    role: MemberRole = MemberRole.MEMBER,
    **fields: Any,
) -> Person:
    """Add a person, with access as `role`, as a delegate of `partner` if given."""
    person = Person(coalition=by.coalition, **fields)
    person.consent_at = timezone.now() if person.consent_digest else None
    person.validate_constraints()
    with transaction.atomic():
        person.save()
        Membership.objects.create(coalition=by.coalition, person=person, role=role)
        after = snapshot(person, FIELDS) | {"role": role}
        record_change(action="create", target=person, by=by, after=after)
        if partner:
            add_affiliation(person=person, partner=partner, by=by)
    return person


def edit_person(
    *,
    person: Person,
    version: int,
    by: Actor,
    **fields: Any,
) -> Person:
    """Change what the form holds; a consent is dated when it is given.

    A new address is a new key: whoever has the old one loses the access, the calendar,
    and an invitation that went there. Raises SaidNo rather than consent for somebody who
    took their consent back.
    """
    if fields.get("consent_digest") and not person.consent_digest:
        if _said_no(person):
            raise SaidNo(person)
        fields["consent_at"] = timezone.now()
    with transaction.atomic():
        if fields.get("email", person.email) != person.email and person != by.person:
            members = Membership.objects.filter(person=person)
            members.exclude(user__email=fields["email"]).update(user=None)
            Person.objects.filter(pk=person.pk).update(calendar_key=None)
            asked = Invitation.objects.filter(person=person, accepted_at=None)
            asked.filter(revoked_at=None).update(revoked_at=timezone.now())
        return save_edit(record=person, version=version, fields=fields, by=by)


def own_words(person: Person) -> QuerySet[AuditEntry]:
    """Return what the person chose about updates, newest first, under any number."""
    return AuditEntry.objects.filter(
        model=person._meta.label_lower,  # noqa: SLF001
        target_pk__in=numbers_of(person, merges_into(person)),
        action=CONSENT,
    )


def _said_no(person: Person) -> bool:
    last = own_words(person).first()
    return last is not None and not last.after.get("consent_digest")


def add_affiliation(
    *,
    person: Person,
    partner: Partner,
    by: Actor,
    kind: str = AffiliationKind.DELEGATE,
    authority: str = Authority.DECIDES,
    from_on: date | None = None,
) -> Affiliation:
    """Let a person speak for, or work at, a partner; raises AlreadyAffiliated.

    And AccessEnded for whoever was removed: they are brought back first.
    """
    if Membership.objects.filter(person=person, state=MembershipState.REMOVED).exists():
        raise AccessEnded(person)
    affiliation = Affiliation(
        coalition=by.coalition,
        person=person,
        partner=partner,
        kind=kind,
        authority=authority,
        from_on=from_on,
    )
    try:
        with transaction.atomic():
            affiliation.save()
            record_change(
                action="affiliate",
                target=person,
                by=by,
                after={"partner": partner, "kind": kind, "authority": authority},
            )
    except IntegrityError as error:
        raise AlreadyAffiliated(person, partner) from error
    return affiliation


def edit_affiliation(
    *, affiliation: Affiliation, version: int, by: Actor, **fields: Any
) -> Affiliation:
    """Change how a person stands for a partner: as what, how far, from when."""
    with transaction.atomic():
        claim_version(affiliation, version)
        before = snapshot(affiliation, fields)
        for name, value in fields.items():
            setattr(affiliation, name, value)
        affiliation.validate_constraints()
        affiliation.save(update_fields=list(fields))
        after = snapshot(affiliation, fields)
        if before != after:
            record_change(
                action="change affiliation",
                target=affiliation.person,
                by=by,
                before=before,
                after=after | {"partner": affiliation.partner},
            )
    return affiliation


def end_affiliation(
    *, affiliation: Affiliation, by: Actor, on: date | None = None
) -> Affiliation:
    """End it as of a date (today), or as it begins; what was done in its name stays."""
    with transaction.atomic():
        last_day = on or timezone.localdate()
        affiliation.to_on = max(last_day, affiliation.from_on or last_day)
        affiliation.save(update_fields=["to_on"])
        record_change(
            action="end affiliation",
            target=affiliation.person,
            by=by,
            before={"partner": affiliation.partner},
        )
    return affiliation


def resume_affiliation(*, affiliation: Affiliation, by: Actor) -> Affiliation:
    """Take an end back; raises AlreadyAffiliated when there is a newer one."""
    try:
        with transaction.atomic():
            affiliation.to_on = None
            affiliation.save(update_fields=["to_on"])
            record_change(
                action="resume affiliation",
                target=affiliation.person,
                by=by,
                after={"partner": affiliation.partner},
            )
    except IntegrityError as error:
        raise AlreadyAffiliated(affiliation.person, affiliation.partner) from error
    return affiliation


def change_access(
    *, membership: Membership, version: int, role: str, state: str, by: Actor
) -> Membership:
    """Change what a person may do; raises LastCoordinator rather than lock all out.

    And EditedMeanwhile: an old page must not give back what was taken since.
    """
    with transaction.atomic():
        _keep_one_coordinator(membership, role, state)
        claim_version(membership, version)
        before = snapshot(membership, ("role", "state"))
        membership.role, membership.state = role, state
        membership.save(update_fields=["role", "state", "updated_at"])
        record_change(
            action="access",
            target=membership.person,
            by=by,
            before=before,
            after=snapshot(membership, ("role", "state")),
        )
    return membership


def change_state(*, membership: Membership, state: str, by: Actor) -> Membership:
    """End the access as it stands now, or give it back; the role stays."""
    return change_access(
        membership=membership,
        version=membership.version,
        role=membership.role,
        state=state,
        by=by,
    )


def _keep_one_coordinator(membership: Membership, role: str, state: str) -> None:
    # Locked, so that two coordinators cannot step down at the same moment.
    coordinators = (
        Membership.objects.active()
        .filter(role=MemberRole.COORDINATOR)
        .order_by("pk")
        .select_for_update()
    )
    stays = role == MemberRole.COORDINATOR and state == MembershipState.ACTIVE
    if not stays and not {m.pk for m in coordinators} - {membership.pk}:
        raise LastCoordinator
