"""Two records that are one: everything goes to the one that stays."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction

from coalition.common.purging import merging
from coalition.web.services.merging.fields import chosen_fields
from coalition.web.services.merging.parts import settle_parts
from coalition.web.services.merging.rights import (
    access_of_both,
    consents,
    may_be_listed,
    may_show_logo,
    narrower_wishes,
)
from coalition.web.services.merging.rows import Repointing, columns, label
from coalition.web.services.merging.terms import settle_terms
from comms.models import Delivery, Issue, IssueState
from comms.models.delivery import DeliveryStatus
from members.errors import (
    ApprovedByTheOther,
    EditedMeanwhile,
    LastCoordinator,
    MailOnItsWay,
    OwnRowStays,
    RecordGone,
    SameRecord,
)
from members.models import Membership, Merge, MergeKind, Partner, PartnerAlias, Person
from members.permissions import MemberRole
from members.services.audit import Actor, record_change
from members.services.editing import save_edit
from members.services.people import CONSENT
from members.services.records import locked, refuse_foreign

R = TypeVar("R", Partner, Person)


def merge_partners(
    *,
    kept: Partner,
    lost: Partner,
    version: int,
    lost_version: int,
    by: Actor,
    **chosen: str,
) -> Merge:
    """Make one partner of two; `chosen` says per field whose word counts.

    Raises SameRecord, RecordElsewhere, RecordGone, EditedMeanwhile, CannotMerge.
    """
    with transaction.atomic(), merging():
        kept, lost = _both(kept, lost, lost_version, by)
        fields = chosen_fields(kept, lost, chosen)
        if kept.listing_agreed_at and not may_be_listed(kept, lost):
            fields |= {"listing_agreed_at": None, "listing_agreed_by": None}
        shown = may_show_logo(kept, lost, taken="logo" in fields)
        if kept.logo_agreed_at and not shown:
            fields |= {"logo_agreed_at": None, "logo_agreed_by": None}
        work = _take_over(kept, lost, version, fields, by)
        _keep_names(kept, lost, work)
        merge = Merge(kind=MergeKind.PARTNER, kept_partner=kept, lost_name=lost.name)
        return _note(merge, lost, work, by)


def merge_people(
    *,
    kept: Person,
    lost: Person,
    version: int,
    lost_version: int,
    by: Actor,
    **chosen: str,
) -> Merge:
    """Make one person of two, with no access and no consent that was not there.

    Raises, beside what `merge_partners` does, OwnRowStays, MailOnItsWay,
    ApprovedByTheOther and LastCoordinator.
    """
    if by.person is not None and by.person.pk == lost.pk != kept.pk:
        raise OwnRowStays
    with transaction.atomic(), merging():
        kept, lost = _both(kept, lost, lost_version, by)
        _refuse_fading(kept, lost)
        _refuse_own_approval(kept, lost)
        fields: dict[str, Any] = dict(chosen_fields(kept, lost, chosen))
        agrees = consents(kept, lost)
        withdrawn = kept.consent_digest and not agrees
        if withdrawn:
            fields["consent_digest"] = False
        fields |= narrower_wishes(kept, lost)
        access = _access(kept, lost, by)
        work = _take_over(kept, lost, version, fields, by)
        if access:
            _settle_access(kept, access, work)
        if withdrawn:
            note_consent(kept, agrees=False, by=by)
        merge = Merge(kind=MergeKind.PERSON, kept_person=kept, lost_name=lost.full_name)
        merge.lost_email = lost.email if lost.email and lost.email != kept.email else ""
        return _note(merge, lost, work, by)


def _both(kept: R, lost: R, lost_version: int, by: Actor) -> tuple[R, R]:
    """Lock the two, always in one order, so that two merges cannot wait in a ring."""
    if kept.pk == lost.pk:
        raise SameRecord
    refuse_foreign(by, kept, lost)
    first, second = sorted((kept, lost), key=lambda record: record.pk)
    now = {record.pk: record for record in (locked(first), locked(second))}
    if now[lost.pk].version != lost_version:
        raise EditedMeanwhile
    return now[kept.pk], now[lost.pk]


def _refuse_fading(*people: Person) -> None:
    if any(person.erased_at for person in people):
        raise RecordGone
    leaving = Delivery.objects.filter(status=DeliveryStatus.SENDING)
    if leaving.filter(person__in=people).exists():
        raise MailOnItsWay


def _refuse_own_approval(*people: Person) -> None:
    """One human would have approved what they edited, where a second one has to."""
    approved = Issue.objects.filter(state=IssueState.APPROVED, second_approval=True)
    for issue in approved.filter(edited_by__in=people, approved_by__in=people):
        raise ApprovedByTheOther(issue)


def _take_over(
    kept: R, lost: R, version: int, fields: Mapping[str, Any], by: Actor
) -> Repointing:
    """Move what points to the lost one, remove it, and set what was chosen."""
    before = columns(kept)
    work = Repointing(lost, kept)
    if isinstance(kept, Person):
        settle_terms(kept.pk, lost.pk, work)
    settle_parts(kept, lost, work)
    work.run()
    # As it was before anything moved: a partner can name the person that goes.
    work.remove(lost)
    save_edit(record=kept, version=version, fields=fields, by=by)
    work.note_change(kept, before)
    return work


def _keep_names(kept: Partner, lost: Partner, work: Repointing) -> None:
    """Let imports find the one under every name that either had."""
    [before] = [row for name, row, _ in work.trace.changed if name == label(kept)]
    used = PartnerAlias.objects.filter(partner=kept)
    keys = {kept.name_key, *used.values_list("name_key", flat=True)}
    for name, key in (
        (lost.name, lost.name_key),
        (before["name"], before["name_key"]),
    ):
        if key not in keys:
            alias = PartnerAlias(coalition=kept.coalition, partner=kept, name=name)
            alias.save()
            work.trace.made.append((label(alias), alias.pk))
            keys.add(key)


def _access(kept: Person, lost: Person, by: Actor) -> Any:
    members = {
        member.person_id: member
        for member in Membership.objects.select_for_update(of=("self",))
        .filter(person__in=[kept, lost])
        .select_related("user")
        .order_by("pk")
    }
    if kept.pk not in members:
        return None
    return access_of_both(members[kept.pk], members.get(lost.pk), by=by)


def _settle_access(kept: Person, access: Any, work: Repointing) -> None:
    member = Membership.objects.get(person=kept)
    before = columns(member)
    member.user, member.role, member.state = access.user, access.role, access.state
    if columns(member) != before:
        member.version += 1
        member.save(update_fields=["user", "role", "state", "version", "updated_at"])
    # Noted unchanged as well: undoing asks whether it was changed since.
    work.note_change(member, before)
    if not Membership.objects.active().filter(role=MemberRole.COORDINATOR).exists():
        raise LastCoordinator


def note_consent(person: Person, *, agrees: bool, by: Actor) -> None:
    """Write down what counts from now on, as the person's last word."""
    record_change(
        action=CONSENT, target=person, by=by, after={"consent_digest": agrees}
    )


def _note(merge: Merge, lost: Partner | Person, work: Repointing, by: Actor) -> Merge:
    merge.coalition, merge.merged_by = by.coalition, by.person
    merge.lost_pk = lost.pk
    merge.trace = work.trace.as_json()
    merge.save()
    record_change(
        action="merge", target=merge.kept, by=by, after={"merged": merge.lost_name}
    )
    record_change(
        action="merge into", target=lost, by=by, after={"into": merge.kept.pk}
    )
    return merge
