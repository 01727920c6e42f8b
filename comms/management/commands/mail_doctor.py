"""What is right and wrong with how mail leaves, and the records to add."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from comms.sending.doctor import Finding, Verdict
from comms.services.doctor import examine

_MARKS: Final = {
    Verdict.RIGHT: "ok    ",
    Verdict.WRONG: "WRONG ",
    Verdict.ADVICE: "advice",
    Verdict.UNKNOWN: "?     ",
}


class Command(BaseCommand):
    help = (
        "Check SPF, DKIM, DMARC, TLS, headers and more; print the DNS records to add. "
        "Fails when something is wrong; what could not be asked is no failure."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--domain", default="", help="instead of MAIL_FROM's")
        parser.add_argument("--selector", default="", help="of the DKIM key")
        parser.add_argument(
            "--to", metavar="ADDRESS", default="", help="send a message there, too"
        )
        parser.add_argument(
            "--read", metavar="FILE", type=Path, help="a message that arrived, whole"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(
            examine(
                domain=options["domain"].lower(),
                selector=options["selector"],
                to=options["to"],
                arrived=_arrived(options["read"]),
            )
        )
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in found]))
        else:
            self.stdout.write("\n".join(_lines(found)))
        if wrong := [one for one in found if one.verdict is Verdict.WRONG]:
            raise CommandError(f"{len(wrong)} of {len(found)} are wrong.")


def _arrived(path: Path | None) -> bytes:
    try:
        return path.read_bytes() if path else b""
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _lines(found: Sequence[Finding]) -> Iterator[str]:
    for one in found:
        yield f"{_MARKS[one.verdict]} {one.about}: {one.says}"
    records = [one.record for one in found if one.record]
    if records:
        yield "\nAdd to your DNS:"
    for record in records:
        value = f'"{record.value}"' if record.kind == "TXT" else record.value
        yield f"  {record.name}. {record.kind} {value}"
