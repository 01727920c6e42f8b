"""Tasks and who carries them."""

from tasks.models.task import CARRYING, Assignment, AssignmentStatus, Letter, Task

__all__ = ["CARRYING", "Assignment", "AssignmentStatus", "Letter", "Task"]
