"""Goals, their readings and milestones."""

from goals.models.goal import Goal, GoalReading, GoalState
from goals.models.milestone import Milestone

__all__ = ["Goal", "GoalReading", "GoalState", "Milestone"]
