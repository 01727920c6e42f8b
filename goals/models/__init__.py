"""Goals, their readings and milestones, and how they stand."""

from goals.models.goal import Goal, GoalReading, GoalState, spell_number
from goals.models.milestone import Milestone
from goals.models.standing import Signs, Standing, standing_of

__all__ = [
    "Goal",
    "GoalReading",
    "GoalState",
    "Milestone",
    "Signs",
    "Standing",
    "spell_number",
    "standing_of",
]
