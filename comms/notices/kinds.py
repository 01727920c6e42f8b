"""Every kind of notice, and the apps that say what is due."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from coalition.common.notices import Notice
from comms.notices import (
    check_ins,
    comments,
    entered,
    handovers,
    invitations,
    renewals,
    replies,
)
from comms.notices.words import NoticeKind
from comms.queries import REPLY, replies_to_tell
from members.models.agreement import RENEWAL
from members.models.handover import HANDOVER, HANDOVER_ANSWER
from members.models.invitation import INVITATION
from members.queries.notices import notices_due as members_notices_due
from tasks.models import CHECK_IN, CHECK_IN_ENTERED, COMMENTS, REMINDER
from tasks.queries.asking import notices_due as check_ins_due
from tasks.queries.check_ins import entered_due
from tasks.queries.comments import notices_due as tasks_notices_due

SOURCES: Final[Sequence[Callable[[datetime], Sequence[Notice]]]] = (
    members_notices_due,
    tasks_notices_due,
    check_ins_due,
    entered_due,
    replies_to_tell,
)
KINDS: Final[Mapping[str, NoticeKind]] = {
    INVITATION: invitations.KIND,
    HANDOVER: handovers.QUESTION,
    HANDOVER_ANSWER: handovers.ANSWER,
    RENEWAL: renewals.KIND,
    COMMENTS: comments.KIND,
    CHECK_IN: check_ins.ASKS,
    REMINDER: check_ins.REMINDS,
    CHECK_IN_ENTERED: entered.KIND,
    REPLY: replies.KIND,
}
