"""Make the mails of a batch: the shared part once, each person's own spliced in."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from coalition.common.languages import spoken
from coalition.common.tenancy import scope
from comms.inbound.addresses import ReplyTo, say_address
from comms.models import Circle, Delivery, Issue, IssueKind, LeftOut, Withdrawal
from comms.sending.mail import RenderedMail, Skip
from comms.updates.addressees import addressees_of
from comms.updates.content import (
    Content,
    content_of,
    innermost_of,
    less_words,
    shown_of,
)
from comms.updates.gaps import Values
from comms.updates.happenings import Gathering, happening_of
from comms.updates.headers import mailbox, not_of_a_list, personal_headers
from comms.updates.links import (
    Links,
    event_url,
    in_coalition,
    read_url,
    say_url,
    unsubscribe_url,
)
from comms.updates.personal import (
    Reader,
    concerning_block,
    errand_block,
    readers,
    waiting_block,
)
from comms.updates.sheet import Desk, Source, desks, shared_part
from members.models import Membership, Person
from members.permissions import Permission
from tasks.queries.personal import Waiting

T = TypeVar("T")
Make = Callable[[Delivery, "Told", Reader], T]


@dataclass(frozen=True)  # without slots, which would leave no place for `content`
class Told:
    """An issue, whoever sends it, and what of it was withdrawn since.

    Of its own words it has only those that were not.
    """

    issue: Issue
    desk: Desk
    withdrawn: frozenset[str]

    @cached_property
    def content(self) -> Content:
        return shown_of(self.issue).without(self.withdrawn)


def render_issues(batch: Sequence[Delivery]) -> Mapping[int, RenderedMail | Skip]:
    """Return a mail for each delivery; the statements are the same for any number."""
    return render_each(batch, {row.pk: row.issue_id or 0 for row in batch}, make_mail)


def render_tests(batch: Sequence[Delivery]) -> Mapping[int, RenderedMail | Skip]:
    """Return a mail for each test: its source is the number of the issue.

    A draft is not for whoever may send updates no more.
    """
    with scope(coalition=list({row.coalition_id for row in batch})):
        readers_of_tests = Membership.objects.active().filter(
            person__in={row.person_id for row in batch}
        )
        known = readers_of_tests.with_grants().select_related("coalition")
        may = {m.person_id for m in known if m.may(Permission.UPDATES_SEND)}
    mails = render_each(batch, {row.pk: int(row.source) for row in batch}, make_test)
    refused = {row.pk for row in batch if row.person_id not in may}
    return {**mails, **dict.fromkeys(refused, Skip(LeftOut.WITHDRAWN))}


def render_each(
    batch: Sequence[Delivery],
    issue_of: Mapping[int, int],
    make: Make[T],
    waiting: Mapping[int, Sequence[Waiting]] | None = None,
) -> Mapping[int, T | Skip]:
    """Return what is made of each row, in the language of its reader."""
    with scope(coalition=list({row.coalition_id for row in batch})):
        known = Issue.objects.select_related(
            "coalition", "own_note_by", "answered_by__membership"
        )
        issues = known.in_bulk(set(issue_of.values()))
        told = told_of(issues)
        people = {row.person_id or 0 for row in batch}
        reader_of = readers(people, _keys(issues), waiting)
    mails: dict[int, T | Skip] = {}
    for language, rows in groupby(sorted(batch, key=_language), _language):
        with override(language):
            for row in rows:
                reader = reader_of.get(row.person_id or 0)
                mails[row.pk] = (
                    make(row, told[issue_of[row.pk]], reader)
                    if reader
                    else Skip(LeftOut.ERASED)
                )
    return mails


def told_of(issues: Mapping[int, Issue]) -> Mapping[int, Told]:
    desk_of = desks(issue.coalition for issue in issues.values())
    gone: defaultdict[int, set[str]] = defaultdict(set)
    rows = Withdrawal.objects.filter(issue__in=issues)
    for issue, key in rows.values_list("issue_id", "key"):
        gone[issue].add(key)
    return {
        pk: Told(
            less_words(issue, gone[pk]),
            desk_of[issue.coalition_id].answered_by(issue.answered_by),
            frozenset(gone[pk]),
        )
        for pk, issue in issues.items()
    }


def _keys(issues: Mapping[int, Issue]) -> set[str]:
    updates = (i for i in issues.values() if i.kind == IssueKind.UPDATE)
    return {item.key for issue in updates for item in content_of(issue).items}


def _language(row: Delivery) -> str:
    return row.language


def make_mail(row: Delivery, told: Told, reader: Reader) -> RenderedMail | Skip:
    issue, desk = told.issue, told.desk
    shared = shared_part(_source(told, row.language, reader))
    if shared.empty:
        return Skip(LeftOut.EMPTY)
    links = Links(
        stop=unsubscribe_url(issue.coalition_id, row.to_norm),
        browser=read_url(issue.coalition_id, issue.pk, reader.person.pk),
        say=say_url(issue.coalition_id, issue.pk, reader.person.pk),
        write=say_address(ReplyTo(issue.coalition_id, issue.pk, reader.person.pk)),
        calendar=event_url(issue.coalition_id, issue.pk, reader.person.pk),
    )
    values = _values(told, reader, links, signed=True)
    if _chooses(issue, reader) and not (values["waiting"] or values["concerning"]):
        return Skip(LeftOut.NOT_CONCERNED)
    personal = personal_headers(
        name=reader.person.full_name,
        address=row.to_addr,
        unsubscribe=links.stop,
        office=desk.office,
    )
    return RenderedMail(
        headers={**shared.headers, **personal},
        content=shared.entity(values),
        issue_sha256=issue.content_sha256,
        withdrawn=len(told.withdrawn),
    )


def make_test(row: Delivery, told: Told, reader: Reader) -> RenderedMail:
    """No list mail: its links lead to pages of who tests it, and stop nothing."""
    shared = shared_part(_source(told, row.language, reader))
    slug = told.desk.slug
    links = Links(
        stop=in_coalition("comms:mail_preferences", slug),
        browser=in_coalition("comms:update_detail", slug, pk=told.issue.pk),
        say=in_coalition("comms:feedback_create", slug),
        calendar=event_url(row.coalition_id or 0, told.issue.pk, reader.person.pk),
    )
    subject = _("[Test] %(subject)s") % {"subject": shared.headers["Subject"]}
    own = {"To": mailbox(reader.person.full_name, row.to_addr), "Subject": subject}
    return RenderedMail(
        headers=not_of_a_list({**shared.headers, **own}),
        content=shared.entity(_values(told, reader, links, signed=False)),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    language: str
    sender: str
    subject: str
    preheader: str
    html: str
    text: str
    empty: bool


def preview(
    issue: Issue,
    person: Person,
    *,
    within: Circle,
    waiting: Mapping[int, Sequence[Waiting]] | None = None,
) -> Preview:
    """Return what this person would get, as far as people of a circle may see it.

    Its links of the foot lead nowhere, and none answers in their place.
    """
    nowhere = Links(stop="#", browser="#", say="#", calendar="#")
    return read_as(issue, person, nowhere, waiting=waiting, within=within)


def read_as(
    issue: Issue,
    person: Person,
    links: Links,
    *,
    waiting: Mapping[int, Sequence[Waiting]] | None = None,
    within: Circle = Circle.EVERYBODY,
    signed: bool = False,
) -> Preview:
    """Return what this person reads; what is `waiting` for them is looked up if not told.

    Only for themselves are the links of what they are asked `signed`.

    A link may be handed on: what is not for everybody shows by none.
    """
    told = told_of({issue.pk: issue})[issue.pk]
    language = spoken(person.language, issue.coalition.language)
    with override(language):
        keys = _keys({issue.pk: issue})
        reader = _reader(person, keys, waiting)
        reader = replace(reader, circle=reader.circle.within(within))
        shared = shared_part(_source(told, language, reader))
        values = _values(told, reader, links, signed=signed)
        return Preview(
            language=language,
            sender=told.desk.name,
            subject=issue.subject,
            preheader=shared.preheader,
            html=shared.html.text(values),
            text=shared.text.text(values),
            empty=shared.empty,
        )


def _reader(
    person: Person,
    keys: set[str],
    waiting: Mapping[int, Sequence[Waiting]] | None,
) -> Reader:
    """Return who reads it; somebody new, in no database, has nothing of their own."""
    if not person.pk:
        return Reader(person, partner="", waiting=())
    return readers([person.pk], keys, waiting)[person.pk]


def _source(told: Told, language: str, reader: Reader | None = None) -> Source:
    issue = told.issue
    return Source(
        issue=issue,
        issue_pk=issue.pk,
        sha256=issue.content_sha256,
        language=language,
        day=day_of(issue),
        desk=told.desk,
        concerning=bool(reader and _chooses(issue, reader)),
        withdrawn=told.withdrawn,
        # Who reads the same shares it.
        circle=reader.circle.within(innermost_of(issue))
        if reader
        else Circle.EVERYBODY,
    )


def _chooses(issue: Issue, reader: Reader) -> bool:
    return reader.only is not None and issue.kind == IssueKind.UPDATE


def day_of(issue: Issue) -> date:
    return timezone.localdate(issue.released_at or issue.due_at, issue.coalition.zone)


def _values(told: Told, reader: Reader, links: Links, *, signed: bool) -> Values:
    reasons = for_whom(told.issue), _why(told.issue, told.desk, reader)
    why = " ".join(filter(None, reasons))
    return {
        "greeting": [{"words": greeting(reader.person)}],
        "waiting": waiting_block(reader, told.desk.slug, signed=signed),
        "errand": errand_block(reader, told.desk.slug),
        "concerning": concerning_block(reader, told.content),
        "footer": [{"why": why, **asdict(links), "mailing": _mailing(links)}],
        "when": _when(told.issue, reader, links),
    }


def _mailing(links: Links) -> list[Values]:
    return [{"write": links.write}] if links.write else []


def when_it_is(issue: Issue, reader: Reader) -> str:
    """Say when an event is in the reader's zone; nothing for what is no event."""
    event = happening_of(issue)
    if not isinstance(event, Gathering):
        return ""
    zone = reader.person.timezone or issue.coalition.timezone
    words = event.when(ZoneInfo(zone))
    return words if zone == issue.coalition.timezone else f"{words} ({zone})"


