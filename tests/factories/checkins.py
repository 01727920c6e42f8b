"""Factories of standing roles, check-ins and what they cause."""

from datetime import UTC, date, datetime, time

import factory

from coalition.common.clock import moment
from tasks.models import (
    Ask,
    AskHelp,
    CheckIn,
    CheckInCycle,
    CheckInPause,
    CheckInSchedule,
    CheckInVoice,
    Hurdle,
    ReachOut,
    ReachOutReason,
    ReadingReport,
    Role,
    RoleAssignment,
    TaskReport,
    TaskWord,
    Win,
    WinUse,
)
from tests.factories.base import BaseFactory, of_same
from tests.factories.goals import GoalFactory
from tests.factories.members import CoalitionFactory, PartnerFactory, PersonFactory
from tests.factories.tasks import TaskFactory


class RoleFactory(BaseFactory):
    class Meta:
        model = Role

    coalition = factory.SubFactory(CoalitionFactory)
    name = factory.Sequence(lambda n: f"Role {n}")


class RoleAssignmentFactory(BaseFactory):
    class Meta:
        model = RoleAssignment

    role = factory.SubFactory(RoleFactory)
    coalition = factory.SelfAttribute("role.coalition")
    person = of_same(PersonFactory)
    from_on = date(2026, 1, 1)


class CheckInScheduleFactory(BaseFactory):
    class Meta:
        model = CheckInSchedule

    coalition = factory.SubFactory(CoalitionFactory)
    name = factory.Sequence(lambda n: f"Check-in {n}")
    anchor_date = date(2026, 6, 1)
    local_time = time(9)
    timezone = factory.SelfAttribute("coalition.timezone")
    next_opens_at = factory.LazyAttribute(
        lambda made: moment(made.anchor_date, made.local_time, made.timezone)
    )


class CheckInPauseFactory(BaseFactory):
    class Meta:
        model = CheckInPause

    schedule = factory.SubFactory(CheckInScheduleFactory)
    coalition = factory.SelfAttribute("schedule.coalition")
    from_on = date(2026, 12, 20)
    to_on = date(2027, 1, 6)


class CheckInCycleFactory(BaseFactory):
    class Meta:
        model = CheckInCycle

    schedule = factory.SubFactory(CheckInScheduleFactory)
    coalition = factory.SelfAttribute("schedule.coalition")
    period = factory.Sequence(lambda n: n + 1)
    opens_at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    closes_at = datetime(2026, 6, 6, 9, tzinfo=UTC)
    progress_seen_by = factory.SelfAttribute("schedule.progress_seen_by")
    hurdle_seen_by = factory.SelfAttribute("schedule.hurdle_seen_by")
    ask_seen_by = factory.SelfAttribute("schedule.ask_seen_by")
    win_seen_by = factory.SelfAttribute("schedule.win_seen_by")


class CheckInFactory(BaseFactory):
    class Meta:
        model = CheckIn

    cycle = factory.SubFactory(CheckInCycleFactory)
    coalition = factory.SelfAttribute("cycle.coalition")
    person = of_same(PersonFactory)


class CheckInVoiceFactory(BaseFactory):
    class Meta:
        model = CheckInVoice

    check_in = factory.SubFactory(CheckInFactory)
    coalition = factory.SelfAttribute("check_in.coalition")
    partner = of_same(PartnerFactory)


class TaskReportFactory(BaseFactory):
    class Meta:
        model = TaskReport

    check_in = factory.SubFactory(CheckInFactory)
    coalition = factory.SelfAttribute("check_in.coalition")
    task = factory.SubFactory(
        TaskFactory, goal__coalition=factory.SelfAttribute("...coalition")
    )
    word = TaskWord.ON_TRACK


class ReadingReportFactory(BaseFactory):
    class Meta:
        model = ReadingReport

    check_in = factory.SubFactory(CheckInFactory)
    coalition = factory.SelfAttribute("check_in.coalition")
    goal = of_same(GoalFactory)
    value = 12


class HurdleFactory(BaseFactory):
    class Meta:
        model = Hurdle

    check_in = factory.SubFactory(CheckInFactory)
    coalition = factory.SelfAttribute("check_in.coalition")
    person = factory.SelfAttribute("check_in.person")
    text = factory.Sequence(lambda n: f"Hurdle {n}")


class AskFactory(BaseFactory):
    class Meta:
        model = Ask

    check_in = factory.SubFactory(CheckInFactory)
    coalition = factory.SelfAttribute("check_in.coalition")
    person = factory.SelfAttribute("check_in.person")
    text = factory.Sequence(lambda n: f"Ask {n}")


class AskHelpFactory(BaseFactory):
    class Meta:
        model = AskHelp

    ask = factory.SubFactory(AskFactory)
    coalition = factory.SelfAttribute("ask.coalition")
    partner = of_same(PartnerFactory)
    asked_at = datetime(2026, 6, 2, 9, tzinfo=UTC)


class ReachOutFactory(BaseFactory):
    class Meta:
        model = ReachOut

    cycle = factory.SubFactory(CheckInCycleFactory)
    coalition = factory.SelfAttribute("cycle.coalition")
    person = of_same(PersonFactory)
    reason = ReachOutReason.MISSED


class WinFactory(BaseFactory):
    class Meta:
        model = Win

    check_in = factory.SubFactory(CheckInFactory)
    coalition = factory.SelfAttribute("check_in.coalition")
    use = WinUse.KEPT
    words = factory.Sequence(lambda n: f"Win {n}")
