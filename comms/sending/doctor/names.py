"""The name servers, as far as mail is concerned."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Final

import dns.exception
import dns.name
import dns.resolver
import dns.reversename

from comms.sending.doctor import Finding, unknown

SECONDS: Final = 5.0
_NOTHING: Final = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)


class CouldNotAskError(Exception):
    """No name server answered: that proves nothing about the domain."""


def unchecked(about: str, error: CouldNotAskError) -> Finding:
    """Say that nobody was heard, which is not to say that something is missing."""
    return unknown(about, f"Could not be checked, no name server told: {error}")


def asked(about: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except CouldNotAskError as error:
        return unchecked(about, error)


class Names:
    """Asks, and tells nothing there from nobody heard."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver

    def texts(self, name: str) -> list[str]:
        """Return the TXT records, each put together from its parts."""
        found = self._ask(name, "TXT")
        return [b"".join(row.strings).decode("utf-8", "replace") for row in found]

    def mail_servers(self, name: str) -> list[str]:
        """Return the hosts of the MX records, the first to be tried first."""
        rows = sorted(self._ask(name, "MX"), key=lambda row: row.preference)
        return [str(row.exchange).rstrip(".") for row in rows]

    def addresses(self, name: str) -> list[str]:
        """Return its addresses of both kinds, spelled in the one usual way."""
        rows = self._ask(name, "A") + self._ask(name, "AAAA")
        return [str(ip_address(row.address)) for row in rows]

    def names_of(self, address: str) -> list[str]:
        """Return what an address is called in the reverse zone (PTR)."""
        rows = self._ask(reverse_name(address), "PTR")
        return [str(row.target).rstrip(".") for row in rows]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            # Made late: without a network there may be nothing to make it from.
            self._resolver = self._resolver or dns.resolver.Resolver()
            return list(self._resolver.resolve(name, kind, lifetime=SECONDS))
        except _NOTHING:
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise CouldNotAskError(str(error)) from error


def reverse_name(address: str) -> str:
    return dns.reversename.from_address(address).to_text().rstrip(".")
