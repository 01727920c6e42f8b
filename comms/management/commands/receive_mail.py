"""Take in one message, as a mail server hands it over on standard input."""

import sys
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from comms.services.receiving import LARGEST, receive_mail

TRY_AGAIN: Final = 75  # EX_TEMPFAIL: the mail server keeps the message and comes back


class Command(BaseCommand):
    help = (
        "Read a reply to a check-in from standard input. For a pipe of any mail "
        "server: ends with 75 when it should try again later."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST + 1)
        try:
            outcome = receive_mail(raw, now=timezone.now())
        except DatabaseError as error:
            self.stderr.write(f"Not now: {error}")
            sys.exit(TRY_AGAIN)
        self.stdout.write(outcome.value if outcome else "not for anybody here")
