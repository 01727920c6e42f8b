"""What a merge would do, told before it is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.web.services.merging.rights import (
    access_of_both,
    consents,
    may_be_listed,
    may_show_logo,
)
from coalition.web.services.merging.rows import references, rows_of
from members.models import Membership, Partner, PermissionGrant, Person
from members.models.membership import MembershipState
from members.permissions import MemberRole
from members.services.audit import Actor


@dataclass(frozen=True, slots=True)
class MergePreview:
    says: list[str]
    warns: list[str]


def merge_preview(
    kept: Partner | Person, lost: Partner | Person, *, by: Actor
) -> MergePreview:
    says = [_moves(lost)]
    warns: list[str] = []
    if isinstance(kept, Partner) and isinstance(lost, Partner):
        warns += _listing(kept, lost)
    elif isinstance(kept, Person) and isinstance(lost, Person):
        says += _access(kept, lost, by)
        warns += [*_accounts(kept, lost), *_rights(kept, lost), *_consent(kept, lost)]
    return MergePreview(says, warns)


def _moves(lost: Partner | Person) -> str:
    count = sum(
        rows_of(model).filter(**{key.attname: lost.pk}).count()
        for model, key in references(type(lost))
    )
    return ngettext(
        "%(n)d record that names %(lost)s names the other one then.",
        "%(n)d records that name %(lost)s name the other one then.",
        count,
    ) % {"n": count, "lost": lost}


def _listing(kept: Partner, lost: Partner) -> Iterator[str]:
    if kept.listing_agreed_at and not may_be_listed(kept, lost):
        yield _("One of the two asked not to be named in public; that counts.")
    if kept.logo_agreed_at and not may_show_logo(kept, lost, taken=False):
        yield _("One of the two asked not to show its logo in public; that counts.")
    elif kept.logo_agreed_at and lost.logo_id and not lost.logo_agreed_at:
        yield _(
            "%(lost)s did not agree that its logo is shown in public. If you choose "
            "that one, ask them."
        ) % {"lost": lost}


def _memberships(
    kept: Person, lost: Person
) -> tuple[Membership | None, Membership | None]:
    rows = Membership.objects.filter(person__in=[kept, lost]).select_related("user")
    found = {member.person_id: member for member in rows}
    return found.get(kept.pk), found.get(lost.pk)


def _access(kept: Person, lost: Person, by: Actor) -> Iterator[str]:
    one, other = _memberships(kept, lost)
    if one is None:
        return
    access = access_of_both(one, other, by=by)
    role, state = MemberRole(access.role), MembershipState(access.state)
    yield _("Access: %(role)s · %(state)s.") % {
        "role": role.label,
        "state": state.label,
    }


def _accounts(kept: Person, lost: Person) -> Iterator[str]:
    one, other = _memberships(kept, lost)
    if one and other and one.user and other.user:
        yield _(
            "Both can sign in. The account with %(kept)s stays; the one with %(lost)s "
            "opens this coalition no more."
        ) % {"kept": one.user.email, "lost": other.user.email}


def _rights(kept: Person, lost: Person) -> Iterator[str]:
    """Tell that a standing role goes along, and with it what it allows."""
    living = PermissionGrant.objects.living(timezone.localdate()).filter(person=lost)
    for role in living.order_by("because").values_list("because", flat=True).distinct():
        yield _("%(kept)s then has what the role “%(role)s” allows.") % {
            "kept": kept,
            "role": role,
        }


def _consent(kept: Person, lost: Person) -> Iterator[str]:
    if kept.consent_digest and not consents(kept, lost):
        yield _("One of the two said no to updates; the no counts for both.")
    elif lost.consent_digest and not kept.consent_digest:
        yield _(
            "%(lost)s agreed to get updates, %(kept)s did not. A merge gives no "
            "consent: keep the other one, or ask them."
        ) % {"lost": lost, "kept": kept}
