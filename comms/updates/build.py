"""Find what an update has to tell: from the records, over the time they were made in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comms.queries.feedback import feedback_answered_between
from comms.updates import words
from comms.updates.because import because_item
from comms.updates.content import Content, Item, Section, SectionKind
from comms.updates.happenings import event_items
from comms.updates.milestones import goal_path
from comms.updates.numbers import numbers_section, round_items
from comms.updates.troubles import answered_item, ask_item, solved_item, waiting_item
from goals.models import Milestone
from goals.queries import (
    GoalChange,
    goal_changes_between,
    milestones_due_between,
    milestones_overdue,
    milestones_reached_between,
)
from members.models import Coalition, Partner
from members.queries import partners_joined_between
from tasks.models import AssignmentStatus, Task, Win
from tasks.queries import carried_tasks_due_between, stuck_tasks, tasks_done_between
from tasks.queries.asks import asks_open_before
from tasks.queries.troubles import (
    hurdles_answered_between,
    hurdles_open_before,
    hurdles_solved_between,
)
from tasks.queries.wins import wins_told_between

LISTED: Final = 40  # of one section; the others are counted
AHEAD: Final = timedelta(days=21)
NAMED: Final = 5  # more newcomers than this share one line
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was recorded from `start` on and before `end`, told on a day."""

    start: datetime
    end: datetime
    today: date

    @property
    def horizon(self) -> date:
        return self.today + AHEAD


def build_update(coalition: Coalition, window: Window) -> Content:
    """Return all there is to tell; call it inside the coalition's scope.

    The statements are the same however much is found.
    """
    make = _Builder(coalition.slug, coalition.zone, window)
    hurdles = make.hurdles()
    sections = (
        make.because(),
        make.achieved(),
        make.progress(),
        make.joined(),
        hurdles,
        make.next(told={item.key for item in hurdles.items}),
    )
    content = Content(tuple(section for section in sections if section.items))
    if not content.eventful:
        return content  # numbers alone are no news
    numbers = numbers_section(coalition.slug, window.start, window.end)
    return Content((*content.sections, numbers))


