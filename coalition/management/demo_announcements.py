"""What the demo's coordinator announced to a group, and what waits for her yes."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from coalition.common.clock import moment
from comms.models import Issue, Reach
from comms.services.announcements import draft_announcement
from comms.services.issues import approve_issue
from comms.services.release import release_issue
from comms.updates.addressees import Addressees
from comms.updates.happenings import Decision, Gathering
from members.models import Person, WorkingGroup
from members.services.audit import Actor

GROUP: Final = "Health fair"
LEAD: Final = "Hana Takeda"
SENT: Final = timedelta(days=2)
AHEAD: Final = timedelta(days=6)
WORDS: Final = (
    "Tables, chairs and the lung-test van are confirmed. **Bring a jacket:** the hall "
    "doors stay open. Who can interpret for Somali and Vietnamese, please tell me."
)


def load_announcements(
    people: Mapping[str, Person],
    deliver: Callable[[Issue, datetime], None],
    *,
    by: Actor,
    now: datetime,
) -> None:
    _send_event(people[LEAD], deliver, by, now)
    draft_announcement(
        happening=Decision(
            decided="We ask the port for shore power at two berths first",
            on=(now - timedelta(days=3)).date(),
            by="the steering group, seven to one",
            changes="The letter names berths 4 and 5. We come back to it in autumn.",
        ),
        by=by,
    )


def _send_event(
    lead: Person, deliver: Callable[[Issue, datetime], None], by: Actor, now: datetime
) -> None:
    group = WorkingGroup.objects.get(name=GROUP)
    day = (now + AHEAD).date()
    zone = by.coalition.timezone
    event = Gathering(
        title="Setting up the health fair",
        starts_at=moment(day, time(16), zone),
        ends_at=moment(day, time(19), zone),
        place="Eastquay school hall, side door",
    )
    issue = draft_announcement(
        happening=event,
        introduction=WORDS,
        addressees=Addressees(Reach.GROUP, (group.pk,), group.name),
        answered_by=lead,
        by=by,
    )
    approve_issue(issue=issue, sha256=issue.content_sha256, by=by)
    at = now - SENT
    release_issue(issue=issue, now=at, at_once=True, by=by)
    deliver(issue, at)
