"""The mail about who may lead since lately: to them, and to whoever coordinates."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
from members.models import AuditEntry, Person
from members.models.membership import MembershipState
from members.permissions import ROLE_WORDS, MemberRole
from members.queries.access_given import RANKS


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    entries = AuditEntry.objects.select_related("coalition", "actor").in_bulk(
        [int(row.source) for row in batch]
    )
    people = Person.objects.select_related("membership").in_bulk(
        [int(entry.target_pk) for entry in entries.values()]
    )
    return {row.pk: _words_for(row, entries, people) for row in batch}


def _words_for(
    row: Delivery, entries: Mapping[int, AuditEntry], people: Mapping[int, Person]
) -> Words | Skip:
    """Tell what they may do now; nothing when that is no more than members may."""
    entry = entries[int(row.source)]
    person = people[int(entry.target_pk)]
    member = person.membership
    if member.state != MembershipState.ACTIVE or member.role not in RANKS:
        return Skip(LeftOut.WITHDRAWN)
    return _words(
        entry, person, MemberRole(member.role), own=row.person_id == person.pk
    )


def _words(entry: AuditEntry, person: Person, role: MemberRole, *, own: bool) -> Words:
    names = {
        "who": person,
        "by": entry.actor or _("Whoever runs this site"),
        "coalition": entry.coalition,
        "role": role.label,
        "words": ROLE_WORDS[role],
    }
    subject, said = _own(names) if own else _others(names)
    return Words(
        subject=subject,
        paragraphs=[said, _("Not right? Say so at once, to a coordinator you know.")],
        button=_("See who may do what"),
        url=in_coalition("members:access_list", entry.coalition.slug),
        why=_("You get this because it is about what you may do here.")
        if own
        else _("You get this because you coordinate."),
    )


def _own(names: Mapping[str, object]) -> tuple[str, str]:
    return (
        _("Your access to %(coalition)s: %(role)s") % names,
        _("%(by)s gave it to you. It means: %(words)s") % names,
    )


def _others(names: Mapping[str, object]) -> tuple[str, str]:
    return (
        _("%(who)s has new access: %(role)s") % names,
        _("%(by)s gave it to %(who)s. It means: %(words)s") % names,
    )


def _sample(cast: Cast) -> Words | Skip:
    entry = AuditEntry(**cast.make(actor=cast.other))
    return _words(entry, cast.reader, MemberRole.STEERING, own=True)


KIND = NoticeKind(gettext_lazy("New access"), _write, Lane.FAST, _sample)