@dataclass(frozen=True, slots=True)
class _Builder:
    slug: str
    zone: ZoneInfo
    window: Window

    def because(self) -> Section:
        window = self.window
        answered = feedback_answered_between(window.start, window.end)
        make = partial(because_item, slug=self.slug)
        hurdles = hurdles_answered_between(window.start, window.end)
        return _section(
            SectionKind.BECAUSE,
            _found(answered, make),
            _found(hurdles, partial(answered_item, slug=self.slug)),
        )

    def achieved(self) -> Section:
        window = self.window
        milestones = _found(
            milestones_reached_between(window.start, window.end), self._reached
        )
        tasks = _found(tasks_done_between(window.start, window.end), self._done)
        solved = _found(
            hurdles_solved_between(window.start, window.end),
            partial(solved_item, slug=self.slug),
        )
        wins = _found(wins_told_between(window.start, window.end), self._won)
        return _section(SectionKind.ACHIEVED, milestones, tasks, solved, wins)

    def progress(self) -> Section:
        changes = goal_changes_between(self.window.start, self.window.end)
        items = [self._moved(change) for change in changes]
        return _section(SectionKind.PROGRESS, (items, len(items)))

    def joined(self) -> Section:
        partners = partners_joined_between(self.window.start, self.window.end)
        items, total = _found(partners, self._partner)
        if total > NAMED:
            items, total = [self._newcomers(items, total)], 1
        return _section(SectionKind.JOINED, (items, total))

    def hurdles(self) -> Section:
        window, slug = self.window, self.slug
        stuck = stuck_tasks(window.today, window.horizon, window.start, window.end)
        return _section(
            SectionKind.HURDLES,
            _found(
                milestones_overdue(window.today).select_related("goal__owner"),
                self._late,
            ),
            _found(stuck, self._stuck),
            _found(
                hurdles_open_before(window.end),
                partial(waiting_item, slug=slug, since=window.start),
            ),
            _found(
                asks_open_before(window.end),
                partial(ask_item, slug=slug, since=window.start),
            ),
        )

    def next(self, *, told: Collection[str]) -> Section:
        """Return what is due soon, but for what stands among the hurdles."""
        days = self.window.today, self.window.horizon
        moments = self.window.end, self.window.end + AHEAD
        items, total = _both(
            _found(milestones_due_between(*days), self._coming_milestone),
            _found(carried_tasks_due_between(*days), self._coming_task),
            round_items(self.slug, *moments),
            event_items(self.slug, self.zone, *moments),
        )
        new = [item for item in items if item.key not in told]
        new.sort(key=lambda item: item.day or date.max)
        return _section(SectionKind.NEXT, (new, total - len(items) + len(new)))

    def _reached(self, milestone: Milestone) -> Item:
        return Item(
            key=f"milestone:{milestone.pk}",
            words=milestone.title,
            note=words.reached(milestone),
            path=goal_path(self.slug, milestone.goal_id),
            fresh=True,
        )

    def _done(self, task: Task) -> Item:
        return Item(
            key=f"task:{task.pk}",
            words=task.title,
            note=words.done_by(task),
            path=self._task_path(task),
            fresh=True,
        )

    def _won(self, win: Win) -> Item:
        return Item(
            key=f"win:{win.pk}",
            words=win.words,
            note=words.thanks(win),
            path=reverse("goals:goal_list", kwargs={"slug": self.slug}),
            fresh=True,
        )

    def _moved(self, change: GoalChange) -> Item:
        return Item(
            key=f"goal:{change.goal.pk}",
            words=change.goal.title,
            note=words.measured(change),
            path=goal_path(self.slug, change.goal.pk),
            percent=change.goal.progress(change.now.value),
            fresh=True,
        )

    def _partner(self, partner: Partner) -> Item:
        place = ", ".join(filter(None, (partner.region, partner.country)))
        path = reverse(
            "members:partner_detail", kwargs={"slug": self.slug, "pk": partner.pk}
        )
        return Item(
            key=f"partner:{partner.pk}",
            words=partner.name,
            note=place,
            path=path,
            fresh=True,
        )

    def _newcomers(self, items: list[Item], total: int) -> Item:
        return Item(
            key="partners",
            words=ngettext("%(n)d partner joined", "%(n)d partners joined", total)
            % {"n": total},
            note=words.newcomers([item.words for item in items[:NAMED]], total),
            path=reverse("members:partner_list", kwargs={"slug": self.slug}),
            fresh=True,
        )

    def _late(self, milestone: Milestone) -> Item:
        return Item(
            key=f"milestone:{milestone.pk}",
            words=milestone.title,
            note=words.looked_after(milestone),
            path=goal_path(self.slug, milestone.goal_id),
        )

    def _stuck(self, task: Any) -> Item:
        is_late = task.due and task.due < self.window.today
        is_carried = not (task.declined or task.unaccounted)
        reasons = (
            words.was_due(task.due) if is_late else "",
            words.help_for(task) if is_late and is_carried else "",
            _("Somebody could not take it on. Could you?") if task.declined else "",
            _("Nobody is accountable yet. Could it be you?")
            if task.unaccounted and not task.declined
            else "",
        )
        return Item(
            key=f"task:{task.pk}",
            words=task.title,
            note=" ".join(filter(None, reasons)),
            path=self._task_path(task),
            fresh=task.declined_now,
        )

    def _coming_milestone(self, milestone: Milestone) -> Item:
        carried = milestone.partner.name if milestone.partner else milestone.goal.title
        return Item(
            key=f"milestone:{milestone.pk}",
            words=milestone.title,
            note=carried,
            path=goal_path(self.slug, milestone.goal_id),
            day=milestone.due,
        )

    def _coming_task(self, task: Task) -> Item:
        return Item(
            key=f"task:{task.pk}",
            words=task.title,
            note=words.carriers(
                task, AssignmentStatus.ACCEPTED, AssignmentStatus.PROPOSED
            ),
            path=self._task_path(task),
            day=task.due,
        )

    def _task_path(self, task: Task) -> str:
        return reverse("tasks:task_detail", kwargs={"slug": self.slug, "pk": task.pk})


Found = tuple[list[Item], int]


def _found(rows: QuerySet[M], make: Callable[[M], Item]) -> Found:
    """Return the first rows as items, and how many rows there are."""
    listed = [make(row) for row in rows[:LISTED]]
    return listed, rows.count()


def _both(*found: Found) -> Found:
    items = [item for some, _total in found for item in some]
    return items, sum(total for _some, total in found)


def _section(kind: SectionKind, *found: Found) -> Section:
    items, total = _both(*found)
    return Section(kind=kind, items=tuple(items), total=total)
