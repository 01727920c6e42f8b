"""Drafting an update from the records, and drafting it again before it is approved."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from comms.errors import IssueMoved, TooEarly
from comms.models import DRAFTS, EDITABLE, Issue, IssueKind, IssueState
from comms.services.editors import share_editors
from comms.services.issues import advance, lock, rewrite
from comms.updates.build import Window, build_update
from comms.updates.content import Content, content_of, digest_of
from comms.updates.told import waiting_news, with_news
from comms.updates.words import subject_for
from members.models import Coalition
from members.services.audit import Actor, record_change

# What a coordinator makes of the items, kept when they are found again.
CHOICES: Final = ("hidden", "order", "pinned", "wordings", "openings", "own_sections")
MADE: Final = ("introduction", "own_note", *CHOICES)


def compose_issue(
    issue: Issue,
    *,
    now: datetime,
    settled: timedelta = timedelta(),
    hold_reason: str = "",
    skip: bool = True,
) -> None:
    """Draft a planned update, or skip it (if `skip`) when nothing was recorded.

    Call it in a transaction and in the coalition's scope. A moment that lies ahead
    counts for what is late and what is next; records reach to the present only, or
    as far back as they have `settled`.
    """
    start = window_start(issue.coalition)
    window = _window(issue.coalition, start, now, settled)
    issue.window_start, issue.window_end = window.start, window.end
    with override(issue.coalition.language):
        found = build_update(issue.coalition, window)
        content = with_news(found, issue.coalition)
        if content.eventful:
            _draft(issue, content, hold_reason)
            share_editors(issue, of=waiting_news())
        elif skip:
            _skip(issue)


def _window(
    coalition: Coalition,
    start: datetime,
    now: datetime,
    settled: timedelta = timedelta(),
) -> Window:
    end = min(now, timezone.now()) - settled
    if start >= end:
        raise TooEarly(
            date_format(timezone.localtime(start, coalition.zone), "DATETIME_FORMAT")
        )
    return Window(start=start, end=end, today=timezone.localdate(now, coalition.zone))


def window_start(coalition: Coalition) -> datetime:
    """Return where the next window begins: cancelled and folded updates told nothing."""
    told = Issue.objects.updates().exclude(
        state__in=[IssueState.CANCELLED, IssueState.MERGED]
    )
    ended: datetime | None = told.aggregate(end=Max("window_end"))["end"]
    return ended or coalition.created_at


def _draft(issue: Issue, content: Content, hold_reason: str) -> None:
    issue.content = content.as_json()
    issue.subject = issue.subject or subject_for(content)
    advance(
        issue,
        IssueState.COMPOSED,
        window_start=issue.window_start,
        window_end=issue.window_end,
        content=issue.content,
        subject=issue.subject,
        introduction=issue.introduction,
        own_note=issue.own_note,
        own_note_by=issue.own_note_by,
        **{name: getattr(issue, name) for name in CHOICES},
        content_sha256=digest_of(issue),
    )
    advance(issue, IssueState.AWAITING_APPROVAL, hold_reason=hold_reason)


def _skip(issue: Issue) -> None:
    advance(
        issue,
        IssueState.SKIPPED,
        window_start=issue.window_start,
        window_end=issue.window_end,
        finished_at=timezone.now(),
        hold_reason=_("Nothing new was recorded, so no update was drafted."),
    )


def fold_into(live: Issue) -> None:
    """Fold drafts that nobody approved into a later update, with the words in them.

    Words and choices stay the work of whoever changed the draft.
    """
    drafts = Issue.objects.updates().filter(state__in=DRAFTS)
    for draft in drafts.order_by("period"):
        own_subject = draft.subject != subject_for(content_of(draft))
        if own_subject:
            live.subject = draft.subject
        live.introduction = draft.introduction or live.introduction
        if draft.own_note:
            live.own_note, live.own_note_by = draft.own_note, draft.own_note_by
        _take_choices(live, draft)
        if own_subject or any(getattr(draft, name) for name in MADE):
            share_editors(live, of=[draft])
        advance(draft, IssueState.MERGED)


def _take_choices(live: Issue, draft: Issue) -> None:
    live.hidden = [*dict.fromkeys([*live.hidden, *draft.hidden])]
    live.pinned = [*dict.fromkeys([*live.pinned, *draft.pinned])]
    live.order = draft.order or live.order
    live.wordings = live.wordings | draft.wordings
    live.openings = live.openings | draft.openings
    live.own_sections = [*live.own_sections, *draft.own_sections]


def refresh_issue(*, issue: Issue, now: datetime, by: Actor) -> Issue:
    """Draft it again up to now; words, and what was made of items, stay as they are."""
    with transaction.atomic():
        issue = lock(issue)
        if issue.kind != IssueKind.UPDATE or issue.state not in EDITABLE:
            raise IssueMoved(issue.get_state_display())
        start = issue.window_start or window_start(issue.coalition)
        window = _window(issue.coalition, start, now)
        with override(issue.coalition.language):
            found = build_update(issue.coalition, window)
            content = with_news(found, issue.coalition)
            ours = issue.subject == subject_for(content_of(issue))
            subject = subject_for(content) if ours else issue.subject
        rewrite(
            issue,
            editor=by.person,
            content=content.as_json(),
            subject=subject,
            window_end=window.end,
        )
        share_editors(issue, of=waiting_news())
        record_change(
            action="refresh",
            target=issue,
            by=by,
            after={"window_end": window.end.isoformat()},
        )
    return issue
