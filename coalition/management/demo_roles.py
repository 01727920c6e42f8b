"""Who does what for longer in the demo."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from members.models import Person
from members.services.audit import Actor
from tasks.services.roles import create_role
from tasks.services.terms import give_role, hand_over

NOTES: Final = (
    "The radio wants two days’ notice. The list of journalists is in the shared folder."
)


def load_roles(
    people: Mapping[str, Person], *, by: Actor, day: Callable[[int], date]
) -> None:
    press = create_role(
        by=by,
        name="Speaks to the press",
        purpose="One voice when the radio calls.",
        duties="Answers journalists within a day. Shows quotes to whom they concern.",
        ask_about="media, radio, press releases",
        term_months=12,
    )
    first = give_role(
        role=press, person=people["Miriam Stein"], from_on=day(-300), by=by
    )
    hand_over(
        term=first,
        person=people["Bao Nguyen"],
        from_on=day(-40),
        handover_notes=NOTES,
        by=by,
    )
    notes = create_role(
        by=by,
        name="Takes the notes",
        purpose="Who was not there can read what was decided.",
        ask_about="minutes, decisions",
        seats=2,
        how_filled="rotates",
    )
    give_role(
        role=notes,
        person=people["Hana Takeda"],
        from_on=day(-60),
        to_on=day(20),
        by=by,
    )
    editor = create_role(
        by=by,
        name="Edits the update",
        purpose="What the partners read every second week is true, short and kind.",
        duties="Reads the draft on the day it comes, shortens it, and lets it go.",
        ask_about="the update, what goes into it",
        term_months=6,
        permissions=["updates.view", "updates.send"],
    )
    give_role(role=editor, person=people["Hana Takeda"], from_on=day(-30), by=by)
