"""The hurdles and asks that open, change and go with the words of a check-in."""

from django.utils import timezone

from members.models import Person
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked
from tasks.errors import NotYourCheckIn
from tasks.models import Ask, CheckIn, Hurdle, HurdleState

STATE = ("state", "solved_at")
EDITED = ("text", "search_text", "seen_by", "version", "updated_at")


def follow_hurdle(*, check_in: CheckIn, text: str, by: Actor) -> None:
    _follow(Hurdle, check_in, text, check_in.cycle.hurdle_seen_by, by)


def follow_ask(*, check_in: CheckIn, text: str, by: Actor) -> None:
    _follow(Ask, check_in, text, check_in.cycle.ask_seen_by, by)


def solve(*, hurdle: Hurdle, of: Person, by: Actor) -> None:
    """Say that it is out of the way; whoever had it can."""
    stored = _own(hurdle, of)
    if stored.state != HurdleState.SOLVED:
        _move(stored, HurdleState.SOLVED, by)


def reopen_hurdle(*, hurdle: Hurdle, of: Person, by: Actor) -> None:
    """Take "solved" back."""
    stored = _own(hurdle, of)
    if stored.state == HurdleState.SOLVED:
        _move(stored, stored.unsolved_state, by)


def _own(hurdle: Hurdle, person: Person) -> Hurdle:
    if hurdle.person_id != person.pk:
        raise NotYourCheckIn(hurdle.person)
    return locked(hurdle)


def _move(hurdle: Hurdle, state: HurdleState, by: Actor) -> None:
    before = snapshot(hurdle, STATE)
    hurdle.state = state
    hurdle.solved_at = timezone.now() if state == HurdleState.SOLVED else None
    hurdle.version += 1
    hurdle.save(update_fields=[*STATE, "version", "updated_at"])
    after = snapshot(hurdle, STATE)
    action = "solve" if state == HurdleState.SOLVED else "reopen"
    record_change(action=action, target=hurdle, by=by, before=before, after=after)


def _follow(
    model: type[Hurdle | Ask], check_in: CheckIn, text: str, seen_by: str, by: Actor
) -> None:
    """Keep one row with the text, until somebody has acted on it.

    The trail says that there was one, never its words.
    """
    row = (
        model.objects.select_for_update(of=("self",)).filter(check_in=check_in).first()
    )
    if row is None and text:
        row = model.objects.create(
            coalition_id=check_in.coalition_id,
            check_in=check_in,
            person=check_in.person,
            text=text,
            seen_by=seen_by,
        )
        record_change(action="create", target=row, by=by, after={"state": row.state})
    elif row and row.is_untouched and not text:
        record_change(action="delete", target=row, by=by, before={"state": row.state})
        row.delete()
    elif row and row.is_untouched and row.text != text:
        row.text, row.seen_by, row.version = text, seen_by, row.version + 1
        row.save(update_fields=EDITED)
        record_change(action="edit", target=row, by=by)
