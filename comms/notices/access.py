"""Who may not read any more what a mail tells: roles change while it waits to leave."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps

from comms.models import Delivery, LeftOut
from comms.notices.words import Words, Write
from comms.sending.mail import Skip
from members.models import Membership
from members.permissions import Permission


def if_may(permission: Permission) -> Callable[[Write], Write]:
    """Let it write to those who have the permission as it leaves; in one statement."""

    def decorate(write: Write) -> Write:
        @wraps(write)
        def written(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
            people = {row.person_id or 0 for row in batch}
            able = Membership.objects.who_may(permission).filter(person__in=people)
            may = set(able.values_list("person_id", flat=True))
            told = [row for row in batch if row.person_id in may]
            refused = {
                row.pk: Skip(LeftOut.WITHDRAWN)
                for row in batch
                if row.person_id not in may
            }
            return {**refused, **(write(told) if told else {})}

        return written

    return decorate
