"""Tasks and who carries them."""

from tasks.models.task import Assignment, AssignmentStatus, Letter, Task

__all__ = ["Assignment", "AssignmentStatus", "Letter", "Task"]
