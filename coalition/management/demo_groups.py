"""Who does one thing together in the demo, and one group that has done its work."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Final

from coalition.common.clock import due
from members.models import GroupMember, Person, WorkingGroup
from members.services.audit import Actor
from members.services.groups import close_group, create_group, enter_group
from tasks.models import Audience, CheckInSchedule

# name, what for, open to all, since how many days, who leads, who else is in it
GROUPS: Final = (
    (
        "Health fair",
        "Prepares the fair at Eastquay: tables, food, interpreters.",
        True,
        -75,
        ("Hana Takeda",),
        ("Dev Patel", "Noor Siddiqui", "Peter Hollis", "Tomás Vega", "Zoe Tran"),
    ),
    (
        "Trucks and air",
        "Counts trucks, reads the monitors, writes to the port authority.",
        False,
        -140,
        ("Teo Lindgren", "Frank Moretti"),
        ("Bao Nguyen", "Kofi Danso", "Nadia Haddad", "Rosa Marín"),
    ),
    (
        "Welcome evening",
        "Prepared the evening on which the first ten partners met.",
        True,
        -400,
        (),
        ("Amina Khalif", "Grace Owusu"),
    ),
)
OVER: Final = "Welcome evening"


def load_groups(
    people: Mapping[str, Person],
    *,
    by: Actor,
    day: Callable[[int], date],
    moment: Callable[[int], datetime],
) -> None:
    for name, purpose, open_to_all, since, leading, others in GROUPS:
        group = create_group(by=by, name=name, purpose=purpose, open_to_all=open_to_all)
        for names, leads in ((leading, True), (others, False)):
            pks = [people[each].pk for each in names]
            enter_group(group=group, people=pks, by=by, leads=leads)
        GroupMember.objects.filter(group=group).update(joined_at=moment(since))
        if name == OVER:
            close_group(group=group, by=by)
            WorkingGroup.objects.filter(pk=group.pk).update(closed_at=moment(-330))
    _ask(WorkingGroup.objects.get(name=GROUPS[0][0]), day(4))


def _ask(group: WorkingGroup, first: date) -> None:
    """Let the group be asked every week; the first time is still to come."""
    schedule = CheckInSchedule(
        coalition=group.coalition,
        name="Health fair: are we ready?",
        audience=Audience.GROUP,
        group=group,
        every=1,
        anchor_date=first,
        local_time=time(12),
        timezone=group.coalition.timezone,
        window_days=3,
        asks_confidence=False,
    )
    schedule.next_opens_at = due(schedule, 0)
    schedule.save()
