"""A coalition ends: closed and opened again, or deleted after a term of waiting."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from coalition.common.languages import spoken
from coalition.web.services.purge import purge
from comms.services.account_mail import AccountMail, queue_account_mail
from comms.updates.links import in_coalition
from members.errors import CoalitionMoved, NotTakenOut
from members.models import AuditEntry, Coalition, Membership
from members.permissions import MemberRole
from members.services.audit import Actor, record_change

TERM: Final = timedelta(days=14)
FRESH: Final = timedelta(days=1)  # as long as an archive is all there is
NEWS: Final = timedelta(days=3)  # a relay that is down may come back


def close_coalition(*, coalition: Coalition, by: Actor) -> None:
    """Send nothing more, change nothing more; everybody can still read.

    Raises CoalitionMoved when it is closed already.
    """
    now = timezone.now()
    with transaction.atomic():
        _move(coalition, {"closed_at": None}, closed_at=now, mail_paused_at=now)
        record_change(action="close", target=coalition, by=by)


def reopen_coalition(*, coalition: Coalition, by: Actor) -> None:
    """Go on as before; raises CoalitionMoved when it is open, or to be deleted."""
    closed = {"closed_at__isnull": False, "deletion_at": None}
    with transaction.atomic():
        _move(coalition, closed, closed_at=None, mail_paused_at=None)
        record_change(action="reopen", target=coalition, by=by)


def last_archive(now: datetime) -> AuditEntry | None:
    """Return when everything was taken out of this coalition, within a day."""
    taken = AuditEntry.objects.filter(action="export everything", at__gt=now - FRESH)
    return taken.select_related("actor").order_by("-pk").first()


def ask_deletion(*, coalition: Coalition, by: Actor) -> None:
    """Close it, and delete it when the term is over; every coordinator is told.

    Raises NotTakenOut, CoalitionMoved.
    """
    now = timezone.now()
    if last_archive(now) is None:
        raise NotTakenOut
    with transaction.atomic():
        _move(
            coalition,
            {"deletion_at": None, "is_example": False},
            deletion_at=now + TERM,
            closed_at=Coalesce(F("closed_at"), now),
            mail_paused_at=Coalesce(F("mail_paused_at"), now),
        )
        record_change(action="ask deletion", target=coalition, by=by)
        _tell(coalition, _asked, by)


def call_off_deletion(*, coalition: Coalition, by: Actor) -> None:
    """Keep it; it stays closed until somebody opens it. Raises CoalitionMoved."""
    in_time = {"deletion_at__gt": timezone.now()}
    with transaction.atomic():
        _move(coalition, in_time, deletion_at=None)
        record_change(action="call off deletion", target=coalition, by=by)
        _tell(coalition, _called_off, by)


def delete_coalition(*, coalition: Coalition, now: datetime) -> bool:
    """Delete what is due by now, all of it, and tell who coordinated."""
    with transaction.atomic():
        due = Coalition.objects.select_for_update().filter(
            pk=coalition.pk, deletion_at__lte=now
        )
        if not due.exists():
            return False
        _tell(coalition, _deleted, None)
        purge(coalition=coalition)
    return True


def remove_example(*, coalition: Coalition) -> None:
    """Delete an example at once; raises CoalitionMoved when it is none."""
    with transaction.atomic():
        if not Coalition.objects.filter(pk=coalition.pk, is_example=True).exists():
            raise CoalitionMoved
        purge(coalition=coalition)


def _move(coalition: Coalition, expected: dict[str, Any], **to: Any) -> None:
    rows = Coalition.objects.filter(pk=coalition.pk, **expected)
    if not rows.update(**to, updated_at=timezone.now()):
        raise CoalitionMoved
    coalition.refresh_from_db()


Write = Callable[[Coalition, str], AccountMail]


def _tell(coalition: Coalition, write: Write, by: Actor | None) -> None:
    """Mail every coordinator, outside of the coalition: its own mail rests, and ends."""
    who = str(by.person) if by and by.person else str(coalition)
    coordinators = Membership.objects.active().filter(role=MemberRole.COORDINATOR)
    for membership in coordinators.select_related("person"):
        person = membership.person
        language = spoken(person.language, coalition.language)
        if person.email:
            with override(language):
                mail = write(coalition, who)
            queue_account_mail(to=person.email, language=language, mail=mail, life=NEWS)


def _asked(coalition: Coalition, who: str) -> AccountMail:
    day = timezone.localdate(coalition.deletion_at, coalition.zone)
    words = {"who": who, "name": coalition, "day": date_format(day, "LONG_DATE_FORMAT")}
    return _mail(
        _("%(name)s is to be deleted on %(day)s") % words,
        _("%(who)s asked to delete %(name)s. From now on it sends nothing.") % words,
        _("On %(day)s everything in it is deleted for good.") % words,
        _("Until then any coordinator can call it off here:"),
        in_coalition("web:coalition_ending", coalition.slug),
    )


def _called_off(coalition: Coalition, who: str) -> AccountMail:
    words = {"who": who, "name": coalition}
    return _mail(
        _("%(name)s is not deleted") % words,
        _("%(who)s called it off. It stays closed until a coordinator opens it:")
        % words,
        in_coalition("web:coalition_ending", coalition.slug),
    )


def _deleted(coalition: Coalition, who: str) -> AccountMail:
    words = {"name": coalition}
    return _mail(
        _("%(name)s was deleted") % words,
        _("Everything in it is gone, as asked two weeks ago. Thank you for all of it.")
        % words,
    )


def _mail(subject: str, *paragraphs: str) -> AccountMail:
    return AccountMail(subject, "\n\n".join(paragraphs) + "\n")
