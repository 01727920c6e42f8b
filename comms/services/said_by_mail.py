"""Feedback by mail, to the address at the foot of an update."""

from comms.errors import TooMuchFeedback
from comms.models import Feedback, FeedbackKind, InboundMail, Outcome, Visibility
from comms.models.feedback import LONGEST
from comms.queries.feedback import may_have_a_say
from comms.services.feedback import create_feedback
from members.services.audit import Actor
from members.services.records import locked


def say_by_mail(*, kept: InboundMail, by: Actor) -> Outcome:
    """Take what a mail says as feedback of whoever wrote it; the same words once.

    No mail is without a name, nor did they say that everybody may read it: it is for
    those who coordinate. What is too long for feedback stands in the message kept.
    """
    if not (kept.issue_id and may_have_a_say(kept.who, kept.issue_id)):
        return Outcome.STRANGER
    words = kept.text.strip()[:LONGEST]
    if not words:
        return Outcome.EMPTY
    locked(kept.who)
    try:
        kept.feedback = _said_before(kept, words) or create_feedback(
            kind=FeedbackKind.IDEA,
            visibility=Visibility.COORDINATORS,
            text=words,
            goal=None,
            partner=None,
            by=by,
        )
    except TooMuchFeedback:
        return Outcome.TOO_MUCH
    return Outcome.SAID


def _said_before(kept: InboundMail, words: str) -> Feedback | None:
    """Return what the same words became that they wrote about this issue before."""
    theirs = Feedback.objects.filter(author=kept.person, by_mail=True, text=words)
    return theirs.filter(mails__issue=kept.issue).first()
