"""What whoever approves an issue should know of its form: too long, empty, missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comms.models import Issue
from comms.updates.content import has_words, shown_of
from comms.updates.render import Preview
from comms.updates.survey import Survey

LARGE: Final = 100_000  # Gmail cuts a mail off at 102 kB
LONG_SUBJECT: Final = 60
LONG_LINE: Final = 998  # RFC 5322, 2.1.1
KILO: Final = 1000
NAMED: Final = 5
_UNLINKED: Final = ("feedback:", "number:")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at; `about` names the items that are meant."""

    words: str
    about: Sequence[str] = ()


def remarks_on(issue: Issue, survey: Survey, mail: Preview) -> list[Remark]:
    """Return what is to be mended or known; `mail` is what somebody new would get."""
    return [
        *_sizes(survey),
        *_subject(issue),
        *_words(issue),
        *_empty_links(mail),
        *_linkless(issue),
    ]


def _sizes(survey: Survey) -> Iterator[Remark]:
    if survey.largest > LARGE:
        words = _(
            "The mail to %(name)s has %(n)d kB. Gmail cuts off at 102 kB, so they would "
            "not see the end: shorten it."
        )
        values = {"name": survey.largest_for, "n": survey.largest // KILO}
        yield Remark(words % values)
    if survey.longest_line > LONG_LINE:
        words = _("A line of the mail has %(n)d characters; mail servers take 998.")
        yield Remark(words % {"n": survey.longest_line})


def _subject(issue: Issue) -> Iterator[Remark]:
    length = len(issue.subject)
    if not issue.subject.strip():
        yield Remark(_("There is no subject yet."))
    elif length > LONG_SUBJECT:
        words = _(
            "The subject has %(n)d characters. A phone cuts it off after about %(most)d."
        )
        yield Remark(words % {"n": length, "most": LONG_SUBJECT})


def _words(issue: Issue) -> Iterator[Remark]:
    written = has_words(issue) or issue.openings or issue.own_sections
    if not (written or _is_written_down(issue)):
        yield Remark(_("Nothing in it is in your own words yet."))


def _empty_links(mail: Preview) -> Iterator[Remark]:
    links = _Links()
    links.feed(mail.html)
    nowhere = [words for words, href in links.found if words and not href]
    if nowhere:
        yield Remark(_("These links lead nowhere:"), nowhere[:NAMED])
    unseen = [href for words, href in links.found if href and not words]
    if unseen:
        yield Remark(_("These links have no words that anybody could press:"), unseen)


def _linkless(issue: Issue) -> Iterator[Remark]:
    """Name items that lead to no record.

    What was said in confidence never has a link, for a reason; a quote has its speaker;
    no list shows some numbers; a decision and an event that are announced have no
    record but the announcement.
    """
    if _is_written_down(issue):
        return
    items = [
        item.words
        for item in shown_of(issue).items
        if not (item.path or item.is_quote or item.key.startswith(_UNLINKED))
    ]
    if items:
        words = ngettext(
            "%(n)d line leads to no page:", "%(n)d lines lead to no page:", len(items)
        )
        yield Remark(words % {"n": len(items)}, items[:NAMED])


def _is_written_down(issue: Issue) -> bool:
    return issue.facts is not None


class _Links(HTMLParser):
    """Collects the words and the address of each link."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: str | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open, self._words = dict(attrs).get("href") or "", ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self.found.append((" ".join(self._words.split()), self._open))
            self._open = None
