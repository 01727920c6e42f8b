"""The line beside the subject in an inbox: what the subject does not say itself."""

from typing import Final

from django.utils.text import Truncator

from coalition.common.markdown import in_words, render_markdown
from comms.models import Issue, IssueKind
from comms.updates.content import Content, Item

LENGTH: Final = 100
TELLING: Final = 40  # so many characters of it tell whether the subject says it


def preheader_of(issue: Issue, content: Content) -> str:
    """Join what is new; an announcement, whose subject says that, adds to it."""
    fresh = [item for item in content.items if item.fresh]
    if issue.kind == IssueKind.UPDATE:
        words = "; ".join(item.words.removesuffix(".") for item in fresh)
    else:
        added = (_beside(item, issue.subject) for item in fresh)
        words = "; ".join(filter(None, added)) or _opening(issue)
    return Truncator(words).chars(LENGTH)


def _beside(item: Item, subject: str) -> str:
    said = item.words[:TELLING].casefold() in subject.casefold()
    return item.note if said else item.words


def _opening(issue: Issue) -> str:
    return " ".join(in_words(render_markdown(issue.introduction)).split())
