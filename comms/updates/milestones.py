"""The news that a milestone was reached, or that it was not after all."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comms.updates import words
from comms.updates.content import Content, Item, Section, SectionKind
from goals.models import Milestone
from goals.queries import next_milestone


def build_milestone(milestone: Milestone) -> Content:
    """Return the news that a milestone was reached, and what is next on its goal."""
    news = _news(milestone, words.reached(milestone))
    following = next_milestone(
        milestone.goal, timezone.localdate(timezone=milestone.goal.coalition.zone)
    )
    if following is None:
        return Content((news,))
    item = Item(
        key=f"milestone:{following.pk}",
        words=following.title,
        note=milestone.goal.title,
        path=_path(milestone),
        day=following.due,
    )
    return Content((news, _one(SectionKind.NEXT, item)))


def build_correction(milestone: Milestone) -> Content:
    """Return the news that a milestone which was announced is not reached after all."""
    note = _("We told you that this milestone was reached. It is not, yet.")
    return Content((_news(milestone, note),))


def _news(milestone: Milestone, note: str) -> Section:
    item = Item(
        key=f"milestone:{milestone.pk}",
        words=milestone.title,
        note=note,
        path=_path(milestone),
        fresh=True,
    )
    return _one(SectionKind.NEWS, item)


def _one(kind: SectionKind, item: Item) -> Section:
    return Section(kind=kind, items=(item,), total=1)


def _path(milestone: Milestone) -> str:
    return goal_path(milestone.goal.coalition.slug, milestone.goal_id)


def goal_path(slug: str, pk: int) -> str:
    return reverse("goals:goal_detail", kwargs={"slug": slug, "pk": pk})
