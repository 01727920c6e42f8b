"""A small name server on the loopback: it knows what a test tells it."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

Zone = Mapping[tuple[str, str], tuple[str, ...]]


@contextmanager
def name_server(zone: Zone, *, ill: bool = False) -> Iterator[dns.resolver.Resolver]:
    """Answer from the zone, by UDP, for as long as the block lasts.

    One that is `ill` says that it cannot tell (SERVFAIL), whatever it is asked.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        threading.Thread(target=_serve, args=[server, zone, ill], daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = server.getsockname()[1]
        yield resolver


def _serve(server: socket.socket, zone: Zone, ill: bool) -> None:
    while True:
        try:
            asked, client = server.recvfrom(4096)
        except OSError:  # the test is over
            return
        query = dns.message.from_wire(asked)
        server.sendto(_trouble(query) if ill else _answer(query, zone), client)


def _trouble(query: dns.message.Message) -> bytes:
    answer = dns.message.make_response(query)
    answer.set_rcode(dns.rcode.SERVFAIL)
    return answer.to_wire()


def _answer(query: dns.message.Message, zone: Zone) -> bytes:
    question = query.question[0]
    name, kind = question.name.to_text().rstrip("."), question.rdtype.name
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    if found := zone.get((name.lower(), kind)):
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
    elif name.lower() not in {known for known, _kind in zone}:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer.to_wire()
