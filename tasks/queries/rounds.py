"""One round of check-ins as those who lead see it: what was said, and who is quiet."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.models import (
    SPOKEN,
    CheckIn,
    CheckInCycle,
    CheckInState,
    SeenBy,
)

# The question in turn has no promise of its own: it goes with progress.
SEEN_WITH = {
    "progress": "progress_seen_by",
    "answer": "progress_seen_by",
    "hurdle": "hurdle_seen_by",
    "ask": "ask_seen_by",
    "win": "win_seen_by",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer, without what is not for the eyes of whoever reads."""

    check_in: CheckIn
    is_whole: bool

    @property
    def reports(self) -> list[tuple[str, str]]:
        reports = self.check_in.task_reports.all()
        return [(r.task.title, str(r.get_word_display())) for r in reports]

    @property
    def partners(self) -> str:
        return ", ".join(str(voice.partner) for voice in self.check_in.voices.all())


@dataclass(frozen=True, slots=True)
class RoundPage:
    cycle: CheckInCycle
    heard: Sequence[Heard]
    quiet: Sequence[Heard]
    elsewhere: Sequence[Heard]  # on leave, or somebody answers for them

    @property
    def answered(self) -> list[Heard]:
        return [h for h in self.heard if h.check_in.state == CheckInState.ANSWERED]

    @property
    def nothing(self) -> list[Heard]:
        """Return who was heard, and had nothing to tell."""
        return [h for h in self.heard if h.check_in.state == CheckInState.NOTHING]


def round_page(cycle: CheckInCycle, *, sees_all: bool) -> RoundPage:
    """Read a round in a constant number of statements.

    Without `sees_all`, what was promised to coordinators alone is left blank.
    """
    rows = (
        cycle.check_ins.select_related("person", "handed_to", "entered_by", "cycle")
        .prefetch_related("voices__partner", "task_reports__task")
        .order_by("person__name_key", "id")
    )
    lines = [_line(row, cycle, sees_all=sees_all) for row in rows]
    return RoundPage(
        cycle=cycle,
        heard=[line for line in lines if line.check_in.state in SPOKEN],
        quiet=[line for line in lines if line.check_in.state == CheckInState.ASKED],
        elsewhere=[
            line
            for line in lines
            if line.check_in.state in {CheckInState.AWAY, CheckInState.HANDED_OVER}
        ],
    )


def _line(check_in: CheckIn, cycle: CheckInCycle, *, sees_all: bool) -> Heard:
    hidden = [] if sees_all else _hidden(check_in, cycle)
    for name in hidden:
        setattr(check_in, name, None if name == "confidence" else "")
    return Heard(check_in, is_whole=not hidden)


def _hidden(check_in: CheckIn, cycle: CheckInCycle) -> list[str]:
    """Return what was said in confidence; confidence itself always is."""
    kept = [
        name
        for name, column in SEEN_WITH.items()
        if getattr(cycle, column) == SeenBy.COORDINATORS
    ]
    return [name for name in (*kept, "confidence") if getattr(check_in, name)]
