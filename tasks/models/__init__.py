"""Who does what by when, standing roles, what is said about the work, and check-ins."""

from tasks.models.assignment import (
    CARRYING,
    MISSED,
    Assignment,
    AssignmentStatus,
    Letter,
)
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
)
from tasks.models.comment import COMMENTS, Comment, Hearing, Subject, kind_of
from tasks.models.consultation import (
    CONSULTATION,
    CONSULTATION_ANSWER,
    Consultation,
)
from tasks.models.dependency import TaskDependency
from tasks.models.duty import DUTIES, NAMING, PART, TASK_DONE
from tasks.models.help import HELP, HELP_OFFERED, AskHelp, HelpState
from tasks.models.part import ChecklistItem, TaskLink
from tasks.models.reaching import ReachOut, ReachOutOutcome, ReachOutReason
from tasks.models.report import (
    PROPOSAL_ANSWERS,
    PROPOSALS,
    ROUND_REPORT,
    ReadingReport,
    TaskReport,
    TaskWord,
)
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
from tasks.models.task import Task
from tasks.models.trouble import (
    ASK,
    HURDLE,
    Ask,
    AskState,
    Hurdle,
    HurdleState,
)
from tasks.models.win import Win, WinUse

__all__ = [
    "ASK",
    "CARRYING",
    "CHECK_IN",
    "CHECK_IN_ENTERED",
    "COMMENTS",
    "CONSULTATION",
    "CONSULTATION_ANSWER",
    "DUTIES",
    "HELP",
    "HELP_OFFERED",
    "HURDLE",
    "MISSED",
    "NAMING",
    "PART",
    "PROPOSALS",
    "PROPOSAL_ANSWERS",
    "REMINDER",
    "ROUND_REPORT",
    "SPOKEN",
    "TASK_DONE",
    "Answering",
    "Ask",
    "AskHelp",
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
    "Consultation",
    "Hearing",
    "HelpState",
    "HowFilled",
    "Hurdle",
    "HurdleState",
    "Letter",
    "NotHeld",
    "PlanPage",
    "ReachOut",
    "ReachOutOutcome",
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
    "Win",
    "WinUse",
    "kind_of",
]
