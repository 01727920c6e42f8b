"""Announcements that an update tells: news that could wait until then."""

from collections.abc import Iterator

from django.urls import reverse

from coalition.common.markdown import in_words, render_markdown
from comms.models import DRAFTS, Issue
from comms.models.issue import IssueQuerySet
from comms.updates.content import Content, Item, Section, SectionKind, shown_of
from comms.updates.happenings import Gathering, happening_of, key_of
from comms.updates.words import in_short
from members.models import Coalition


def waiting_news() -> IssueQuerySet:
    """Return what waits for the next update, the oldest first."""
    waiting: IssueQuerySet = Issue.objects.announcements()
    return waiting.filter(with_update=True, state__in=DRAFTS).order_by("pk")


def with_news(content: Content, coalition: Coalition) -> Content:
    """Put what waits on top of what was found, in place of what stood there before."""
    items = {item.key: item for item in _items(coalition)}
    found = tuple(s for s in content.sections if s.kind != SectionKind.TOLD)
    rest = Content(found).without(items.keys())
    if not items:
        return rest
    news = Section(kind=SectionKind.TOLD, items=tuple(items.values()), total=len(items))
    return Content((news, *rest.sections))


def _items(coalition: Coalition) -> Iterator[Item]:
    for issue in waiting_news():
        kwargs = {"slug": coalition.slug, "pk": issue.pk}
        yield Item(
            key=key_of(issue),
            words=issue.subject,
            note=_note(issue, coalition),
            path=reverse("comms:archive_detail", kwargs=kwargs),
            fresh=True,
        )


def _note(issue: Issue, coalition: Coalition) -> str:
    """Say when it is, what the record says, and how the writer put it."""
    event = happening_of(issue)
    when = event.when(coalition.zone) if isinstance(event, Gathering) else ""
    noted = (item.note for item in shown_of(issue).items if item.fresh)
    said = in_short(in_words(render_markdown(issue.introduction)))
    return " ".join(filter(None, (when and f"{when}.", next(noted, ""), said)))
