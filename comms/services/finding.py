"""The words that what has left is found by, kept beside it."""

from collections.abc import Iterator

from coalition.common.markdown import in_words, render_markdown
from coalition.common.text import fold_search
from comms.models import Issue, Withdrawal
from comms.updates.content import less_words, shown_of
from comms.updates.happenings import key_of


def keep_findable(issue: Issue) -> None:
    """Keep what everybody may read of it now; call it when that has changed."""
    issue.search_text = fold_search(" ".join(_words(issue)))
    Issue.objects.filter(pk=issue.pk).update(search_text=issue.search_text)


def _words(issue: Issue) -> Iterator[str]:
    if _is_taken_back(issue):
        return
    yield issue.subject
    gone = set(Withdrawal.objects.filter(issue=issue).values_list("key", flat=True))
    words = less_words(issue, gone)
    for own in (words.introduction, words.own_note):
        yield in_words(render_markdown(own))
    for section in shown_of(issue).without(gone).sections:
        yield section.heading
        if section.said:
            yield in_words(render_markdown(section.said.words))
        for item in section.items:
            yield f"{item.words} {item.note}"


def _is_taken_back(issue: Issue) -> bool:
    """Say whether the update that told it does so no more."""
    told = Withdrawal.objects.filter(issue=issue.told_in_id, key=key_of(issue))
    return issue.told_in_id is not None and told.exists()


def forget_found(update: Issue, key: str) -> None:
    """Find no longer what was taken back, nor the announcement that it told."""
    keep_findable(update)
    for news in update.told.all():
        if key_of(news) == key:
            keep_findable(news)
