"""Who wants no mail of what waits for them: they find it on their page."""

from collections.abc import Mapping, Sequence
from functools import wraps

from comms.models import Delivery, LeftOut, Wish
from comms.notices.words import Words, Write
from comms.sending.mail import Skip
from members.models import Person


def if_wanted(write: Write) -> Write:
    """Let it write to those who want such mail; the others are left out."""

    @wraps(write)
    def written(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
        refused = _unwanted(batch)
        wanted = [row for row in batch if row.person_id not in refused]
        left_out = {
            row.pk: Skip(refused[row.person_id])
            for row in batch
            if row.person_id in refused
        }
        return {**left_out, **(write(wanted) if wanted else {})}

    return written


def _unwanted(batch: Sequence[Delivery]) -> Mapping[int | None, LeftOut]:
    """Return whom to leave out, by person: who did not agree, or wants no updates."""
    people = {row.person_id or 0 for row in batch}
    wishes = Person.objects.filter(pk__in=people).values_list(
        "pk", "consent_digest", "mail_preference__updates"
    )
    return {
        pk: LeftOut.NO_UPDATES if agreed else LeftOut.NO_CONSENT
        for pk, agreed, wish in wishes
        if not agreed or wish == Wish.NONE
    }
