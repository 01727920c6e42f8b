"""Make the mails of a batch: the shared part once, each person's own spliced in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from coalition.common.languages import spoken
from coalition.common.tenancy import scope
from comms.models import Delivery, Issue, IssueKind, LeftOut
from comms.sending.mail import RenderedMail, Skip
from comms.updates.content import content_of, shown_of
from comms.updates.gaps import Values
from comms.updates.headers import mailbox, not_of_a_list, personal_headers
from comms.updates.links import in_coalition, unsubscribe_url
from comms.updates.personal import (
    Reader,
    concerning_block,
    readers,
    waiting_block,
)
from comms.updates.sheet import Desk, Source, desks, shared_part
from members.models import Person

Make = Callable[[Delivery, Issue, Desk, Reader], RenderedMail | Skip]


def render_issues(batch: Sequence[Delivery]) -> Mapping[int, RenderedMail | Skip]:
    """Return a mail for each delivery; the statements are the same for any number."""
    return _render(batch, {row.pk: row.issue_id or 0 for row in batch}, _mail)


def render_tests(batch: Sequence[Delivery]) -> Mapping[int, RenderedMail | Skip]:
    """Return a mail for each test: its source is the number of the issue."""
    return _render(batch, {row.pk: int(row.source) for row in batch}, _test)


def _render(
    batch: Sequence[Delivery], issue_of: Mapping[int, int], make: Make
) -> Mapping[int, RenderedMail | Skip]:
    with scope(coalition=list({row.coalition_id for row in batch})):
        issues = Issue.objects.select_related("coalition", "own_note_by").in_bulk(
            set(issue_of.values())
        )
        desk_of = desks(issue.coalition for issue in issues.values())
        reader_of = readers({row.person_id or 0 for row in batch}, _keys(issues))
    mails: dict[int, RenderedMail | Skip] = {}
    for language, rows in groupby(sorted(batch, key=_language), _language):
        with override(language):
            for row in rows:
                issue = issues[issue_of[row.pk]]
                reader = reader_of.get(row.person_id or 0)
                mails[row.pk] = (
                    make(row, issue, desk_of[issue.coalition_id], reader)
                    if reader
                    else Skip(LeftOut.ERASED)
                )
    return mails


def _keys(issues: Mapping[int, Issue]) -> set[str]:
    updates = (i for i in issues.values() if i.kind == IssueKind.UPDATE)
    return {item.key for issue in updates for item in content_of(issue).items}


def _language(row: Delivery) -> str:
    return row.language


def _mail(
    row: Delivery, issue: Issue, desk: Desk, reader: Reader
) -> RenderedMail | Skip:
    shared = shared_part(
        _source(issue, desk, row.language, concerning=_chooses(issue, reader))
    )
    if shared.empty:
        return Skip(LeftOut.EMPTY)
    stop = unsubscribe_url(issue.coalition_id, row.to_norm)
    values = _values(issue, desk, reader, stop)
    if _chooses(issue, reader) and not (values["waiting"] or values["concerning"]):
        return Skip(LeftOut.NOT_CONCERNED)
    personal = personal_headers(
        name=reader.person.full_name,
        address=row.to_addr,
        unsubscribe=stop,
        reply_to=desk.reply_to,
    )
    return RenderedMail(
        headers={**shared.headers, **personal},
        content=shared.entity(values),
        issue_sha256=issue.content_sha256,
    )


def _test(row: Delivery, issue: Issue, desk: Desk, reader: Reader) -> RenderedMail:
    """No list mail: what would stop it leads to the page where one chooses."""
    shared = shared_part(
        _source(issue, desk, row.language, concerning=_chooses(issue, reader))
    )
    stop = in_coalition("comms:mail_preferences", desk.slug)
    subject = _("[Test] %(subject)s") % {"subject": shared.headers["Subject"]}
    own = {
        "To": mailbox(reader.person.full_name, row.to_addr),
        "Subject": subject,
    }
    return RenderedMail(
        headers=not_of_a_list({**shared.headers, **own}),
        content=shared.entity(_values(issue, desk, reader, stop)),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    sender: str
    subject: str
    html: str
    text: str


def preview(issue: Issue, person: Person) -> Preview:
    """Return what this person would get; the link that stops it leads nowhere."""
    desk = desks([issue.coalition])[issue.coalition_id]
    language = spoken(person.language, issue.coalition.language)
    with override(language):
        reader = readers([person.pk], _keys({issue.pk: issue}))[person.pk]
        shared = shared_part(
            _source(issue, desk, language, concerning=_chooses(issue, reader))
        )
        values = _values(issue, desk, reader, "#")
        return Preview(
            sender=desk.name,
            subject=issue.subject,
            html=shared.html.text(values),
            text=shared.text.text(values),
        )


def _chooses(issue: Issue, reader: Reader) -> bool:
    return reader.only is not None and issue.kind == IssueKind.UPDATE


def _source(
    issue: Issue, desk: Desk, language: str, *, concerning: bool = False
) -> Source:
    return Source(
        issue=issue,
        issue_pk=issue.pk,
        sha256=issue.content_sha256,
        language=language,
        day=_day(issue),
        desk=desk,
        concerning=concerning,
    )


def _day(issue: Issue) -> date:
    return timezone.localdate(issue.released_at or issue.due_at, issue.coalition.zone)


def _values(issue: Issue, desk: Desk, reader: Reader, stop: str) -> Values:
    return {
        "greeting": [{"words": greeting(reader.person)}],
        "waiting": waiting_block(reader, desk.slug),
        "concerning": concerning_block(reader, shown_of(issue)),
        "footer": [{"why": _why(issue, desk, reader), "stop": stop}],
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
