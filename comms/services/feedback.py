"""Raising feedback, seconding it, and closing it with an answer."""

import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comms.errors import (
    CannotSeeToIt,
    CannotSpeakFor,
    FeedbackMoved,
    FeedbackTakenBack,
    NobodyReadsIt,
    NotOpenToSecond,
    NotTheirWords,
    TooMuchFeedback,
)
from comms.models import (
    WAITING,
    Feedback,
    FeedbackPeriod,
    FeedbackSecond,
    FeedbackState,
    InboundMail,
)
from comms.models.feedback import ANSWER_WITHIN
from comms.queries.feedback import is_hidden, who_answers
from goals.models import Goal, Milestone
from members.models import Coalition, Partner, Person, Via
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import claim_version, save_edit
from members.services.records import locked, refuse_foreign
from tasks.models import Task

A_DAY: Final = 10  # as much as one person may say under their name
# What the trail tells of it: who may read the trail may not read all feedback.
RAISED: Final = ("kind", "visibility", "goal", "raised_on")
OUTCOME: Final = ("state", "closed_at", "closed_by")
_UNANSWERED: Final[dict[str, Any]] = {
    "state": FeedbackState.ACKNOWLEDGED,
    "answer": "",
    "changed_goal": None,
    "changed_task": None,
    "changed_milestone": None,
    "changed_words": "",
    "changed_url": "",
    "public_words": "",
    "closed_at": None,
    "closed_by": None,
}


def create_feedback(
    *,
    kind: str,
    visibility: str,
    text: str,
    goal: Goal | None,
    partner: Partner | None,
    who: Person | None = None,
    by: Actor,
) -> Feedback:
    """Say something under one's name, or write down what somebody said.

    Raises TooMuchFeedback, NobodyReadsIt, CannotSpeakFor.
    """
    refuse_foreign(by, goal, partner, who)
    by = _in_the_name_of(who, by)
    today = timezone.localdate(timezone=by.coalition.zone)
    refuse_unread(visibility, partner, today)
    with transaction.atomic():
        author = locked(by.on_behalf_of or _person(by))
        said = Feedback.objects.filter(author=author, raised_on=today)
        if said.count() >= A_DAY:
            raise TooMuchFeedback
        if is_hidden(visibility):
            begin_month(by.coalition, today)
        feedback = Feedback.objects.create(
            coalition=by.coalition,
            kind=kind,
            visibility=visibility,
            text=text,
            goal=goal,
            partner=partner,
            author=author,
            by_mail=by.via == Via.MAIL,
            raised_on=today,
            due_on=today + ANSWER_WITHIN,
        )
        after = snapshot(feedback, RAISED)
        record_change(action="raise", target=feedback, by=by, after=after)
    return feedback


def _in_the_name_of(who: Person | None, by: Actor) -> Actor:
    if who is None or who == by.person:
        return by
    if not may(by, Permission.FEEDBACK_ANSWER):
        raise CannotSpeakFor(who)
    return replace(by, on_behalf_of=who)


def _person(by: Actor) -> Person:
    assert by.person  # noqa: S101
    return by.person


def begin_month(coalition: Coalition, today: date) -> None:
    """Let there be a row for the month, which is counted when it is over."""
    FeedbackPeriod.objects.get_or_create(
        coalition=coalition,
        month=today.replace(day=1),
        defaults={"key": secrets.token_hex(32)},
    )


def refuse_unread(visibility: str, partner: Partner | None, today: date) -> None:
    """Refuse what nobody could read: all who answer stand for that partner."""
    if partner is None or not is_hidden(visibility):
        return
    if not who_answers(partner.pk, today).exists():
        raise NobodyReadsIt


def second_feedback(*, feedback: Feedback, by: Actor) -> None:
    """Say the same; once is as much as often."""
    refuse_foreign(by, feedback)
    assert by.person  # noqa: S101
    refuse_taken_back(feedback)
    if not feedback.is_open or feedback.author_id == by.person.pk:
        raise NotOpenToSecond
    with transaction.atomic():
        _row, new = FeedbackSecond.objects.get_or_create(
            coalition=by.coalition, feedback=feedback, person=by.person
        )
        if new:
            record_change(action="second", target=feedback, by=by)


def unsecond_feedback(*, feedback: Feedback, by: Actor) -> None:
    refuse_foreign(by, feedback)
    with transaction.atomic():
        mine = FeedbackSecond.objects.filter(feedback=feedback, person=by.person)
        if mine.delete()[0]:
            record_change(action="unsecond", target=feedback, by=by)


