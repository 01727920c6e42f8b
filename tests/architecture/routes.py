"""Every route of a coalition, read from the URLconf, and what its ids stand for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models

from coalition.common.checks import COALITION_PREFIX, routes
from comms.models import Delivery, Feedback, InboundMail, Issue, Quote
from goals.models import Goal, GoalReading, Milestone
from members.models import (
    Affiliation,
    Agreement,
    AgreementAcceptance,
    AuditEntry,
    CapacityOffer,
    Coalition,
    GroupMember,
    Handover,
    Import,
    Invitation,
    KeptApart,
    Merge,
    Partner,
    PartnerAlias,
    Person,
    WorkingGroup,
)
from members.permissions import Permission
from tasks.models import (
    Ask,
    Assignment,
    CheckIn,
    CheckInCycle,
    CheckInPause,
    CheckInSchedule,
    ChecklistItem,
    Comment,
    Consultation,
    Hurdle,
    Role,
    RoleAssignment,
    SavedView,
    Task,
    TaskDependency,
    TaskLink,
)

Rows = Mapping[type[models.Model], Any]
# What an id in the path stands for: the word before it names the model.
MODELS: dict[str, type[models.Model]] = {
    "acceptances": AgreementAcceptance,
    "affiliations": Affiliation,
    "agreements": Agreement,
    "aliases": PartnerAlias,
    "archive": Issue,
    "assignments": Assignment,
    "changes": AuditEntry,
    "check-ins": CheckIn,
    "checklist-items": ChecklistItem,
    "comments": Comment,
    "consultations": Consultation,
    "deliveries": Delivery,
    "dependencies": TaskDependency,
    "feedback": Feedback,
    "goals": Goal,
    "group-places": GroupMember,
    "groups": WorkingGroup,
    "handovers": Handover,
    "asks": Ask,
    "hurdles": Hurdle,
    "imports": Import,
    "invitations": Invitation,
    "milestones": Milestone,
    "merges": Merge,
    "apart": KeptApart,
    "offers": CapacityOffer,
    "partners": Partner,
    "pauses": CheckInPause,
    "people": Person,
    "quotes": Quote,
    "readings": GoalReading,
    "roles": Role,
    "saved-views": SavedView,
    "schedules": CheckInSchedule,
    "task-links": TaskLink,
    "tasks": Task,
    "replies": InboundMail,
    "terms": RoleAssignment,
    "rounds": CheckInCycle,
    "updates": Issue,
}


@dataclass(frozen=True)
class Route:
    path: str
    name: str
    permission: Permission | Any  # another value means no gate, which test_gates tells

    @cached_property
    def arguments(self) -> dict[str, type[models.Model]]:
        found = re.findall(r"([\w-]+)/<(?:\w+:)?(\w+)>", self.path)
        return {name: MODELS[word] for word, name in found if name != "slug"}

    def url(self, coalition: Coalition, rows: Rows) -> str:
        """Return its address in a coalition, with ids out of these rows."""
        names = {name: rows[model].pk for name, model in self.arguments.items()}
        path = self.path.replace("<slug:slug>", coalition.slug)
        for name, value in names.items():
            path = re.sub(rf"<(\w+:)?{name}>", str(value), path)
        assert "<" not in path, f"Nobody knows what to put into {path}."
        return f"/{path}"


ROUTES = [
    Route(path, str(pattern.name), getattr(pattern.callback, "coalition_permission", 0))
    for path, pattern in routes()
    if path.startswith(COALITION_PREFIX)
]
