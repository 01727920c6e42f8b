"""Announcements: news that does not wait for the next update, but for an approval."""

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from comms.errors import AlreadyOnItsWay, IssueMoved, OnlyToEverybody
from comms.models import GONE_OUT, Issue, IssueKind, IssueState
from comms.services.editors import note_editor
from comms.services.issues import (
    advance,
    lock,
    recall_issue,
    rewrite,
)
from comms.services.items import withdraw_item
from comms.services.telling import cancel_announcement, retell
from comms.updates.addressees import Addressees, addressees_of
from comms.updates.content import digest_of
from comms.updates.happenings import (
    SUBJECT,
    Happening,
    content_about,
    happening_of,
    key_of,
    subject_about,
    topic_of,
)
from comms.updates.milestones import build_correction
from goals.models import Milestone
from members.errors import EditedMeanwhile
from members.models import Person
from members.services.audit import Actor, record_change, snapshot
from members.services.records import refuse_foreign

EVERYBODY = Addressees()
UNSENT = (
    IssueState.PLANNED,
    IssueState.COMPOSED,
    IssueState.AWAITING_APPROVAL,
    IssueState.APPROVED,
)


def draft_announcement(
    *,
    happening: Happening = None,
    subject: str = "",
    introduction: str = "",
    addressees: Addressees = EVERYBODY,
    answered_by: Person | None = None,
    by: Actor,
) -> Issue:
    """Draft what is to be told, out of what happened; no record: in these words."""
    zone = by.coalition.zone
    with override(by.coalition.language):
        issue = Issue(
            source_key=_key(happening),
            topic=topic_of(happening),
            facts=_facts(happening),
            addressees=addressees.as_json(),
            answered_by=answered_by,
            subject=subject or subject_about(happening, zone),
            introduction=introduction,
            content=content_about(happening, zone).as_json(),
        )
        with transaction.atomic():
            drafted = _draft(issue, by)
            plain = addressees == EVERYBODY and answered_by is None
            if by.person and not (plain and isinstance(happening, Milestone)):
                _sign(drafted, by.person)
    return drafted


def _sign(issue: Issue, writer: Person) -> None:
    """Keep in mind who wrote it, or chose who gets it: another may have to approve it."""
    note_editor(issue, writer)
    issue.edited_by = writer
    issue.save(update_fields=["edited_by"])


def edit_announcement(
    *,
    issue: Issue,
    version: int,
    happening: Happening = None,
    addressees: Addressees = EVERYBODY,
    answered_by: Person | None = None,
    by: Actor,
) -> Issue:
    """Change what it is about, whom it is for and who answers; an approval is dropped.

    A subject that nobody has changed goes with what it is about.
    """
    zone = by.coalition.zone
    with transaction.atomic(), override(by.coalition.language):
        issue = lock(issue)
        refuse_foreign(by, answered_by)
        if issue.version != version:
            raise EditedMeanwhile
        after: dict[str, Any] = {
            "addressees": addressees.as_json(),
            "answered_by": answered_by,
        }
        if old := happening_of(issue):
            ours = issue.subject == subject_about(old, zone)
            after |= {
                "facts": _facts(happening),
                "content": content_about(happening, zone).as_json(),
                "subject": subject_about(happening, zone) if ours else issue.subject,
            }
        if issue.with_update and after["addressees"] is not None:
            raise OnlyToEverybody
        _rewrite(issue, after, by)
        if issue.with_update:
            retell(by)
    return issue


def _rewrite(issue: Issue, after: dict[str, Any], by: Actor) -> None:
    told = [name for name in after if name != "content"]
    before = snapshot(issue, told)
    if any(getattr(issue, name) != value for name, value in after.items()):
        rewrite(issue, editor=by.person, **after, version=issue.version + 1)
        record_change(
            action="edit",
            target=issue,
            by=by,
            before=before,
            after=snapshot(issue, told),
        )


def announce_milestone(*, milestone: Milestone, by: Actor) -> Issue:
    """Draft the news that a milestone was reached."""
    return draft_announcement(happening=milestone, by=by)


def withdraw_milestone(*, milestone: Milestone, by: Actor) -> None:
    """Take back what was drafted, or draft a correction of what people have read."""
    with transaction.atomic():
        for news in _uncorrected(milestone):
            _withdraw(milestone, news, by)


def _uncorrected(milestone: Milestone) -> list[Issue]:
    """Return what was said of it since it was last taken back; one for each audience."""
    said = list(_of(milestone).order_by("pk"))
    sorry = [issue.pk for issue in said if issue.source_key.endswith(":sorry")]
    since = max(sorry, default=0)
    gone = IssueState.CANCELLED
    return [issue for issue in said if issue.pk > since and issue.state != gone]


def _withdraw(milestone: Milestone, news: Issue, by: Actor) -> None:
    if news.state == IssueState.RELEASED:
        news = _try_recall(news, by)
    if news.state in GONE_OUT:
        _correct(milestone, news, by)
    elif news.state in UNSENT:
        cancel_announcement(issue=news, by=by)
    elif news.told_in:
        _withdraw_told(milestone, news, news.told_in, by)


def _withdraw_told(milestone: Milestone, news: Issue, update: Issue, by: Actor) -> None:
    """Take it out of the mail that waits; whoever read it by then is told."""
    withdraw_item(issue=update, key=key_of(news), by=by)
    if update.deliveries.exclude(data_started_at=None).exists():
        _correct(milestone, news, by)


def _try_recall(issue: Issue, by: Actor) -> Issue:
    try:
        return recall_issue(issue=issue, by=by)
    except (AlreadyOnItsWay, IssueMoved):
        return Issue.objects.get(pk=issue.pk)


def _correct(milestone: Milestone, news: Issue, by: Actor) -> Issue:
    """Tell those who were told, and let the same person answer."""
    title = Truncator(milestone.title).chars(SUBJECT)
    with override(by.coalition.language):
        issue = Issue(
            source_key=f"{_key(milestone)}:sorry",
            topic=news.topic,
            addressees=addressees_of(news).as_json(),
            answered_by=news.answered_by,
            subject=_("Not yet: %(title)s") % {"title": title},
            content=build_correction(milestone).as_json(),
        )
        return _draft(issue, by)


def _of(milestone: Milestone) -> QuerySet[Issue]:
    key = f"m:{milestone.pk}:"
    return Issue.objects.announcements().filter(source_key__startswith=key)


def _key(happening: Happening) -> str:
    """Return a key: what is said of a milestone is numbered, all else is said once."""
    if isinstance(happening, Milestone):
        return f"m:{happening.pk}:{_of(happening).count() + 1}"
    return f"a:{uuid4()}"


def _facts(happening: Happening) -> dict[str, Any] | None:
    if happening is None or isinstance(happening, Milestone):
        return None
    return happening.as_json()


def _draft(issue: Issue, by: Actor) -> Issue:
    issue.coalition, issue.kind = by.coalition, IssueKind.ANNOUNCEMENT
    issue.due_at = timezone.now()
    refuse_foreign(by, issue.answered_by)
    with transaction.atomic():
        issue.content_sha256 = digest_of(issue)
        issue.save()
        advance(issue, IssueState.COMPOSED)
        advance(issue, IssueState.AWAITING_APPROVAL)
        record_change(
            action="draft",
            target=issue,
            by=by,
            after={"subject": issue.subject, "to": str(addressees_of(issue))},
        )
    return issue
