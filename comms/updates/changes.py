"""What a draft became since it was approved, item by item."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Issue
from comms.updates.content import FORM, Content, Item, digest_of, shown_of

_WORDS: Final[Sequence[tuple[str, str | Promise]]] = (
    ("subject", gettext_lazy("Subject")),
    ("introduction", gettext_lazy("Opening")),
    ("own_note", gettext_lazy("Note")),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; no words before: it is new, none after: it is gone."""

    what: str | Promise
    before: str = ""
    after: str = ""


def was_approved(issue: Issue) -> bool:
    return bool(_approved(issue).content_sha256)


def changes_since_approval(issue: Issue) -> list[Change]:
    """Return nothing when nobody has approved it yet, or nothing changed since."""
    approved = _approved(issue)
    if approved.content_sha256 in {"", issue.content_sha256}:
        return []
    before, after = shown_of(approved), shown_of(issue)
    words = [
        Change(label, getattr(approved, name), getattr(issue, name))
        for name, label in _WORDS
        if getattr(approved, name) != getattr(issue, name)
    ]
    return [*words, *_items(before, after), *_order(before, after)]


def _approved(issue: Issue) -> Issue:
    form = {
        name: issue.approved_form[name] for name in FORM if name in issue.approved_form
    }
    approved = Issue(**form)
    approved.content_sha256 = digest_of(approved) if form else ""
    return approved


def _items(before: Content, after: Content) -> Iterator[Change]:
    old = {item.key: item for item in before.items}
    new = {item.key: item for item in after.items}
    for key in dict.fromkeys([*old, *new]):
        if key not in new:
            yield Change(_("Left out now"), before=_said(old[key]))
        elif key not in old:
            yield Change(_("New"), after=_said(new[key]))
        elif _said(old[key]) != _said(new[key]):
            yield Change(_("Says something else"), _said(old[key]), _said(new[key]))


def _said(item: Item) -> str:
    return " – ".join(filter(None, (item.words, item.note)))


def _order(before: Content, after: Content) -> Iterator[Change]:
    both = {item.key for item in before.items} & {item.key for item in after.items}
    if _places(before, both) != _places(after, both):
        yield Change(_("Stands in another order"))


def _places(content: Content, keys: set[str]) -> list[tuple[str, str]]:
    return [
        (section.kind.value, item.key)
        for section in content.sections
        for item in section.items
        if item.key in keys
    ]
