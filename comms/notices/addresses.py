"""The mail that asks whether mail arrives, at an address that it came back from."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.signing import Link
from comms.models import ADDRESS, ADDRESS_VERSION, Delivery, Lane
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    return {row.pk: _words(row) for row in batch}


def _words(row: Delivery) -> Words:
    ids = row.coalition_id or 0, row.pk, row.person_id or 0
    link = Link(ADDRESS, *ids, ADDRESS_VERSION)
    return Words(
        subject=_("Does our mail reach you here?"),
        paragraphs=[
            _("Mail to this address came back, so we stopped writing to it."),
            _("If you read this, it works again. Say so, and you get what you chose."),
        ],
        button=_("Write to me here again"),
        url=absolute(link.path),
        why=_("You get this once because a coordinator asked whether it arrives."),
    )


def _sample(cast: Cast) -> Words:
    return _words(Delivery(**cast.make(person=cast.reader)))


KIND = NoticeKind(gettext_lazy("Does mail arrive?"), _write, Lane.FAST, _sample)
