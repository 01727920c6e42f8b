"""Who wants mail: given and taken back by the person alone."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.models import MailPreference, Suppression, Wish
from comms.models.delivery import SuppressionReason
from comms.sending import journal
from comms.sending.addresses import address_hashes
from members.models import AuditEntry, Coalition, Merge, Person, Via
from members.models.person import CommentMail
from members.services.audit import Actor, record_change
from members.services.people import CONSENT, own_words

# The audit action of each choice, by the column that holds it.
CHOICES: Final = {"comment_mail": "comment mail", "check_in_mail": "check-in mail"}
TOLD: Final = (CommentMail.ALL, CommentMail.NAMED)


def stop_mail(*, coalition: Coalition, addr_hmac: str, via: Via = Via.LINK) -> None:
    """Switch an address off, once or many times alike, by a link in a mail.

    The person's consent ends with it, so that a new address does not bring it back.
    """
    with transaction.atomic(), scope(coalition=coalition):
        _switch_off(coalition, addr_hmac)
        for person in people_at(addr_hmac, consent_digest=True):
            by = Actor(coalition, person, via)
            _set_consent(person, wants_updates=False, by=by)
        for person in people_at(addr_hmac, comment_mail__in=TOLD):
            by = Actor(coalition, person, via)
            _choose(person, "comment_mail", CommentMail.NONE, by=by)
        for person in people_at(addr_hmac, check_in_mail=True):
            by = Actor(coalition, person, via)
            _choose(person, "check_in_mail", False, by=by)


def undo_stop(*, coalition: Coalition, addr_hmac: str) -> None:
    """Take back what the link switched off, and nothing else."""
    with transaction.atomic(), scope(coalition=coalition):
        _switch_on(coalition, [addr_hmac])
        for person in people_at(addr_hmac, consent_digest=False):
            if _stopped_by_link(person):
                by = Actor(coalition, person, Via.LINK)
                _set_consent(person, wants_updates=True, by=by)
        for person in people_at(addr_hmac, comment_mail=CommentMail.NONE):
            _take_back(person, "comment_mail")
        for person in people_at(addr_hmac, check_in_mail=False):
            _take_back(person, "check_in_mail")


def _take_back(person: Person, choice: str) -> None:
    """Choose again what was chosen before a link changed it, if that was the last."""
    last = AuditEntry.objects.filter(
        model=person._meta.label_lower,  # noqa: SLF001
        target_pk=str(person.pk),
        action=CHOICES[choice],
    ).first()
    if last and last.via == Via.LINK:
        by = Actor(person.coalition, person, Via.LINK)
        _choose(person, choice, last.before[choice], by=by)


def _switch_off(coalition: Coalition, addr_hmac: str) -> None:
    row = Suppression(
        coalition=coalition,
        addr_hmac=addr_hmac,
        reason=SuppressionReason.UNSUBSCRIBED,
    )
    Suppression.objects.bulk_create([row], ignore_conflicts=True)
    _note(coalition, [addr_hmac], off=True)


def _switch_on(coalition: Coalition, addr_hmacs: list[str]) -> None:
    Suppression.objects.active().filter(
        addr_hmac__in=addr_hmacs, reason=SuppressionReason.UNSUBSCRIBED
    ).update(lifted_at=timezone.now())
    _note(coalition, addr_hmacs, off=False)


def _note(coalition: Coalition, addr_hmacs: list[str], *, off: bool) -> None:
    journal.note_switched(
        addr_hmacs,
        coalition_id=coalition.pk,
        reason=SuppressionReason.UNSUBSCRIBED,
        off=off,
    )


def people_at(addr_hmac: str, **chose: Any) -> list[Person]:
    """Return who has the address, or had it before two records became one."""
    people = Person.objects.living().filter(**chose)
    merged = Merge.objects.standing().exclude(lost_email="").defer("trace")
    former = {
        merge.kept_person_id
        for merge in merged
        if addr_hmac in address_hashes(merge.lost_email)
    }
    return [
        person
        for person in people.exclude(email=None)
        if person.pk in former or addr_hmac in address_hashes(person.email or "")
    ]


def _stopped_by_link(person: Person) -> bool:
    last = own_words(person).first()
    return last is not None and last.via == Via.LINK


@dataclass(frozen=True, slots=True)
class Wishes:
    updates: Wish
    announcements: bool


def wishes_of(person: Person) -> Wishes:
    """Say what this person wants; nothing for who did not agree, or unsubscribed."""
    if not person.consent_digest or _stopped(person):
        return Wishes(Wish.NONE, announcements=False)
    chosen = MailPreference.objects.filter(person=person).first()
    if chosen is None:
        return Wishes(Wish.EVERY, announcements=True)
    return Wishes(Wish(chosen.updates), chosen.announcements)


def gets_updates(person: Person) -> bool:
    return wishes_of(person).updates != Wish.NONE


def _stopped(person: Person) -> bool:
    hashes = address_hashes(person.email or "")
    return (
        Suppression.objects.active()
        .filter(addr_hmac__in=hashes, reason=SuppressionReason.UNSUBSCRIBED)
        .exists()
    )


def choose_mail(
    *, person: Person, updates: str, announcements: bool, by: Actor
) -> None:
    """Set one's own wishes; nobody else can turn a no into a yes again.

    To want nothing is to take consent back. What was wanted before is kept for the day
    on which somebody takes that back.
    """
    hashes = address_hashes(person.email or "")
    wants = announcements or updates != Wish.NONE
    with transaction.atomic():
        if wants:
            _switch_on(person.coalition, hashes)
            _wish(person, Wishes(Wish(updates), announcements), by)
        _set_consent(person, wants_updates=wants, by=by)
        _switch_off_if_silent(person)


def _wish(person: Person, wishes: Wishes, by: Actor) -> None:
    row, _created = MailPreference.objects.get_or_create(person=person)
    before = {"updates": row.updates, "announcements": row.announcements}
    if before != asdict(wishes):
        row.updates, row.announcements = wishes.updates, wishes.announcements
        row.save(update_fields=["updates", "announcements", "updated_at"])
        record_change(
            action="choose_mail",
            target=person,
            by=by,
            before=before,
            after=asdict(wishes),
        )


def _set_consent(person: Person, *, wants_updates: bool, by: Actor) -> None:
    changed = person.consent_digest != wants_updates
    # A choice that changes nothing is kept as well: it is their last word.
    before = {"consent_digest": person.consent_digest} if changed else {}
    person.consent_digest = wants_updates
    if wants_updates:
        person.consent_at = timezone.now()
    person.save(update_fields=["consent_digest", "consent_at", "updated_at"])
    record_change(
        action=CONSENT,
        target=person,
        by=by,
        before=before,
        after={"consent_digest": wants_updates},
    )


def hears_comments(person: Person) -> CommentMail:
    """Say of which comments this person is told; of none after an unsubscribe."""
    if _stopped(person):
        return CommentMail.NONE
    return CommentMail(person.comment_mail)


def choose_comment_mail(*, person: Person, comments: CommentMail, by: Actor) -> None:
    """Set of which comments one is told, apart from the updates."""
    with transaction.atomic():
        if comments != CommentMail.NONE:
            _switch_on(person.coalition, address_hashes(person.email or ""))
        _choose(person, "comment_mail", comments, by=by)
        _switch_off_if_silent(person)


def hears_check_ins(person: Person) -> bool:
    """Say whether this person is asked by mail; not after an unsubscribe."""
    return person.check_in_mail and not _stopped(person)


def choose_check_in_mail(*, person: Person, check_ins: bool, by: Actor) -> None:
    """Set whether check-ins come by mail; whoever is asked finds them here anyway."""
    with transaction.atomic():
        if check_ins:
            _switch_on(person.coalition, address_hashes(person.email or ""))
        _choose(person, "check_in_mail", check_ins, by=by)
        _switch_off_if_silent(person)


def _switch_off_if_silent(person: Person) -> None:
    """Shut the address of who wants none of it."""
    hears = person.consent_digest or person.check_in_mail
    if person.email and not hears and person.comment_mail == CommentMail.NONE:
        _switch_off(person.coalition, address_hashes(person.email)[0])


def _choose(person: Person, choice: str, wish: str | bool, *, by: Actor) -> None:
    before = {choice: getattr(person, choice)}
    setattr(person, choice, wish)
    person.save(update_fields=[choice, "updated_at"])
    record_change(
        action=CHOICES[choice],
        target=person,
        by=by,
        before=before,
        after={choice: wish},
    )
