"""The mail that asks a person in."""

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute
from members.models import Invitation


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    pending = (
        Invitation.objects.open(timezone.now())
        .select_related("coalition", "invited_by")
        .in_bulk([int(row.source) for row in batch])
    )
    return {row.pk: _words(pending.get(int(row.source)), row.to_norm) for row in batch}


def _words(invitation: Invitation | None, address: str) -> Words | Skip:
    # Its link lets in as whoever was asked: it must not reach their old address.
    if invitation is None or invitation.email != address:
        return Skip(LeftOut.WITHDRAWN)
    coalition = invitation.coalition
    day = timezone.localdate(invitation.expires_at, coalition.zone)
    names = {"who": invitation.invited_by or coalition, "coalition": coalition}
    return Words(
        subject=_("%(who)s invites you to %(coalition)s") % names,
        paragraphs=[
            coalition.purpose,
            _(
                "In Coalition we keep what we want together, who does what, and what "
                "we have won. It is a few minutes every second week, mostly from your "
                "phone. There is no password to remember."
            ),
            _("The link works until %(day)s.")
            % {"day": date_format(day, "MONTH_DAY_FORMAT")},
        ],
        quote=invitation.words,
        quoted=str(invitation.invited_by or ""),
        button=_("See what you are invited to"),
        url=absolute(invitation.link.path),
        why=_("You get this once, because %(who)s entered your address.") % names,
    )


def _sample(cast: Cast) -> Words | Skip:
    address = cast.reader.email or ""
    named = {"person": cast.reader, "invited_by": cast.other, "email": address}
    told = {"words": cast.said, "expires_at": cast.soon}
    return _words(Invitation(**cast.make(**named, **told)), address)


KIND = NoticeKind(gettext_lazy("Invitation"), _write, Lane.FAST, _sample)
