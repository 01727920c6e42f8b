"""The mail that asks somebody to approve what another has edited."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import DRAFTS, Delivery, Issue, IssueKind, Lane, LeftOut
from comms.notices.access import if_may
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
from members.permissions import Permission


@if_may(Permission.UPDATES_SEND)
def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    waiting = (
        Issue.objects.filter(state__in=DRAFTS)
        .select_related("coalition", "approval_asked_by")
        .in_bulk([int(row.source) for row in batch])
    )
    return {row.pk: _words(waiting.get(int(row.source))) for row in batch}


def _words(issue: Issue | None) -> Words | Skip:
    """Ask for nothing that somebody has approved or cancelled since."""
    if issue is None:
        return Skip(LeftOut.WITHDRAWN)
    names = {
        "who": issue.approval_asked_by or issue.coalition,
        "subject": issue,
        "coalition": issue.coalition,
    }
    return Words(
        subject=_("“%(subject)s” waits for your approval") % names,
        paragraphs=[
            _("%(who)s has edited it and asks you to read and approve it.") % names,
            _("In %(coalition)s, nobody approves what they edited themselves.") % names,
        ],
        button=_("Read it"),
        url=in_coalition("comms:update_detail", issue.coalition.slug, pk=issue.pk),
        why=_("You get this because you may approve what %(coalition)s sends.") % names,
    )


def _sample(cast: Cast) -> Words | Skip:
    named = {"subject": cast.title, "approval_asked_by": cast.other}
    return _words(Issue(**cast.make(kind=IssueKind.UPDATE, **named)))


KIND = NoticeKind(gettext_lazy("Will you approve it?"), _write, Lane.FAST, _sample)
