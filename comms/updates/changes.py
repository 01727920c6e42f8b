"""What a draft became since it was approved, item by item."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Circle, Issue
from comms.updates.content import (
    FORM,
    Content,
    Item,
    Section,
    SectionKind,
    digest_of,
    shown_of,
)
from comms.updates.framing import Change, changes_around
from comms.updates.sheet import HEADINGS

_WORDS: Final[Sequence[tuple[str, str | Promise]]] = (
    ("subject", gettext_lazy("Subject")),
    ("introduction", gettext_lazy("Opening")),
    ("own_note", gettext_lazy("Note")),
)


def was_approved(issue: Issue) -> bool:
    return bool(_approved(issue).content_sha256)


def changes_since_approval(
    issue: Issue, circle: Circle = Circle.STEERING
) -> list[Change]:
    """Return nothing when nobody has approved it yet, or it is the very same.

    Of what is not for everybody, people of a circle see their part.
    """
    approved = _approved(issue)
    if approved.content_sha256 in {"", issue.content_sha256}:
        return []
    before, after = (shown_of(form, circle) for form in (approved, issue))
    words = [
        Change(label, getattr(approved, name), getattr(issue, name))
        for name, label in _WORDS
        if getattr(approved, name) != getattr(issue, name)
    ]
    inside = *_sections(before, after), *_items(before, after), *_order(before, after)
    found = [*changes_around(approved, issue), *words, *inside]
    return found or [Change(_("Something that the words shown here do not tell"))]


def _approved(issue: Issue) -> Issue:
    form = {
        name: issue.approved_form[name] for name in FORM if name in issue.approved_form
    }
    approved = Issue(**form, topic=issue.topic)
    approved.content_sha256 = digest_of(approved) if form else ""
    return approved


def _sections(before: Content, after: Content) -> Iterator[Change]:
    """Tell of words above sections, and of sections that are all a coordinator's."""
    old, new = _own_words(before), _own_words(after)
    for name in dict.fromkeys([*old, *new]):
        was, is_now = old.get(name, ""), new.get(name, "")
        if was != is_now:
            yield Change(_("Own words"), was, is_now)


def _own_words(content: Content) -> dict[str, str]:
    return {
        section.name: _spoken(section) for section in content.sections if section.said
    }


def _spoken(section: Section) -> str:
    heading = section.heading or str(HEADINGS[section.kind])
    circle = "" if section.circle == Circle.EVERYBODY else str(section.circle.label)
    said = f"{section.said.words} ({section.said.by})" if section.said else ""
    return " – ".join(filter(None, (heading, circle, said)))


def _items(before: Content, after: Content) -> Iterator[Change]:
    old = {item.key: item for item in before.items}
    new = {item.key: item for item in after.items}
    for key in dict.fromkeys([*old, *new]):
        if key not in new:
            yield Change(_("Left out now"), before=_said(old[key]))
        elif key not in old:
            yield Change(_("New"), after=_said(new[key]))
        elif _said(old[key]) != _said(new[key]):
            yield _reworded(old[key], new[key])


def _reworded(old: Item, new: Item) -> Change:
    if new.key == SectionKind.EVENT and old.words == new.words:
        return Change(_("Where"), old.note, new.note)
    return Change(_("Says something else"), _said(old), _said(new))


def _said(item: Item) -> str:
    return " – ".join(filter(None, (item.words, item.note)))


def _order(before: Content, after: Content) -> Iterator[Change]:
    both = _names(before) & _names(after)
    if _places(before, both) != _places(after, both):
        yield Change(_("Stands in another order"))


def _names(content: Content) -> set[str]:
    sections = {section.name for section in content.sections}
    return sections | {item.key for item in content.items}


def _places(content: Content, names: set[str]) -> list[tuple[str, str]]:
    """Return each section, and each item with the section it stands in."""
    return [
        (section.name, key)
        for section in content.sections
        for key in (section.name, *(item.key for item in section.items))
        if key in names
    ]
