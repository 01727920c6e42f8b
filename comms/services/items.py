"""What a coordinator makes of the items of a draft: leave out, order, pin, reword."""

from typing import Any, Final

from django.db import transaction

from comms.errors import TooMuchOnTop, WordsAreTheirs
from comms.models import Issue, Withdrawal
from comms.services.finding import forget_found
from comms.services.issues import lock, rewrite
from comms.updates.content import Content, SectionKind, content_of, drafted_of
from members.services.audit import Actor, record_change

ON_TOP: Final = 3


def show_item(*, issue: Issue, key: str, shown: bool, by: Actor) -> Issue:
    """Show an item or leave it out; asking for what is so already changes nothing."""
    with transaction.atomic():
        issue = lock(issue)
        hidden = _with(issue.hidden, key, wanted=not shown)
        change(issue, "show" if shown else "hide", by, hidden=hidden)
    return issue


def pin_item(*, issue: Issue, key: str, pinned: bool, by: Actor) -> Issue:
    """Put an item on top of the mail, or back into its section."""
    with transaction.atomic():
        issue = lock(issue)
        keys = _with(issue.pinned, key, wanted=pinned)
        if len(keys) > ON_TOP and pinned:
            raise TooMuchOnTop(ON_TOP)
        change(issue, "pin" if pinned else "unpin", by, pinned=keys)
    return issue


def move_item(*, issue: Issue, key: str, up: bool, by: Actor) -> Issue:
    """Change places with the neighbour: a section by its name, an item by its key.

    The first stays first and the last stays last.
    """
    with transaction.atomic():
        issue = lock(issue)
        names = _neighbours(drafted_of(issue), key)
        at = names.index(key)
        to = at - 1 if up else at + 1
        if 0 <= to < len(names):
            names[at], names[to] = names[to], names[at]
            order = [name for name in issue.order if name not in names] + names
            change(issue, "move", by, order=order)
    return issue


def reword_item(*, issue: Issue, key: str, words: str, note: str, by: Actor) -> Issue:
    """Let other words stand for an item; its own words put it back."""
    with transaction.atomic():
        issue = lock(issue)
        original = content_of(issue).item(key)
        assert original  # noqa: S101
        if original.is_quote:
            raise WordsAreTheirs
        of = {"words": original.words, "note": original.note}
        new = {"words": words, "note": note}
        wordings = {name: w for name, w in issue.wordings.items() if name != key}
        if new != of:
            wordings[key] = {**new, "of": of}
        change(issue, "reword", by, wordings=wordings)
    return issue


def restore_item(*, issue: Issue, key: str, by: Actor) -> Issue:
    """Put back the words of the record."""
    with transaction.atomic():
        issue = lock(issue)
        wordings = {name: w for name, w in issue.wordings.items() if name != key}
        change(issue, "restore_words", by, wordings=wordings)
    return issue


def withdraw_item(*, issue: Issue, key: str, by: Actor) -> None:
    """Take an item of what has left back: from mail that waits, archive and links.

    Or a section, the words above one, or those on top: see `content.OWN_WORDS`.
    What people have in their mailboxes stays there.
    """
    with transaction.atomic():
        row = Withdrawal(issue=issue, key=key, by=by.person)
        Withdrawal.objects.bulk_create([row], ignore_conflicts=True)
        forget_found(issue, key)
        record_change(action="withdraw", target=issue, by=by, after={"item": key})


def _with(keys: list[str], key: str, *, wanted: bool) -> list[str]:
    others = [name for name in keys if name != key]
    if not wanted:
        return others
    return keys if key in keys else [*others, key]


def _neighbours(content: Content, name: str) -> list[str]:
    names = [section.name for section in content.sections]
    # What an announcement tells goes by the name of its section, and is alone in it.
    if name not in names:
        listed = ([item.key for item in section.items] for section in content.sections)
        return next(keys for keys in listed if name in keys)
    return [name for name in names if name != SectionKind.PINNED]


def change(issue: Issue, action: str, by: Actor, **after: Any) -> None:
    """Make of a locked issue what it should be, unless it is that already."""
    before = {name: getattr(issue, name) for name in after}
    if before != after:
        rewrite(issue, editor=by.person, **after)
        record_change(action=action, target=issue, by=by, before=before, after=after)
