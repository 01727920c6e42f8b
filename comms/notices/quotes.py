"""The mail that asks a speaker whether their words may stand in one issue."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Issue, IssueKind, Lane, LeftOut, Quote
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    waiting = (
        Quote.objects.to_ask()
        .select_related("coalition", "issue", "asked_by")
        .in_bulk([int(row.source) for row in batch])
    )
    return {row.pk: _words(waiting.get(int(row.source))) for row in batch}


def _words(quote: Quote | None) -> Words | Skip:
    """Ask for nothing that was answered, removed or left without since."""
    if quote is None:
        return Skip(LeftOut.WITHDRAWN)
    names = {"who": quote.asked_by or quote.coalition, "coalition": quote.coalition}
    where = (
        _("the next update of %(coalition)s")
        if quote.issue.kind == IssueKind.UPDATE
        else _("an announcement of %(coalition)s")
    ) % names
    return Words(
        subject=_("May we tell this in your words?"),
        paragraphs=[
            _("%(who)s would like to quote you in %(where)s, in exactly these words:")
            % (names | {"where": where}),
        ],
        quote=quote.words,
        quoted=quote.signed,
        button=_("Say yes or no"),
        url=absolute(quote.link.path),
        why=_(
            "You get this because these words are yours. Without your yes they stand "
            "nowhere; you can change them, and take them back later by the same link."
        ),
    )


def _sample(cast: Cast) -> Words | Skip:
    issue = Issue(**cast.make(kind=IssueKind.UPDATE))
    given = {"words": cast.said, "signed": str(cast.reader), "asked_by": cast.other}
    return _words(Quote(**cast.make(issue=issue, speaker=cast.reader, **given)))


KIND = NoticeKind(gettext_lazy("May we quote you?"), _write, Lane.FAST, _sample)
