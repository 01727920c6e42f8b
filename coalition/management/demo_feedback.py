"""What people of the demo say of the coalition, in each kind and state."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from comms.models import (
    Feedback,
    FeedbackKind,
    FeedbackSecond,
    FeedbackState,
    Visibility,
)
from comms.models.feedback import ANSWER_WITHIN
from comms.updates.links import in_coalition
from goals.models import Goal, Milestone
from members.models import Partner, Person
from members.services.audit import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFeedback:
    who: str  # nobody for what came without a name
    days: int
    kind: str
    text: str
    visibility: str = Visibility.OPEN
    goal: str = ""
    partner: str = ""
    seconds: tuple[str, ...] = ()
    taken: bool = False
    closed: int = 0
    state: str = ""
    answer: str = ""
    public: str = ""
    changed: Mapping[str, str] = field(default_factory=dict)


ASTHMA: Final = "Fewer children rushed to hospital with asthma"
AIR: Final = "Clean air at every port-side school gate"
SAID: Final = (
    DemoFeedback(
        who="Elena Popescu",
        days=23,
        kind=FeedbackKind.CONCERN,
        text=(
            "Meetings at 17:00 shut out everyone with a pickup run.\n"
            "Half of us are parents. We hear of decisions when they are made."
        ),
        seconds=("Nadia Haddad", "Tomás Vega", "Fartun Warsame", "Carla Mendes"),
        closed=6,
        state=FeedbackState.CHANGED,
        answer=(
            "From June the monthly meeting starts at 19:00, with childcare and a number "
            "to call in. Thank you for saying it."
        ),
        changed={"words": "Meetings start at 19:00"},
    ),
    DemoFeedback(
        who="Bao Nguyen",
        days=15,
        kind=FeedbackKind.IDEA,
        text="The forms are only in English. Could we have them in four languages?",
        seconds=("Ines Duarte", "Fartun Warsame"),
        closed=5,
        state=FeedbackState.CHANGED,
        answer="The action plan comes in four languages; the forms follow.",
        changed={"milestone": "Action plan in four languages"},
    ),
    DemoFeedback(
        who="Frank Moretti",
        days=19,
        kind=FeedbackKind.RESISTANCE,
        text="No trucks at school hours costs our members their first shift.",
        goal=AIR,
        seconds=("Sam Okafor",),
        closed=9,
        state=FeedbackState.EXPLAINED,
        answer=(
            "We keep the goal: children breathe in those hours. The harbor master agreed "
            "to shift the first loads by 40 minutes, so that nobody loses hours."
        ),
    ),
    DemoFeedback(
        who="Peter Hollis",
        days=26,
        kind=FeedbackKind.QUESTION,
        text="Could the coalition pay for a second van?",
        visibility=Visibility.COORDINATORS,
        closed=12,
        state=FeedbackState.CANNOT,
        answer="The grant does not cover vehicles. We ask the city again in autumn.",
        public="We were asked for a second van. The grant does not cover it this year.",
    ),
    DemoFeedback(
        who="Birgit Lund",
        days=7,
        kind=FeedbackKind.CONCERN,
        text="The side door at Pier 4 is no entrance. We should not need to ask.",
        seconds=("Joan Bellamy", "Walter Kowalski"),
        taken=True,
    ),
    DemoFeedback(
        who="Sofia Petrova",
        days=4,
        kind=FeedbackKind.QUESTION,
        text="Who tells the pediatricians when an action plan changes?",
        goal=ASTHMA,
    ),
    DemoFeedback(
        who="Jamal Carter",
        days=3,
        kind=FeedbackKind.CONCERN,
        text="Two delegates of the school district speak for the whole table, always.",
        visibility=Visibility.COORDINATORS,
        partner="Harbor Unified School District",
    ),
    DemoFeedback(
        who="",
        days=6,
        kind=FeedbackKind.CONCERN,
        text="Whoever disagrees at the table is called negative afterwards.",
        visibility=Visibility.ANONYMOUS,
        taken=True,
    ),
    DemoFeedback(
        who="",
        days=31,
        kind=FeedbackKind.RESISTANCE,
        text="We were not asked before our name stood on the letter.",
        visibility=Visibility.ANONYMOUS,
        closed=13,
        state=FeedbackState.CHANGED,
        answer="From now on every partner says yes in writing before its name is used.",
        changed={
            "words": "A yes in writing before a name is used",
            "page": "members:agreement_list",
        },
        public="No partner’s name stands on a letter any more before its yes in writing.",
    ),
    DemoFeedback(
        who="Zoe Tran",
        days=1,
        kind=FeedbackKind.IDEA,
        text="Let the youth count trucks with an app instead of on paper.",
        goal=AIR,
        seconds=("Kofi Danso",),
    ),
)


def load_feedback(
    people: Mapping[str, Person],
    *,
    by: Actor,
    day: Callable[[int], date],
    moment: Callable[[int, int], datetime],
) -> None:
    """Say it, each on its day; who was answered days ago gets no mail of it."""
    for said in SAID:
        feedback = Feedback.objects.create(
            coalition=by.coalition,
            author=people.get(said.who),
            thread_hash="" if said.who else secrets.token_hex(32),
            kind=said.kind,
            visibility=said.visibility,
            text=said.text,
            goal=Goal.objects.filter(title=said.goal).first(),
            partner=Partner.objects.filter(name=said.partner).first(),
            raised_on=day(-said.days),
            due_on=day(-said.days) + ANSWER_WITHIN,
            owner=by.person if said.taken or said.closed else None,
            **_outcome(said, by, moment),
        )
        FeedbackSecond.objects.bulk_create(
            FeedbackSecond(
                coalition=by.coalition, feedback=feedback, person=people[name]
            )
            for name in said.seconds
        )


def _outcome(
    said: DemoFeedback, by: Actor, moment: Callable[[int, int], datetime]
) -> dict[str, Any]:
    if not said.closed:
        taken = FeedbackState.ACKNOWLEDGED if said.taken else FeedbackState.NEW
        return {"state": taken}
    milestone = Milestone.objects.filter(title=said.changed.get("milestone")).first()
    page = said.changed.get("page")
    return {
        "state": said.state,
        "answer": said.answer,
        "public_words": said.public,
        "changed_milestone": milestone,
        "changed_words": said.changed.get("words", str(milestone or "")),
        "changed_url": in_coalition(page, by.coalition.slug) if page else "",
        "closed_at": moment(-said.closed, 12),
        "closed_by": by.person,
    }
