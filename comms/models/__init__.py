"""Issues, their deliveries, and the state of sending."""

from comms.models.approval import APPROVAL, PAPER
from comms.models.delivery import (
    DELIVERY_ARROWS,
    Delivery,
    DeliveryEvent,
    DeliveryStatus,
    Lane,
    LeftOut,
    Suppression,
)
from comms.models.editor import Editor
from comms.models.feedback import (
    ANSWERED,
    FEEDBACK,
    WAITING,
    Feedback,
    FeedbackKind,
    FeedbackSecond,
    FeedbackState,
    Visibility,
)
from comms.models.feedback_box import (
    A_MONTH,
    FeedbackBox,
    FeedbackMessage,
    FeedbackPeriod,
)
from comms.models.inbound import InboundMail, Outcome
from comms.models.issue import (
    DRAFTS,
    EDITABLE,
    GONE_OUT,
    ISSUE_ARROWS,
    RECALL_WAIT,
    Announcement,
    Circle,
    Issue,
    IssueKind,
    IssueState,
    Reach,
    Topic,
    Update,
)
from comms.models.paper import PaperCopy
from comms.models.preference import MailPreference, Wish
from comms.models.quote import QUOTE, QUOTE_VERSION, Quote, QuoteState
from comms.models.report import (
    ADDRESS,
    ADDRESS_VERSION,
    CAME_BACK,
    MailReport,
    ReportKind,
)
from comms.models.schedule import UpdateSchedule
from comms.models.transport import DomainState, PausedBy, PumpOwner, TransportState
from comms.models.withdrawal import Withdrawal

__all__ = [
    "ADDRESS",
    "ADDRESS_VERSION",
    "ANSWERED",
    "APPROVAL",
    "A_MONTH",
    "CAME_BACK",
    "DELIVERY_ARROWS",
    "DRAFTS",
    "EDITABLE",
    "FEEDBACK",
    "GONE_OUT",
    "ISSUE_ARROWS",
    "PAPER",
    "QUOTE",
    "QUOTE_VERSION",
    "RECALL_WAIT",
    "WAITING",
    "Announcement",
    "Circle",
    "Delivery",
    "DeliveryEvent",
    "DeliveryStatus",
    "DomainState",
    "Editor",
    "Feedback",
    "FeedbackBox",
    "FeedbackKind",
    "FeedbackMessage",
    "FeedbackPeriod",
    "FeedbackSecond",
    "FeedbackState",
    "InboundMail",
    "Issue",
    "IssueKind",
    "IssueState",
    "Lane",
    "LeftOut",
    "MailPreference",
    "MailReport",
    "Outcome",
    "PaperCopy",
    "PausedBy",
    "PumpOwner",
    "Quote",
    "QuoteState",
    "Reach",
    "ReportKind",
    "Suppression",
    "Topic",
    "TransportState",
    "Update",
    "UpdateSchedule",
    "Visibility",
    "Wish",
    "Withdrawal",
]
