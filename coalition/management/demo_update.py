"""What a coordinator of the demo made of the draft that waits for approval."""

from collections.abc import Mapping

from comms.models import Circle, Issue
from comms.services.quotes import add_quote, agree_to_quote
from comms.services.sections import create_section, open_section
from comms.updates.content import SectionKind
from members.models import Person, Via
from members.services.audit import Actor

OPENING = (
    "Two weeks ago we hoped for **one** more school. Read this as a list of people, "
    "not of tasks: each line is somebody's evening."
)
IN_CONFIDENCE = (
    "The landlord of Quay Street wants to see a draft before the hearing on sick time. "
    "Please keep it among us until Thursday, and call me *before* you talk to him."
)


ENGINE = (
    "A driver switched off his engine and asked my daughter to explain the sign. "
    "She is seven."
)
NURSE = "Last winter I knew the night nurse by name. This autumn I had to ask it."
# Who said it, how they are named, and whether they have said yes.
QUOTES = (
    ("Elena Popescu", "Elena Popescu, Quay Street Parents", ENGINE, True),
    ("Owen Clarke", "Owen Clarke, Harbor Asthma Network", NURSE, False),
)


def dress_draft(issue: Issue, people: Mapping[str, Person], by: Actor) -> None:
    """Write above what was achieved and to the steering group, and quote two people."""
    _quote(issue, people, by)
    issue = open_section(issue=issue, name=SectionKind.ACHIEVED, words=OPENING, by=by)
    create_section(
        issue=issue,
        heading="Before the hearing",
        words=IN_CONFIDENCE,
        circle=Circle.STEERING,
        by=by,
    )


def _quote(issue: Issue, people: Mapping[str, Person], by: Actor) -> None:
    """Let one have said yes, and another not have answered yet."""
    for name, signed, words, agreed in QUOTES:
        speaker = people[name]
        quote = add_quote(
            issue=issue, words=words, signed=signed, speaker=speaker, by=by
        )
        if agreed:
            who = Actor(by.coalition, speaker, Via.LINK)
            agree_to_quote(quote=quote, words=words, by=who)
