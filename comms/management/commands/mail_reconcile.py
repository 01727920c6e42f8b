"""See what was sent before a restore, so that it is not sent again."""

import json
import re
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comms.sending.reconcile import Reconciled, reconcile

MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")


class Command(BaseCommand):
    help = (
        "Mark as sent what the journal in VAR_DIR knows to be sent, and list what still "
        "waits. Needed once before the mail of a restored system can go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sent",
            type=Path,
            metavar="FILE",
            help="a log or an export of your mail server: every Message-ID in it is sent",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = reconcile(listed=_listed(options["sent"]))
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found)))
        else:
            self.stdout.write("\n".join(_in_words(found)))


def _listed(path: Path | None) -> set[str]:
    if path is None:
        return set()
    try:
        return set(MESSAGE_ID.findall(path.read_text(errors="replace")))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _in_words(found: Reconciled) -> list[str]:
    lines = [f"{found.settled} messages had left already; they are marked as sent."]
    if found.switched:
        lines.append(f"{found.switched} addresses were switched off or on since then.")
    if found.unknown:
        lines.append(
            f"{found.unknown} messages left that this database does not know. Should "
            "their updates be released again, the same people do not get them twice."
        )
    lines += [
        f"{w.messages} wait: {_whose(w)} (since {w.since})" for w in found.waiting
    ]
    lines.append("What should not leave, stop on its page. Then lift the hold:")
    lines.append("manage.py mail_resume")
    return lines


def _whose(waiting: Any) -> str:
    if waiting.issue is None:
        return "mail about accounts"
    return f"“{waiting.subject}”, number {waiting.issue} of {waiting.coalition}"
