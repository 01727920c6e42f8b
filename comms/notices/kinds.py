"""Every kind of notice, and the apps that say what is due."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from coalition.common.notices import Notice
from comms.models import ADDRESS, APPROVAL, FEEDBACK, PAPER, QUOTE
from comms.notices import (
    access_given,
    addresses,
    approvals,
    asks,
    check_ins,
    comments,
    consultations,
    done,
    duties,
    entered,
    feedback,
    handovers,
    hurdles,
    invitations,
    paper,
    proposals,
    quotes,
    renewals,
    replies,
    round_report,
    terms,
)
from comms.notices.words import NoticeKind
from comms.queries import REPLY, replies_to_tell
from comms.queries.approvals import approvals_to_ask
from comms.queries.feedback import feedback_to_tell
from comms.queries.paper import couriers_to_tell
from comms.queries.quotes import quotes_to_ask
from members.models.agreement import RENEWAL
from members.models.handover import HANDOVER, HANDOVER_ANSWER
from members.models.invitation import INVITATION
from members.queries.access_given import ACCESS_GIVEN
from members.queries.notices import notices_due as members_notices_due
from tasks.models import (
    ASK,
    CHECK_IN,
    CHECK_IN_ENTERED,
    COMMENTS,
    CONSULTATION,
    CONSULTATION_ANSWER,
    DUTIES,
    HELP,
    HELP_OFFERED,
    HURDLE,
    PROPOSAL_ANSWERS,
    PROPOSALS,
    REMINDER,
    ROUND_REPORT,
    TASK_DONE,
)
from tasks.models.role import TERM_ENDS
from tasks.queries.asking import (
    notices_due as check_ins_due,
)
from tasks.queries.check_ins import (
    entered_due,
)
from tasks.queries.comments import (
    notices_due as tasks_notices_due,
)
from tasks.queries.consultations import (
    notices_due as consultations_due,
)
from tasks.queries.endings import notices_due as terms_due
from tasks.queries.informing import (
    notices_due as done_due,
)
from tasks.queries.telling import reports_due
from tasks.queries.trouble_notices import (
    troubles_due,
)

SOURCES: Final[Sequence[Callable[[datetime], Sequence[Notice]]]] = (
    members_notices_due,
    tasks_notices_due,
    check_ins_due,
    entered_due,
    consultations_due,
    duties.due,
    done_due,
    troubles_due,
    reports_due,
    replies_to_tell,
    terms_due,
    feedback_to_tell,
    quotes_to_ask,
    approvals_to_ask,
    couriers_to_tell,
)
KINDS: Final[Mapping[str, NoticeKind]] = {
    INVITATION: invitations.KIND,
    HANDOVER: handovers.QUESTION,
    HANDOVER_ANSWER: handovers.ANSWER,
    RENEWAL: renewals.KIND,
    ACCESS_GIVEN: access_given.KIND,
    COMMENTS: comments.KIND,
    CHECK_IN: check_ins.ASKS,
    REMINDER: check_ins.REMINDS,
    CHECK_IN_ENTERED: entered.KIND,
    CONSULTATION: consultations.QUESTION,
    CONSULTATION_ANSWER: consultations.ANSWER,
    DUTIES: duties.KIND,
    TASK_DONE: done.KIND,
    HURDLE: hurdles.KIND,
    ASK: asks.NEWS,
    HELP: asks.ASKED,
    HELP_OFFERED: asks.OFFERED,
    PROPOSALS: proposals.QUESTIONS,
    PROPOSAL_ANSWERS: proposals.ANSWERS,
    ROUND_REPORT: round_report.KIND,
    REPLY: replies.KIND,
    TERM_ENDS: terms.KIND,
    ADDRESS: addresses.KIND,  # no source: a coordinator sends it
    FEEDBACK: feedback.KIND,
    QUOTE: quotes.KIND,
    APPROVAL: approvals.KIND,
    PAPER: paper.KIND,
}
