"""Whether the address that mail comes from has a name which leads back to it (PTR)."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from comms.sending.doctor import Finding, Record, advice, right, unknown, wrong
from comms.sending.doctor.names import (
    CouldNotAskError,
    Names,
    reverse_name,
    unchecked,
)


def check_host(names: Names, *, seen: str, relay: str) -> Iterator[Finding]:
    """Look at the address a receiver has seen, else at those of our mail server.

    Of the latter nobody knows whether mail leaves by them, so it is advice at most.
    """
    try:
        addresses = [seen] if seen else _public(names, relay)
    except CouldNotAskError as error:
        yield unchecked("PTR", error)
        return
    if not addresses:
        says = "By which address mail leaves is not known here: --read what arrived."
        yield unknown("PTR", says)
    for address in addresses:
        try:
            yield _judged(names, address, certain=bool(seen))
        except CouldNotAskError as error:
            yield unchecked(f"PTR of {address}", error)


def is_public(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def _public(names: Names, relay: str) -> Sequence[str]:
    if is_public(relay):
        return [relay]
    found = names.addresses(relay) if "." in relay and not _is_address(relay) else []
    return [address for address in found if is_public(address)]


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _judged(names: Names, address: str, *, certain: bool) -> Finding:
    about = f"PTR of {address}"
    called = names.names_of(address)
    if any(address in names.addresses(name) for name in called):
        return right(about, f"{', '.join(called)}, and back.")
    record = None
    says = f"{', '.join(called)} does not lead back to it: receivers distrust that."
    if not called:
        says = "It has no name: many receivers take nothing from such an address."
        record = Record(reverse_name(address), "PTR", "the.name.of.your.server.")
    if certain:
        return wrong(about, says, record)
    return advice(about, f"{says} Your mail may leave by another: --read tells.")
