"""What the name servers say of a domain: SPF, DKIM, DMARC, and where its mail goes."""

import base64
from collections.abc import Callable, Iterator
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from comms.sending.doctor import (
    Finding,
    Record,
    advice,
    right,
    unknown,
    wrong,
)
from comms.sending.doctor.names import Names, asked

_MOST_LOOKUPS: Final = 10  # RFC 7208, 4.6.4
_LOOKS_UP: Final = {"include", "a", "mx", "ptr", "exists", "redirect"}
_LEAST_BITS, _GOOD_BITS = 1024, 2048
_ED25519: Final = 32  # bytes, bare: RFC 8463


def check_domain(
    names: Names, *, sender: str, envelope: str, selector: str, relay: str
) -> Iterator[Finding]:
    """Ask for all that is asked of a sender; one silence is no reason to stop."""
    if "." not in sender:
        yield unknown("DNS", f"{sender} is no domain that others know.")
        return
    checks: dict[str, Callable[[], Finding]] = {
        "SPF": lambda: _spf(names, envelope, relay),
        "DKIM": lambda: _dkim(names, sender, selector),
        "DMARC": lambda: _dmarc(names, sender),
    }
    for about, check in checks.items():
        yield asked(about, check)


def check_mail_servers(names: Names, *, domain: str, purpose: str) -> Finding:
    about = f"MX of {domain}"
    return asked(about, lambda: _mail_servers(names, about, domain, purpose))


# Where mail goes


def _mail_servers(names: Names, about: str, domain: str, purpose: str) -> Finding:
    servers = names.mail_servers(domain)
    record = Record(domain, "MX", "10 the.server.that.takes.mail.")
    if not servers and names.addresses(domain):
        says = f"{purpose} goes to {domain} itself, for want of an MX: name one."
        return advice(about, says, record)
    if not servers or servers == [""]:
        return wrong(about, f"{purpose} goes nowhere: no server takes it.", record)
    lost = [server for server in servers if not names.addresses(server)]
    if lost:
        return wrong(about, f"{', '.join(lost)} has no address.")
    return right(about, f"{purpose} goes to {', '.join(servers)}.")


# SPF


def _spf(names: Names, domain: str, relay: str) -> Finding:
    about = f"SPF of {domain}"
    found = [text for text in names.texts(domain) if _is_spf(text)]
    if not found:
        by = f"a:{relay}" if relay else "include:your.mail.server"
        record = Record(domain, "TXT", f"v=spf1 {by} -all")
        says = (
            "There is none. Ask whoever runs your mail server for their own “include:”."
        )
        return wrong(about, says, record)
    if len(found) > 1:
        return wrong(about, f"There are {len(found)}; receivers accept one alone.")
    return _judged_spf(names, about, found[0])


def _judged_spf(names: Names, about: str, text: str) -> Finding:
    words = text.lower().split()[1:]
    lookups = _lookups(names, words)
    if lookups > _MOST_LOOKUPS:
        says = (
            f"It takes {lookups} look-ups, of which {_MOST_LOOKUPS} are allowed: {text}"
        )
        return wrong(about, says)
    if {"+all", "all"} & set(words):
        return wrong(about, f"It lets everybody send in your name: {text}")
    closed = {"-all", "~all"} & set(words) or any(
        w.startswith("redirect=") for w in words
    )
    if not closed:
        return advice(about, f"It says nothing of others; end it with -all: {text}")
    return right(about, text)


def _is_spf(text: str) -> bool:
    return text.lower().split(" ")[0] == "v=spf1"


def _lookups(names: Names, words: list[str], depth: int = 0) -> int:
    """Count the questions that a receiver has to ask, those of what is included too."""
    count = 0
    for word in words:
        verb, _mark, rest = word.lstrip("+-~?").replace("=", ":", 1).partition(":")
        if verb.partition("/")[0] not in _LOOKS_UP:
            continue
        count += 1
        if verb in {"include", "redirect"} and max(depth, count) <= _MOST_LOOKUPS:
            below = next(filter(_is_spf, names.texts(rest)), "")
            count += _lookups(names, below.lower().split()[1:], depth + 1)
    return count


# DKIM


def _dkim(names: Names, domain: str, selector: str) -> Finding:
    if not selector:
        return unknown(
            f"DKIM of {domain}",
            "Name the selector with --selector, or read a message back with --read.",
        )
    name = f"{selector}._domainkey.{domain}"
    about = f"DKIM at {name}"
    found = [text for text in names.texts(name) if "p=" in text]
    if not found:
        record = Record(name, "TXT", "v=DKIM1; k=rsa; p=… (from your mail server)")
        return wrong(about, "There is no key.", record)
    key = tags_of(found[0]).get("p", "")
    if not key:
        return wrong(about, "The key is withdrawn: p= is empty.")
    return _judged_key(about, key)


def _judged_key(about: str, text: str) -> Finding:
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
        key = None if len(der) == _ED25519 else load_der_public_key(der)
    except (ValueError, TypeError):
        return wrong(about, "The key cannot be read.")
    if not isinstance(key, RSAPublicKey):
        return right(about, "An Ed25519 key.")
    if key.key_size < _LEAST_BITS:
        return wrong(about, f"{key.key_size} bits: receivers ignore so short a key.")
    if key.key_size < _GOOD_BITS:
        return advice(
            about, f"{key.key_size} bits; take {_GOOD_BITS} for the next key."
        )
    return right(about, f"A key of {key.key_size} bits.")


# DMARC


def _dmarc(names: Names, domain: str) -> Finding:
    name, found = policies(names, domain)
    if len(found) > 1:
        return wrong(f"DMARC of {name}", "There are several; receivers ignore all.")
    if found:
        return _judged_policy(f"DMARC of {name}", found[0])
    value = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    record = Record(f"_dmarc.{domain}", "TXT", value)
    return wrong(
        f"DMARC of {domain}", "There is none; Gmail and Yahoo ask for it.", record
    )


def policies(names: Names, domain: str) -> tuple[str, list[str]]:
    """Return the records that count for a domain, and at which name they stand."""
    for name in [domain, *parents(domain)]:
        if found := policies_at(names, name):
            return name, found
    return domain, []


def policies_at(names: Names, name: str) -> list[str]:
    return [text for text in names.texts(f"_dmarc.{name}") if _is_dmarc(text)]


def _judged_policy(about: str, text: str) -> Finding:
    tags = tags_of(text)
    if tags.get("p") not in {"none", "quarantine", "reject"}:
        return wrong(about, f"It names no policy: {text}")
    if "rua" not in tags:
        return advice(about, f"Add rua=mailto:… to hear who sends in your name: {text}")
    return right(about, text)


def _is_dmarc(text: str) -> bool:
    return text.replace(" ", "").lower().startswith("v=dmarc1;")


def parents(domain: str) -> list[str]:
    """Return the names above, down to two labels: DMARC is inherited from one of them."""
    labels = domain.split(".")
    return [".".join(labels[n:]) for n in range(1, len(labels) - 1)]


def tags_of(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _is, value in pairs}
