"""Tasks, who carries them, and what is said about them and about goals."""

from tasks.models.comment import COMMENTS, Comment, Hearing, Subject, kind_of
from tasks.models.task import CARRYING, Assignment, AssignmentStatus, Letter, Task

__all__ = [
    "CARRYING",
    "COMMENTS",
    "Assignment",
    "AssignmentStatus",
    "Comment",
    "Hearing",
    "Letter",
    "Subject",
    "Task",
    "kind_of",
]
