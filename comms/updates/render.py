"""Make the mails of a batch: the shared part once, each person's own spliced in."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from coalition.common.languages import spoken
from coalition.common.tenancy import scope
from comms.models import Delivery, Issue, IssueKind, LeftOut, Withdrawal
from comms.sending.mail import RenderedMail, Skip
from comms.updates.content import Content, content_of, shown_of
from comms.updates.gaps import Values
from comms.updates.headers import mailbox, not_of_a_list, personal_headers
from comms.updates.links import Links, in_coalition, read_url, unsubscribe_url
from comms.updates.personal import (
    Reader,
    concerning_block,
    readers,
    waiting_block,
)
from comms.updates.sheet import Desk, Source, desks, shared_part
from members.models import Membership, Person
from members.permissions import Permission

Make = Callable[[Delivery, "Told", Reader], RenderedMail | Skip]


@dataclass(frozen=True, slots=True)
class Told:
    """An issue, whoever sends it, and what of it was withdrawn since."""

    issue: Issue
    desk: Desk
    withdrawn: frozenset[str]

    @property
    def content(self) -> Content:
        return shown_of(self.issue).without(self.withdrawn)


def render_issues(batch: Sequence[Delivery]) -> Mapping[int, RenderedMail | Skip]:
    """Return a mail for each delivery; the statements are the same for any number."""
    return _render(batch, {row.pk: row.issue_id or 0 for row in batch}, _mail)


def render_tests(batch: Sequence[Delivery]) -> Mapping[int, RenderedMail | Skip]:
    """Return a mail for each test: its source is the number of the issue.

    A draft is not for whoever may send updates no more.
    """
    with scope(coalition=list({row.coalition_id for row in batch})):
        senders = Membership.objects.who_may(Permission.UPDATES_SEND)
        may = set(
            senders.filter(person__in={row.person_id for row in batch}).values_list(
                "person_id", flat=True
            )
        )
    mails = _render(batch, {row.pk: int(row.source) for row in batch}, _test)
    refused = {row.pk for row in batch if row.person_id not in may}
    return {**mails, **dict.fromkeys(refused, Skip(LeftOut.WITHDRAWN))}


def _render(
    batch: Sequence[Delivery], issue_of: Mapping[int, int], make: Make
) -> Mapping[int, RenderedMail | Skip]:
    with scope(coalition=list({row.coalition_id for row in batch})):
        issues = Issue.objects.select_related("coalition", "own_note_by").in_bulk(
            set(issue_of.values())
        )
        told = told_of(issues)
        reader_of = readers({row.person_id or 0 for row in batch}, _keys(issues))
    mails: dict[int, RenderedMail | Skip] = {}
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
        pk: Told(issue, desk_of[issue.coalition_id], frozenset(gone[pk]))
        for pk, issue in issues.items()
    }


def _keys(issues: Mapping[int, Issue]) -> set[str]:
    updates = (i for i in issues.values() if i.kind == IssueKind.UPDATE)
    return {item.key for issue in updates for item in content_of(issue).items}


def _language(row: Delivery) -> str:
    return row.language


def _mail(row: Delivery, told: Told, reader: Reader) -> RenderedMail | Skip:
    issue, desk = told.issue, told.desk
    shared = shared_part(_source(told, row.language, reader))
    if shared.empty:
        return Skip(LeftOut.EMPTY)
    links = Links(
        stop=unsubscribe_url(issue.coalition_id, row.to_norm),
        browser=read_url(issue.coalition_id, issue.pk, reader.person.pk),
    )
    values = _values(told, reader, links)
    if _chooses(issue, reader) and not (values["waiting"] or values["concerning"]):
        return Skip(LeftOut.NOT_CONCERNED)
    personal = personal_headers(
        name=reader.person.full_name,
        address=row.to_addr,
        unsubscribe=links.stop,
        reply_to=desk.reply_to,
    )
    return RenderedMail(
        headers={**shared.headers, **personal},
        content=shared.entity(values),
        issue_sha256=issue.content_sha256,
        withdrawn=len(told.withdrawn),
    )


def _test(row: Delivery, told: Told, reader: Reader) -> RenderedMail:
    """No list mail: its links lead to pages of who tests it, and stop nothing."""
    shared = shared_part(_source(told, row.language, reader))
    slug = told.desk.slug
    links = Links(
        stop=in_coalition("comms:mail_preferences", slug),
        browser=in_coalition("comms:update_detail", slug, pk=told.issue.pk),
    )
    subject = _("[Test] %(subject)s") % {"subject": shared.headers["Subject"]}
    own = {"To": mailbox(reader.person.full_name, row.to_addr), "Subject": subject}
    return RenderedMail(
        headers=not_of_a_list({**shared.headers, **own}),
        content=shared.entity(_values(told, reader, links)),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    sender: str
    subject: str
    html: str
    text: str
    empty: bool


def preview(issue: Issue, person: Person) -> Preview:
    """Return what this person would get; its links of the foot lead nowhere."""
    return read_as(issue, person, Links(stop="#", browser="#"))


def read_as(
    issue: Issue, person: Person, links: Links, *, asked_until: datetime | None = None
) -> Preview:
    """Return what this person reads; of what waits, only what was asked by then."""
    told = told_of({issue.pk: issue})[issue.pk]
    language = spoken(person.language, issue.coalition.language)
    with override(language):
        keys = _keys({issue.pk: issue})
        reader = readers([person.pk], keys, asked_until=asked_until)[person.pk]
        shared = shared_part(_source(told, language, reader))
        values = _values(told, reader, links)
        return Preview(
            sender=told.desk.name,
            subject=issue.subject,
            html=shared.html.text(values),
            text=shared.text.text(values),
            empty=shared.empty,
        )


def _source(told: Told, language: str, reader: Reader | None = None) -> Source:
    issue = told.issue
    return Source(
        issue=issue,
        issue_pk=issue.pk,
        sha256=issue.content_sha256,
        language=language,
        day=_day(issue),
        desk=told.desk,
        concerning=bool(reader and _chooses(issue, reader)),
        withdrawn=told.withdrawn,
    )


def _chooses(issue: Issue, reader: Reader) -> bool:
    return reader.only is not None and issue.kind == IssueKind.UPDATE


def _day(issue: Issue) -> date:
    return timezone.localdate(issue.released_at or issue.due_at, issue.coalition.zone)


def _values(told: Told, reader: Reader, links: Links) -> Values:
    why = _why(told.issue, told.desk, reader)
    return {
        "greeting": [{"words": greeting(reader.person)}],
        "waiting": waiting_block(reader, told.desk.slug),
        "concerning": concerning_block(reader, told.content),
        "footer": [{"why": why, "stop": links.stop, "browser": links.browser}],
    }


def greeting(person: Person) -> str:
    if not person.first_name:
        return _("Hello,")
    return _("Hello %(name)s,") % {"name": person.first_name}


def _why(issue: Issue, desk: Desk, reader: Reader) -> str:
    """Say why they get this, and how often."""
    partner = reader.partner
    if _chooses(issue, reader):
        return _("You asked for what concerns you and your partner only.")
    if issue.kind == IssueKind.ANNOUNCEMENT or not desk.every_weeks:
        often = _("You get news of milestones")
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
