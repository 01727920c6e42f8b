"""Issues, their deliveries, and the state of sending."""

from comms.models.delivery import (
    DELIVERY_ARROWS,
    Delivery,
    DeliveryEvent,
    DeliveryStatus,
    Lane,
    LeftOut,
    Suppression,
)
from comms.models.inbound import InboundMail, Outcome
from comms.models.issue import (
    DRAFTS,
    EDITABLE,
    ISSUE_ARROWS,
    Announcement,
    Issue,
    IssueKind,
    IssueState,
    Update,
    UpdateSchedule,
    Withdrawal,
)
from comms.models.preference import MailPreference, Wish
from comms.models.transport import DomainState, PausedBy, PumpOwner, TransportState

__all__ = [
    "DELIVERY_ARROWS",
    "DRAFTS",
    "EDITABLE",
    "ISSUE_ARROWS",
    "Announcement",
    "Delivery",
    "DeliveryEvent",
    "DeliveryStatus",
    "DomainState",
    "InboundMail",
    "Issue",
    "IssueKind",
    "IssueState",
    "Lane",
    "LeftOut",
    "MailPreference",
    "Outcome",
    "PausedBy",
    "PumpOwner",
    "Suppression",
    "TransportState",
    "Update",
    "UpdateSchedule",
    "Wish",
    "Withdrawal",
]
