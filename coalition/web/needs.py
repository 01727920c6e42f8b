"""What waits for one person today: by what it is about, the most urgent first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Final

from django.utils import timezone

from coalition.web.agreement_needs import agreement_needs
from coalition.web.check_in_needs import (
    check_in_needs,
    proposal_needs,
    reach_out_needs,
)
from coalition.web.mail_needs import (
    errand_needs,
    mail_needs,
    quote_needs,
    stopped_needs,
)
from coalition.web.need import AT_ONCE, About, Need
from coalition.web.own_needs import (
    consulting_needs,
    late_needs,
    part_needs,
    view_needs,
)
from coalition.web.plan_needs import (
    declined_needs,
    milestone_needs,
    unaccounted_needs,
    unanswered_needs,
)
from coalition.web.role_needs import role_needs
from coalition.web.trouble_needs import feedback_needs, trouble_needs
from comms.queries import Upcoming
from goals.models import Milestone
from members.models import Membership
from members.permissions import Permission
from tasks.models import Assignment
from tasks.queries.board import TaskLine, Unanswered

SHOWN: Final = 5  # of a group; the others fold


@dataclass(frozen=True, slots=True)
class NeedGroup:
    about: About
    needs: list[Need] = field(default_factory=list)

    @property
    def shown(self) -> list[Need]:
        return self.needs[:SHOWN]

    @property
    def folded(self) -> list[Need]:
        return self.needs[SHOWN:]


@dataclass(frozen=True, slots=True)
class Needs:
    """Finds them in what the dashboard has loaded, and in ten statements more, twelve with standing roles."""

    membership: Membership
    now: datetime
    coming: Upcoming
    mine: list[Assignment]
    trouble: list[TaskLine]
    waiting: Unanswered
    milestones: list[Milestone]

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def groups(self) -> list[NeedGroup]:
        """Return the groups that have any, each where its most urgent one stands."""
        found: dict[About, NeedGroup] = {}
        for about, needs in self._by_urgency():
            for need in needs:
                found.setdefault(about, NeedGroup(about)).needs.append(need)
        return list(found.values())

    def _by_urgency(self) -> Iterator[tuple[About, Iterable[Need]]]:
        me, may = self.membership, self.membership.may
        if may(Permission.UPDATES_SEND):
            yield About.MAIL, stopped_needs(me)
        yield About.OWN, check_in_needs(me, self.now)
        yield About.OWN, part_needs(me, self.mine)
        yield About.OWN, view_needs(me)
        yield About.OWN, proposal_needs(me)
        yield About.OWN, quote_needs(me)
        if may(Permission.UPDATES_SEND):
            yield About.MAIL, mail_needs(me, self.coming)
        yield About.OWN, errand_needs(me)
        yield About.OWN, late_needs(me, self.mine, self.today)
        yield About.OWN, consulting_needs(me, self.today)
        yield About.VOICES, trouble_needs(me, self.now)
        if may(Permission.TASKS_EDIT):
            yield About.PLAN, unaccounted_needs(me, self.trouble, self.today)
            yield About.PLAN, declined_needs(me)
            yield About.PLAN, unanswered_needs(me, self.waiting, self.now)
            yield About.PARTNERS, islice(role_needs(me, self.today), AT_ONCE)
        if may(Permission.CHECKINS_EDIT):
            yield About.VOICES, reach_out_needs(me, self.now)
        if may(Permission.FEEDBACK_ANSWER):
            yield About.VOICES, feedback_needs(me, self.today)
        if may(Permission.GOALS_EDIT):
            yield About.PLAN, milestone_needs(me, self.milestones, self.today)
        if may(Permission.AGREEMENTS_EDIT):
            yield About.PARTNERS, agreement_needs(me, self.today)
