"""Make the mails of a batch of notices."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from coalition.common.tenancy import scope
from comms.inbound.words import MARK
from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import NOWHERE, Cast
from comms.notices.kinds import KINDS
from comms.notices.words import Words
from comms.sending.mail import RenderedMail, Skip, mime_content
from comms.updates.headers import not_of_a_list, personal_headers, shared_headers
from comms.updates.links import in_coalition, unsubscribe_url
from comms.updates.render import greeting
from comms.updates.sheet import Desk, desks, inlined, wrapped
from members.models import Person


def render_notices(batch: Sequence[Delivery]) -> Mapping[int, RenderedMail | Skip]:
    """Return a mail for each delivery of one kind; the statements do not grow."""
    write = KINDS[batch[0].kind].write
    mails: dict[int, RenderedMail | Skip] = {}
    with scope(coalition=list({row.coalition_id for row in batch})):
        people = Person.objects.living().select_related("coalition")
        found = people.in_bulk({row.person_id for row in batch})
        desk_of = desks({person.coalition for person in found.values()})
        for language, group in groupby(sorted(batch, key=_language), _language):
            rows = list(group)
            with override(language):
                words = write(rows)
                for row in rows:
                    person = found.get(row.person_id or 0)
                    mails[row.pk] = _mail(row, person, words[row.pk], desk_of)
    return mails


def sample_notice(
    kind: str, cast: Cast, *, desk: Desk, language: str, variant: str = ""
) -> RenderedMail | Skip:
    """Return a mail about a cast, in the active language; its links lead nowhere."""
    said = KINDS[kind]
    sample = said.variants[variant].sample if variant else said.sample
    row = Delivery(
        pk=NOWHERE,
        kind=kind,
        lane=said.lane,
        language=language,
        to_addr=cast.reader.email or "",
    )
    desk_of = {cast.coalition.pk: desk}
    return _mail(row, cast.reader, sample(cast), desk_of)


def _language(row: Delivery) -> str:
    return row.language


def _mail(
    row: Delivery,
    person: Person | None,
    words: Words | Skip,
    desk_of: Mapping[int, Desk],
) -> RenderedMail | Skip:
    if person is None:
        return Skip(LeftOut.ERASED)
    if isinstance(words, Skip):
        return words
    desk = desk_of[person.coalition_id]
    stop = unsubscribe_url(person.coalition_id, row.to_norm)
    headers = _headers(row, person, words, desk, stop)
    if row.lane == Lane.FAST:
        headers = not_of_a_list(headers)
        stop = ""
    context = {"language": row.language, **_context(person, words, desk, stop)}
    return RenderedMail(
        headers,
        mime_content(
            text=render_to_string("email/notice.txt", context),
            html=inlined(render_to_string("email/notice.html", context)),
        ),
    )


def _headers(
    row: Delivery, person: Person, words: Words, desk: Desk, stop: str
) -> dict[str, str]:
    shared = shared_headers(
        kind=row.kind,
        number=row.pk,
        subject=words.subject,
        name=desk.name,
        slug=desk.slug,
        reply_to=words.reply_to or desk.reply_to,
    )
    personal = personal_headers(
        name=person.full_name,
        address=row.to_addr,
        unsubscribe=stop,
        office=desk.office,
    )
    return {**shared, **personal}


def _context(person: Person, words: Words, desk: Desk, stop: str) -> dict[str, Any]:
    told = [*words.paragraphs, words.quote, words.quote and f"– {words.quoted}"]
    return {
        "words": words,
        "mark": words.reply_to and _mark(),
        "lines": [line for text in told if text for line in (*wrapped(text), "")],
        "subject": words.subject,
        "greeting": greeting(person),
        "preheader": next(filter(None, words.paragraphs), ""),
        "desk": desk,
        "day": timezone.localdate(timezone=person.coalition.zone),
        "home": in_coalition("web:home", desk.slug),
        "preferences": in_coalition("comms:mail_preferences", desk.slug),
        "stop": stop,
    }


def _mark() -> str:
    return MARK + " " + _("Your answer goes above this line")
