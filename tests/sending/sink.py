"""A real SMTP server that writes down, and fsyncs, each message before it answers.

    python -m tests.sending.sink --port 2525 --journal sink.jsonl \
        --faults rcpt451=0.05,data451=0.02,drop=0.005,rcpt421=0.01,slow=0.01 --seed 7

Faults are probabilities: `rcpt451`, `rcpt421`, `rcpt550` refuse the recipient, `data451`
and `data554` refuse the content, `drop` accepts and breaks the link before the reply,
`slow` waits before it answers.

An address can also ask for its reply: `rcpt+550+5.1.1@example.org` is refused with that
code, `data+554@example.org` at the content, and `drop@example.org` is accepted and hung
up on. `drip@example.org` gets the answer to its content byte by byte.

The whole server can be ill: `--greeting "421 4.3.2 Too busy"` is all that anybody hears,
`--login refused` knows no password, `--drip 10` waits ten seconds before each byte.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import ssl
import sys
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

SLOW_SECONDS = 0.3
DRIP_SECONDS = 1.0  # two bytes tell nothing yet, three would
REPLIES = {
    "rcpt421": "421 4.7.0 Too fast, come back later",
    "rcpt451": "451 4.3.0 Try again",
    "rcpt550": "550 5.1.1 No such person",
    "data451": "451 4.3.0 Not just now",
    "data554": "554 5.7.1 Looks like spam",
}


class Server(SMTP):
    """Greets and talks as it was told to."""

    def __init__(self, *args: Any, greeting: str = "", drip: float = 0, **options: Any):
        super().__init__(*args, **options)
        self._greeting, self.drip = greeting, drip

    async def push(self, status):
        if self._greeting:
            await super().push(self._greeting)
            self.transport.close()
        elif self.drip:
            line = status if isinstance(status, bytes) else status.encode()
            await self._let_drip(line + b"\r\n")
        else:
            await super().push(status)

    async def _let_drip(self, line):
        for byte in line:
            self._writer.write(bytes([byte]))
            await self._writer.drain()
            await asyncio.sleep(self.drip)


def refuse(*_args: Any) -> AuthResult:
    return AuthResult(success=False, handled=False)


@dataclass
class Handler:
    journal: Path
    faults: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    keep: Path | None = None

    def __post_init__(self):
        self._chance = random.Random(self.seed)  # noqa: S311
        self._file = os.open(self.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if fault := _wish("rcpt", address) or self._fault("rcpt"):
            return fault
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if self._happens("slow"):
            await asyncio.sleep(SLOW_SECONDS)
        address = envelope.rcpt_tos[0]
        if fault := _wish("data", address) or self._fault("data"):
            return fault
        self._accept(envelope)
        if address.startswith("drop@") or self._happens("drop"):
            server.transport.abort()
        if address.startswith("drip@"):
            server.drip = DRIP_SECONDS
        return "250 2.0.0 Accepted"

    def _happens(self, name):
        return self._chance.random() < self.faults.get(name, 0)

    def _fault(self, where):
        names = [name for name in REPLIES if name.startswith(where)]
        return next((REPLIES[name] for name in names if self._happens(name)), None)

    def _accept(self, envelope):
        message = message_from_bytes(envelope.content)
        entry = {"message_id": message["Message-ID"], "rcpt": envelope.rcpt_tos[0]}
        os.write(self._file, (json.dumps(entry) + "\n").encode())
        os.fsync(self._file)
        if self.keep:
            self.keep.write_bytes(envelope.content)


def _wish(where, address):
    name, *words = address.partition("@")[0].split("+")
    return f"{' '.join(words)} As you asked" if name == where else None


def read_journal(path: Path) -> list[dict[str, str]]:
    """Return every acceptance, in order."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def parse_faults(text: str) -> dict[str, float]:
    pairs = (part.split("=") for part in text.split(",") if part)
    return {name.strip(): float(chance) for name, chance in pairs}


def options_of(asked: argparse.Namespace) -> dict[str, Any]:
    options: dict[str, Any] = {"hostname": "sink", "enable_SMTPUTF8": True}
    options |= {"greeting": asked.greeting, "drip": asked.drip}
    if asked.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(asked.certificate)
        options |= {"tls_context": tls, "require_starttls": True}
    if asked.login:
        options |= {"auth_require_tls": False, "authenticator": refuse}
    return options


async def serve(handler: Handler, port: int, options: dict[str, Any]) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Server(handler, loop=loop, **options), "127.0.0.1", port
    )
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    async with server:
        await stopped.wait()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="An SMTP sink with faults")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--faults", type=parse_faults, default={})
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where to leave the last message")
    parser.add_argument("--certificate", type=Path, help="speak STARTTLS only")
    parser.add_argument("--greeting", default="", help="say this, and nothing else")
    parser.add_argument("--login", choices=("refused",), help="know no password")
    parser.add_argument("--drip", type=float, default=0, help="seconds before a byte")
    asked = parser.parse_args(arguments)
    handler = Handler(asked.journal, asked.faults, asked.seed, asked.keep)
    asyncio.run(serve(handler, asked.port, options_of(asked)))


if __name__ == "__main__":
    main(sys.argv[1:])
