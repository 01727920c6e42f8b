"""A look at all that decides whether our mail is believed: nothing is changed."""

from collections.abc import Iterator

from django.conf import settings

from comms.sending.addresses import message_id_for
from comms.sending.doctor import Finding, wrong
from comms.sending.doctor.alignment import check_alignment
from comms.sending.doctor.domain import check_domain, check_mail_servers
from comms.sending.doctor.host import check_host
from comms.sending.doctor.house import check_house, domain_of, envelope_domain
from comms.sending.doctor.message import (
    check_arrived,
    check_message,
    sent_from,
    signature_of,
)
from comms.sending.doctor.names import Names
from comms.sending.doctor.relay import check_relay, hand_over, relay_name
from comms.sending.mail import RenderedMail, assemble, mime_content
from comms.updates.headers import personal_headers, shared_headers
from comms.updates.links import unsubscribe_url

SUBJECT = "Does our mail arrive as it should?"
WORDS = (
    "This is a check of the mail of your coalitions, from manage.py mail_doctor.\n\n"
    "Save it with all its headers, and let mail_doctor --read it."
)
_NOBODY = "somebody@example.org"


def examine(
    *,
    domain: str = "",
    selector: str = "",
    to: str = "",
    arrived: bytes = b"",
    names: Names | None = None,
) -> Iterator[Finding]:
    """Yield what is right, wrong and could not be asked; `to` gets a message."""
    asked = names or Names()
    signer, signed_with = signature_of(arrived) if arrived else ("", "")
    sender = domain or domain_of(settings.MAIL_FROM)
    yield from check_house()
    yield from check_relay()
    yield from check_domain(
        asked,
        sender=signer or sender,
        envelope=domain or envelope_domain(),
        selector=selector or signed_with,
        relay=relay_name(),
    )
    yield from check_alignment(
        asked, sender=sender, envelope=domain or envelope_domain(), signer=signer
    )
    seen = sent_from(arrived) if arrived else ""
    yield from check_host(asked, seen=seen, relay=relay_name())
    yield from _ways_back(asked)
    if arrived:
        yield from check_message(arrived)
        yield from check_arrived(arrived)
    else:
        yield from check_message(sample(to or _NOBODY))
    if to:
        yield hand_over(sample(to), to=to)


def sample(to: str) -> bytes:
    """Return a message with the headers of an update; its link stops nothing."""
    key = f"doctor:{to}"
    shared = shared_headers(
        kind="update",
        number=0,
        subject=SUBJECT,
        name="Coalition",
        slug="doctor",
        reply_to=settings.MAIL_FROM,
    )
    own = personal_headers(
        name="",
        address=to,
        unsubscribe=unsubscribe_url(0, to),
        office=settings.MAIL_FROM,
    )
    mail = RenderedMail({**shared, **own}, mime_content(text=WORDS, html=_html()))
    return assemble(mail, message_id=message_id_for(key), dedupe_key=key)


def _html() -> str:
    paragraphs = "".join(f"<p>{words}</p>" for words in WORDS.split("\n\n"))
    return f"<!doctype html><html lang=en><title>{SUBJECT}</title>{paragraphs}</html>"


def _ways_back(names: Names) -> Iterator[Finding]:
    ways = {
        "Mail that comes back": settings.MAIL_BOUNCE_ADDRESS,
        "A reply": settings.MAIL_REPLY_ADDRESS,
    }
    for purpose, address in ways.items():
        if address and "@" not in address:
            yield wrong(purpose, f"{address} is no address.")
        elif address:
            domain = domain_of(address)
            yield check_mail_servers(names, domain=domain, purpose=purpose)