def take_back_feedback(*, feedback: Feedback, by: Actor) -> Feedback:
    """Let whoever said it take it back while it waits: its words go, the row stays.

    Raises NotTheirWords, FeedbackMoved when it was answered.
    """
    refuse_foreign(by, feedback)
    if by.person is None or feedback.author_id != by.person.pk:
        raise NotTheirWords
    with transaction.atomic():
        stored = locked(feedback)
        if stored.is_taken_back:
            return stored
        if stored.is_answered:
            raise FeedbackMoved
        # The mail that it came in stays known, so that it is not taken in again.
        InboundMail.objects.filter(feedback=stored).update(subject="", text="", raw=b"")
        fields = {
            "state": FeedbackState.TAKEN_BACK,
            "text": "",
            "closed_at": timezone.now(),
            "closed_by": by.person,
        }
        return _save(stored, stored.version, fields, action="take_back", by=by)


def refuse_taken_back(feedback: Feedback) -> None:
    if feedback.is_taken_back:
        raise FeedbackTakenBack


def acknowledge_feedback(*, feedback: Feedback, by: Actor) -> Feedback:
    """Let its writer know that somebody sees to it: whoever does, if nobody does."""
    refuse_foreign(by, feedback)
    with transaction.atomic():
        stored = locked(feedback)
        refuse_taken_back(stored)
        if stored.state != FeedbackState.NEW:
            raise FeedbackMoved
        fields = {
            "state": FeedbackState.ACKNOWLEDGED,
            "owner": stored.owner or by.person,
        }
        return save_edit(
            record=stored,
            version=stored.version,
            fields=fields,
            by=by,
            action="acknowledge",
        )


def assign_feedback(
    *,
    feedback: Feedback,
    version: int,
    kind: str,
    goal: Goal | None,
    owner: Person | None,
    due_on: date | None,
    by: Actor,
) -> Feedback:
    """Say who sees to it by when, and what it is about."""
    refuse_foreign(by, feedback, goal, owner)
    refuse_taken_back(feedback)
    able = who_answers(feedback.partner_id, feedback.raised_on)
    if owner and not able.filter(pk=owner.pk):
        raise CannotSeeToIt(owner)
    fields = {"kind": kind, "goal": goal, "owner": owner, "due_on": due_on}
    return save_edit(
        record=feedback, version=version, fields=fields, by=by, action="assign"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What was changed: a record, or words and the address of what shows it."""

    goal: Goal | None = None
    task: Task | None = None
    milestone: Milestone | None = None
    words: str = ""
    url: str = ""

    @property
    def record(self) -> Goal | Task | Milestone | None:
        return self.goal or self.task or self.milestone

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "changed_goal": self.goal,
            "changed_task": self.task,
            "changed_milestone": self.milestone,
            "changed_words": self.words or str(self.record or "")[:200],
            "changed_url": self.url,
        }


def close_feedback(
    *,
    feedback: Feedback,
    version: int,
    state: str,
    answer: str,
    changed: Changed,
    public_words: str,
    by: Actor,
) -> Feedback:
    """Answer it, for good or until it is opened again; an answer can be bettered.

    Raises ValidationError without an answer, and without what was changed, and where
    one can see it, where something was.
    """
    goal = changed.milestone.goal if changed.milestone else changed.goal
    refuse_foreign(by, feedback, goal, changed.task)
    refuse_taken_back(feedback)
    what = changed if state == FeedbackState.CHANGED else Changed()
    if what.words and not (what.url or what.record):
        raise ValidationError({"changed_url": _("Say where one can see it.")})
    fields = {
        "state": state,
        "answer": answer,
        "public_words": public_words,
        "closed_at": timezone.now(),
        "closed_by": by.person,
        **what.columns,
    }
    return _save(feedback, version, fields, action="answer", by=by)


def reopen_feedback(*, feedback: Feedback, by: Actor) -> Feedback:
    """Take the answer back: it waits again."""
    refuse_foreign(by, feedback)
    with transaction.atomic():
        stored = locked(feedback)
        refuse_taken_back(stored)
        if stored.state in WAITING:
            raise FeedbackMoved
        return _save(stored, stored.version, _UNANSWERED, action="reopen", by=by)


def _save(
    feedback: Feedback, version: int, fields: dict[str, Any], *, action: str, by: Actor
) -> Feedback:
    """Write it, and let the trail know that, not what was said."""
    with transaction.atomic():
        claim_version(feedback, version)
        before = snapshot(feedback, OUTCOME)
        for name, value in fields.items():
            setattr(feedback, name, value)
        feedback.validate_constraints()
        feedback.save(update_fields=[*fields, "search_text"])
        record_change(
            action=action,
            target=feedback,
            by=by,
            before=before,
            after=snapshot(feedback, OUTCOME),
        )
    return feedback