def _when(issue: Issue, reader: Reader, links: Links) -> list[Values]:
    event = happening_of(issue)
    if not isinstance(event, Gathering):
        return []
    return [
        {
            "words": when_it_is(issue, reader),
            "more": [{"url": event.link}] if event.link else [],
            "calendar": links.calendar,
        }
    ]


def greeting(person: Person) -> str:
    if not person.first_name:
        return _("Hello,")
    return _("Hello %(name)s,") % {"name": person.first_name}


def for_whom(issue: Issue) -> str:
    addressees = addressees_of(issue)
    if addressees.is_everybody:
        return ""
    return _("This is for: %(whom)s.") % {"whom": addressees}


def _why(issue: Issue, desk: Desk, reader: Reader) -> str:
    """Say why they get this, and how often."""
    partner = reader.partner
    if _chooses(issue, reader):
        return _("You asked for what concerns you and your partner only.")
    if issue.kind == IssueKind.ANNOUNCEMENT or not desk.every_weeks:
        often = _("You get announcements")
    else:
        often = ngettext(
            "You get this every week",
            "You get this every %(n)d weeks",
            desk.every_weeks,
        ) % {"n": desk.every_weeks}
    if partner:
        return _("%(often)s as a member from %(partner)s.") % {
            "often": often,
            "partner": partner,
        }
    return _("%(often)s as a member of %(coalition)s.") % {
        "often": often,
        "coalition": desk.name,
    }
