"""A win out of a check-in: a milestone reached, a line of the update, or a memory."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from goals.models import Goal, Milestone
from goals.services.milestones import (
    create_milestone,
    reach_milestone,
    unreach_milestone,
)
from members.models import Partner
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, refuse_foreign
from tasks.errors import NotAskedYet, NotForYou, NothingToCelebrate, SettledAlready
from tasks.models import CheckIn, SeenBy, Win, WinUse

TRAIL: Final = ("use", "milestone_id", "person_id", "partner_id")


@dataclass(frozen=True, slots=True)
class Credit:
    """Who is thanked; without `named` only the partner, or nobody."""

    named: bool = True
    partner: Partner | None = None


def keep_win(
    *,
    check_in: CheckIn,
    use: WinUse,
    words: str,
    by: Actor,
    credit: Credit | None = None,
    agreed: bool = False,
) -> Win:
    """Keep it, or let the next update tell it.

    What was not said to everybody is told only when they `agreed`.
    """
    with transaction.atomic():
        win = _begin(check_in, use, words, credit, by, agreed=agreed)
        return _save(win, by)


def reach_with_win(
    *,
    check_in: CheckIn,
    words: str,
    by: Actor,
    milestone: Milestone | None = None,
    goal: Goal | None = None,
    on: date | None = None,
    credit: Credit | None = None,
    agreed: bool = False,
) -> Win:
    """Mark a milestone as reached with it, or make one of the goal that is."""
    refuse_foreign(by, goal, milestone.goal if milestone else None)
    with transaction.atomic():
        win = _begin(check_in, WinUse.MILESTONE, words, credit, by, agreed=agreed)
        if milestone is None:
            if goal is None:
                raise NothingToCelebrate
            milestone = create_milestone(goal=goal, title=words[:200], by=by)
        win.milestone = reach_milestone(
            milestone=milestone,
            on=on or timezone.localdate(),
            person=win.person,
            partner=win.partner,
            note=words,
            by=by,
        )
        return _save(win, by)


def drop_win(*, win: Win, by: Actor) -> None:
    """Take back what came of it; a milestone that was reached with it is open again."""
    refuse_foreign(by, win)
    if not may(by, Permission.CHECKINS_EDIT):
        raise NotForYou
    with transaction.atomic():
        stored = locked(win)
        if stored.milestone and stored.milestone.reached_at:
            unreach_milestone(milestone=stored.milestone, by=by)
        before = snapshot(stored, TRAIL)
        record_change(action="delete", target=stored, by=by, before=before)
        stored.delete()


def _begin(
    check_in: CheckIn,
    use: WinUse,
    words: str,
    credit: Credit | None,
    by: Actor,
    *,
    agreed: bool,
) -> Win:
    """Return the row to be, of a check-in that is held meanwhile."""
    credit = credit or Credit()
    refuse_foreign(by, check_in, credit.partner)
    if not may(by, Permission.CHECKINS_EDIT):
        raise NotForYou
    stored = locked(check_in)
    if not stored.win:
        raise NothingToCelebrate
    if Win.objects.filter(check_in=stored).exists():
        raise SettledAlready
    told_to = stored.cycle.win_seen_by
    if use != WinUse.KEPT and told_to != SeenBy.MEMBERS and not agreed:
        raise NotAskedYet(stored.person)
    return Win(
        coalition=by.coalition,
        check_in=stored,
        use=use,
        words=words,
        person=stored.person if credit.named else None,
        partner=credit.partner,
        decided_by=by.person,
    )


def _save(win: Win, by: Actor) -> Win:
    """Keep it; the trail tells what came of it, never the words."""
    win.save(force_insert=True)
    record_change(action="create", target=win, by=by, after=snapshot(win, TRAIL))
    return win
