"""An update and an announcement about nobody, for the gallery."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Issue, IssueKind, Topic
from comms.updates.content import Content, Item, Section, SectionKind, digest_of
from comms.updates.happenings import Decision, Gathering
from comms.updates.links import absolute
from members.models import Coalition, Person
from tasks.models import Letter
from tasks.queries.personal import Asked, Waiting

PATH: Final = "/"
CONCERNS: Final = frozenset({"3"})  # what of the update is about who reads it
UPDATE: Final = gettext_lazy("Seven schools, one quiet street")
REACHED: Final = gettext_lazy("We did it: a nurse in every school")
WORDS: Final = gettext_lazy("The bridge is closed on Friday")


def sample_issue(
    kind: IssueKind,
    coalition: Coalition,
    *,
    by: Person,
    said: str,
    due_at: datetime,
    topic: Topic,
) -> Issue:
    """Return an issue that is in no database, in the active language."""
    own = {"own_note": said, "own_note_by": by}
    issue = Issue(pk=0, coalition=coalition, kind=kind, due_at=due_at)
    told = (
        {"subject": str(UPDATE), "content": _update(by).as_json()} | own
        if kind == IssueKind.UPDATE
        else _announcement(topic, coalition, by, said, due_at)
    )
    if kind == IssueKind.UPDATE:
        said_above = {"words": said, "by": str(by)}
        told["openings"] = {SectionKind.ACHIEVED.value: said_above}
        told["quoted"] = [{"key": "quote:0", "words": said, "by": str(by)}]
    for name, value in told.items():
        setattr(issue, name, value)
    issue.content_sha256 = digest_of(issue)
    return issue


def _announcement(
    topic: Topic, coalition: Coalition, by: Person, said: str, now: datetime
) -> dict[str, Any]:
    if topic == Topic.WORDS:
        words = _("Please take the ferry: it leaves every ten minutes.")
        introduction = f"{words}\n\n{said}"
        return {"topic": topic, "subject": str(WORDS), "introduction": introduction}
    own = {"topic": topic, "own_note": said, "own_note_by": by}
    happening = _happening(topic, by, now)
    if happening is None:
        told = _item("1", _("A nurse in every school"), str(by))
        content = Content((_section(SectionKind.NEWS, told),))
        return {"subject": str(REACHED), "content": content.as_json()} | own
    return own | {
        "facts": happening.as_json(),
        "subject": happening.subject(coalition.zone),
        "content": happening.content(coalition.zone).as_json(),
    }


def _happening(topic: Topic, by: Person, now: datetime) -> Decision | Gathering | None:
    if topic == Topic.DECISION:
        decided = _("We ask the council for a quiet street")
        return Decision(decided=decided, on=now.date(), by=str(by))
    if topic == Topic.EVENT:
        return Gathering(
            title=_("Health fair at the harbor"),
            starts_at=now + timedelta(days=5),
            place=_("The hall at pier 2"),
            link=absolute(PATH),
        )
    return None


def sample_waiting(title: str, by: Person, today: date) -> list[Waiting]:
    """Return what waits for whoever reads it: something asked, something to be done."""
    due, page = today + timedelta(days=5), ("tasks:task_detail", 0)
    part = Waiting(title, due, page, letter=Letter.RESPONSIBLE, asked_by=str(by))
    return [
        Waiting(_("Every two weeks"), due, page, asked=Asked.HOW),
        replace(part, asked=Asked.PART),
        replace(part, letter=Letter.ACCOUNTABLE),
    ]


def _update(by: Person) -> Content:
    moved = _("Fewer children rushed to hospital with asthma")
    return Content(
        (
            _section(
                SectionKind.BECAUSE,
                _item("2", _("Meetings begin at seven, so that parents can come")),
            ),
            _section(
                SectionKind.ACHIEVED,
                _item("3", _("The seventh school signed the pledge"), str(by)),
            ),
            _section(SectionKind.PROGRESS, _item("4", moved, percent=61)),
            _section(
                SectionKind.HURDLES,
                _item("5", _("Two interpreters are missing on Saturdays")),
            ),
            _section(SectionKind.NEXT, _item("6", _("Health fair at the harbor"))),
        )
    )


def _section(kind: SectionKind, item: Item) -> Section:
    return Section(kind=kind, items=(item,), total=1)


def _item(key: str, words: str, note: str = "", percent: int | None = None) -> Item:
    return Item(key=key, words=words, note=note, path=PATH, percent=percent, fresh=True)
