"""Who does what by when, standing roles, what is said about the work, and check-ins."""

from tasks.models.checkin import (
    CHECK_IN,
    CHECK_IN_ENTERED,
    REMINDER,
    SPOKEN,
    CheckIn,
    CheckInCycle,
    CheckInState,
    CheckInVoice,
    NotHeld,
    ReadingReport,
    TaskReport,
    TaskWord,
)
from tasks.models.comment import COMMENTS, Comment, Hearing, Subject, kind_of
from tasks.models.dependency import TaskDependency
from tasks.models.part import ChecklistItem, TaskLink
from tasks.models.role import HowFilled, Role, RoleAssignment
from tasks.models.saved_view import PlanPage, SavedView
from tasks.models.schedule import (
    Answering,
    Audience,
    Cadence,
    CheckInPause,
    CheckInSchedule,
    SeenBy,
)
from tasks.models.task import CARRYING, Assignment, AssignmentStatus, Letter, Task
from tasks.models.trouble import (
    Ask,
    AskState,
    Hurdle,
    HurdleState,
    ReachOut,
    ReachOutReason,
)

__all__ = [
    "CARRYING",
    "CHECK_IN",
    "CHECK_IN_ENTERED",
    "COMMENTS",
    "REMINDER",
    "SPOKEN",
    "Answering",
    "Ask",
    "AskState",
    "Assignment",
    "AssignmentStatus",
    "Audience",
    "Cadence",
    "CheckIn",
    "CheckInCycle",
    "CheckInPause",
    "CheckInSchedule",
    "CheckInState",
    "CheckInVoice",
    "ChecklistItem",
    "Comment",
    "Hearing",
    "HowFilled",
    "Hurdle",
    "HurdleState",
    "Letter",
    "NotHeld",
    "PlanPage",
    "ReachOut",
    "ReachOutReason",
    "ReadingReport",
    "Role",
    "RoleAssignment",
    "SavedView",
    "SeenBy",
    "Subject",
    "Task",
    "TaskDependency",
    "TaskLink",
    "TaskReport",
    "TaskWord",
    "kind_of",
]
