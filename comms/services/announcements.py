"""Announcements: news that does not wait for the next update, but for an approval."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from comms.errors import AlreadyOnItsWay, IssueMoved
from comms.models import Issue, IssueKind, IssueState
from comms.services.issues import GONE_OUT, advance, cancel_issue, recall_issue
from comms.updates.build import build_correction, build_milestone
from comms.updates.content import Content, digest_of
from goals.models import Milestone
from members.services.audit import Actor, record_change

SUBJECT = 120
UNSENT = (
    IssueState.PLANNED,
    IssueState.COMPOSED,
    IssueState.AWAITING_APPROVAL,
    IssueState.APPROVED,
)


def announce_milestone(*, milestone: Milestone, by: Actor) -> Issue:
    """Draft the news that a milestone was reached."""
    title = Truncator(milestone.title).chars(SUBJECT)
    with override(by.coalition.language):
        subject = _("We did it: %(title)s") % {"title": title}
        return _draft(milestone, "", subject, build_milestone(milestone), by)


def withdraw_milestone(*, milestone: Milestone, by: Actor) -> None:
    """Take back what was drafted, or draft a correction of what people have read."""
    with transaction.atomic():
        news = _of(milestone).exclude(source_key__contains=":sorry")
        latest = news.exclude(state=IssueState.CANCELLED).order_by("-pk").first()
        if latest is None:
            return
        if latest.state == IssueState.RELEASED:
            latest = _try_recall(latest, by)
        if latest.state in GONE_OUT:
            _correct(milestone, by)
        elif latest.state in UNSENT:
            cancel_issue(issue=latest, by=by)


def _try_recall(issue: Issue, by: Actor) -> Issue:
    try:
        return recall_issue(issue=issue, by=by)
    except (AlreadyOnItsWay, IssueMoved):
        return Issue.objects.get(pk=issue.pk)


def _correct(milestone: Milestone, by: Actor) -> Issue:
    title = Truncator(milestone.title).chars(SUBJECT)
    with override(by.coalition.language):
        subject = _("Not yet: %(title)s") % {"title": title}
        content = build_correction(milestone)
        return _draft(milestone, ":sorry", subject, content, by)


def _of(milestone: Milestone) -> QuerySet[Issue]:
    key = f"m:{milestone.pk}:"
    return Issue.objects.announcements().filter(source_key__startswith=key)


def _draft(
    milestone: Milestone, mark: str, subject: str, content: Content, by: Actor
) -> Issue:
    with transaction.atomic():
        number = _of(milestone).count() + 1
        issue = Issue(
            coalition=by.coalition,
            kind=IssueKind.ANNOUNCEMENT,
            source_key=f"m:{milestone.pk}:{number}{mark}",
            due_at=timezone.now(),
            subject=subject,
            content=content.as_json(),
        )
        issue.content_sha256 = digest_of(issue)
        issue.save()
        advance(issue, IssueState.COMPOSED)
        advance(issue, IssueState.AWAITING_APPROVAL)
        record_change(
            action="draft", target=issue, by=by, after={"subject": issue.subject}
        )
    return issue
