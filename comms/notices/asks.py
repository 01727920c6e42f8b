"""The mails about an ask: a partner is asked, help is offered, it is closed."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.access import if_may
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute, in_coalition
from members.permissions import Permission
from tasks.models import Ask, AskHelp, AskState, HelpState
from tasks.queries.trouble_notices import ask_news, helps_asked, helps_offered


def _write_news(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    found = ask_news({row.source for row in batch})
    return {row.pk: _news(found.get(row.source)) for row in batch}


def _news(ask: Ask | None) -> Words | Skip:
    if ask is None or ask.state == AskState.OPEN:
        return Skip(LeftOut.WITHDRAWN)
    subject, opening = _became(ask)
    return Words(
        subject=subject,
        paragraphs=[opening, _("You wrote: “%(text)s”") % {"text": ask}],
        button=_("Look, or say that it is met"),
        url=absolute(ask.link.path),
        why=_("You get this because you said what would help."),
    )


def _became(ask: Ask) -> tuple[str, str]:
    if ask.state == AskState.CLOSED and not ask.met:
        return (
            _("No help was found this time"),
            _("We looked, and closed it. If it still matters, open it on the page."),
        )
    if ask.state == AskState.CLOSED:
        return (
            _("What would help: is it met?"),
            _("It was marked as met. If it is not, say so on the page."),
        )
    helps = [row for row in ask.helps.all() if row.state == HelpState.OFFERED]
    names = "; ".join(_in_touch(row) for row in helps)
    return _("Somebody can help you"), _("Write to: %(names)s.") % {"names": names}


def _in_touch(row: AskHelp) -> str:
    """Name who can help, and their address: by saying yes they gave it for this."""
    person = row.answered_by
    address = person.email if person else ""
    names = {"person": person, "partner": row.partner, "email": address}
    if address:
        return _("%(person)s (%(partner)s), %(email)s") % names
    return _("%(person)s (%(partner)s)") % names


def _write_asked(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    found = helps_asked({row.source for row in batch})
    return {row.pk: _asked(found.get(row.source), row) for row in batch}


def _asked(row: AskHelp | None, delivery: Delivery) -> Words | Skip:
    if row is None or delivery.person_id is None:
        return Skip(LeftOut.WITHDRAWN)
    names = {
        "person": row.ask.person,
        "partner": row.partner,
        "who": row.asked_by,
        "offer": row.offer.kind if row.offer else "",
    }
    because = _("%(who)s thought of you: %(partner)s offers “%(offer)s”.")
    plain = _("%(who)s thought of you, %(partner)s.")
    return Words(
        subject=_("Could %(partner)s help %(person)s?") % names,
        paragraphs=[
            (because if row.offer else plain) % names,
            _("Yes or no, one tap is enough, and you do not have to sign in."),
        ],
        quote=row.ask.text,
        quoted=str(row.ask.person),
        button=_("Answer"),
        url=absolute(row.link_for(delivery.person_id).path),
        why=_("You get this because you speak for %(partner)s.") % names,
    )


@if_may(Permission.CHECKINS_EDIT)
def _write_offered(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    found = helps_offered({row.source for row in batch})
    return {row.pk: _offered(found.get(row.source)) for row in batch}


def _offered(row: AskHelp | None) -> Words | Skip:
    if row is None:
        return Skip(LeftOut.WITHDRAWN)
    names = {"partner": row.partner, "person": row.ask.person}
    return Words(
        subject=_("%(partner)s can help %(person)s") % names,
        paragraphs=[
            _("%(person)s is told how to reach them. There is nothing you must do.")
            % names,
            _("Write to: %(names)s.") % {"names": _in_touch(row)},
        ],
        quote=row.ask.text,
        quoted=str(row.ask.person),
        button=_("Open it"),
        url=in_coalition("tasks:ask_detail", row.coalition.slug, pk=row.ask_id),
        why=_("You get this because you coordinate."),
    )


def _sample_news(cast: Cast) -> Words | Skip:
    return _news(cast.ask(state=AskState.CLOSED, met=True))


def _sample_asked(cast: Cast) -> Words | Skip:
    return _asked(_help(cast), Delivery(person=cast.reader))


def _sample_offered(cast: Cast) -> Words | Skip:
    return _offered(_help(cast))


def _help(cast: Cast) -> AskHelp:
    named = {"asked_by": cast.other, "answered_by": cast.other}
    return AskHelp(**cast.make(ask=cast.ask(), partner=cast.partner, **named))


NEWS = NoticeKind(
    gettext_lazy("What became of an ask"), _write_news, Lane.FAST, _sample_news
)
ASKED = NoticeKind(
    gettext_lazy("Could you help?"), _write_asked, Lane.FAST, _sample_asked
)
OFFERED = NoticeKind(
    gettext_lazy("Help is offered"), _write_offered, Lane.FAST, _sample_offered
)
