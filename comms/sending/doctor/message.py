"""What stands in a message: the one we would send, or one that arrived."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Final

from django.conf import settings

from comms.sending.doctor import Finding, advice, aligned, right, unknown, wrong
from comms.sending.doctor.host import is_public

LARGEST: Final = 100 * 1024  # Gmail cuts what is longer
LONGEST_LINE: Final = 998
LONGEST_SUBJECT: Final = 150
UNSUBSCRIBE: Final = ("list-unsubscribe", "list-unsubscribe-post")
_PATTERNS: Final = {
    "List-Unsubscribe": r"<https?://[^>]+>.*",
    "List-Unsubscribe-Post": r"List-Unsubscribe=One-Click",
    "List-Id": r".*<[^<>@\s]+\.[^<>@\s]+>",
    "Feedback-ID": r"[^:]+:[^:]*:[^:]*:[^:]+",
    "Auto-Submitted": r"auto-generated",
    "Precedence": r"bulk",
    "Date": r".+",
}
_CLIENT: Final = re.compile(r"client-ip=([0-9A-Fa-f.:]*[0-9A-Fa-f])")
_HOPS: Final = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f.:]+)\]")
_VERDICTS: Final = re.compile(r"\b(spf|dkim|dmarc)=(\w+)")


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def check_message(content: bytes) -> Iterator[Finding]:
    """Look at what any bulk mail of ours must say of itself."""
    message = read(content)
    for name, pattern in _PATTERNS.items():
        yield _header(message, name, pattern)
    yield _message_id(message)
    yield _sender(message)
    yield _subject(message)
    yield _size(message)
    yield _lines(content)


def check_arrived(content: bytes) -> Iterator[Finding]:
    """Look at what mail servers on the way have added."""
    message = read(content)
    yield from _signatures(message)
    yield from _judged_by_receiver(message)
    yield _return_path(message)


def signature_of(content: bytes) -> tuple[str, str]:
    """Return domain and selector of the first signature in the name of the sender."""
    message = read(content)
    for tags in _all_tags(message):
        if aligned(tags.get("d", ""), _from_domain(message)):
            return tags.get("d", ""), tags.get("s", "")
    return "", ""


def sent_from(content: bytes) -> str:
    """Return the public address that the receiver saw it come from, if it tells."""
    message = read(content)
    noted = " ".join(map(str, message.get_all("Received-SPF", [])))
    way = " ".join(map(str, message.get_all("Received", [])))  # the last hop first
    found = _CLIENT.findall(noted) + _HOPS.findall(way)
    return next((str(ip_address(one)) for one in found if is_public(one)), "")


def _header(message: EmailMessage, name: str, pattern: str) -> Finding:
    value = " ".join(str(message.get(name, "")).split())
    if not value:
        return wrong(name, "It is missing.")
    if not re.fullmatch(pattern, value):
        return wrong(name, f"It says {value!r}.")
    return right(name, value)


def _message_id(message: EmailMessage) -> Finding:
    value = str(message.get("Message-ID", "")).strip()
    if not value.endswith(f"@{settings.MAIL_DOMAIN}>"):
        return wrong("Message-ID", f"It says {value!r}, not @{settings.MAIL_DOMAIN}.")
    return right("Message-ID", value)


def _sender(message: EmailMessage) -> Finding:
    domain = _from_domain(message)
    ours = settings.MAIL_FROM.rpartition("@")[2].lower()
    if domain != ours:
        return wrong("From", f"It is of {domain or 'nowhere'}, MAIL_FROM of {ours}.")
    return right("From", str(message["From"]))


def _subject(message: EmailMessage) -> Finding:
    length = len(str(message.get("Subject", "")).strip())
    if not 0 < length <= LONGEST_SUBJECT:
        return wrong(
            "Subject", f"{length} characters; 1 to {LONGEST_SUBJECT} are good."
        )
    return right("Subject", f"{length} characters.")


def _size(message: EmailMessage) -> Finding:
    part = message.get_body(("html",)) or message
    payload = part.get_payload(decode=True) if not part.is_multipart() else b""
    size = len(payload) if isinstance(payload, bytes) else 0
    if size > LARGEST:
        return wrong("Size", f"{size // 1024} kB of HTML: Gmail cuts it at about 102.")
    return right("Size", f"{max(1, size // 1024)} kB.")


def _lines(content: bytes) -> Finding:
    longest = max((len(line.rstrip(b"\r")) for line in content.split(b"\n")), default=0)
    if longest > LONGEST_LINE:
        return wrong(
            "Lines", f"One has {longest} characters; {LONGEST_LINE} are allowed."
        )
    return right("Lines", f"The longest has {longest} characters.")


def _from_domain(message: EmailMessage) -> str:
    return parseaddr(str(message.get("From", "")))[1].rpartition("@")[2].lower()


def _all_tags(message: EmailMessage) -> list[dict[str, str]]:
    return [_tags(str(value)) for value in message.get_all("DKIM-Signature", [])]


def _tags(value: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in "".join(value.split()).split(";"))
    return {name.lower(): text.lower() for name, _is, text in pairs if name}


def _signatures(message: EmailMessage) -> Iterator[Finding]:
    signatures = _all_tags(message)
    if not signatures:
        yield wrong("DKIM signature", "The message is not signed.")
        return
    ours = [
        tags for tags in signatures if aligned(tags.get("d", ""), _from_domain(message))
    ]
    if not ours:
        signers = ", ".join(tags.get("d", "?") for tags in signatures)
        yield wrong(
            "DKIM signature", f"Signed by {signers}, not by the sender's domain."
        )
        return
    yield right(
        "DKIM signature", f"By {ours[0]['d']}, selector {ours[0].get('s', '?')}."
    )
    covered = {name for tags in ours for name in tags.get("h", "").split(":")}
    missing = [name for name in UNSUBSCRIBE if name not in covered]
    if missing:
        says = f"It leaves out {', '.join(missing)}: one-click would not be believed."
        yield wrong("DKIM covers", says)
    else:
        yield right("DKIM covers", "Both headers of the unsubscribe link.")


def _judged_by_receiver(message: EmailMessage) -> Iterator[Finding]:
    about = "Receiver"
    results = [str(value) for value in message.get_all("Authentication-Results", [])]
    verdicts = dict(_VERDICTS.findall(" ".join(results).lower()))
    if not verdicts:
        yield unknown(about, "It says nothing of SPF, DKIM and DMARC.")
    for name, verdict in verdicts.items():
        said = f"{name.upper()} {verdict}"
        yield (right if verdict == "pass" else wrong)(about, said)


def _return_path(message: EmailMessage) -> Finding:
    domain = (
        parseaddr(str(message.get("Return-Path", "")))[1].rpartition("@")[2].lower()
    )
    if not domain:
        return unknown("Return-Path", "The message has none.")
    if not aligned(domain, _from_domain(message)):
        says = f"It is of {domain}: SPF proves nothing for {_from_domain(message)}."
        return advice("Return-Path", says)
    return right("Return-Path", domain)
