"""How mail is doing, for an operator and for the health check of a container."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from comms.sending.health import MailHealth, MailStatus, mail_status

WORDS: Final = {
    MailHealth.WELL: "Mail goes out.",
    MailHealth.PAUSED: "All mail is stopped by a person; manage.py mail_resume goes on.",
    MailHealth.STOPPED: "All mail is stopped. Mend what the reason says, restart, then "
    "manage.py mail_resume.",
    MailHealth.HELD: "Mail is held after a restore. Run manage.py mail_reconcile.",
    MailHealth.SILENT: "Nothing plans: are the worker and beat, or manage.py work, "
    "running?",
    MailHealth.LATE: "Messages wait for too long: does the mail server answer?",
}


class Command(BaseCommand):
    help = "Say whether mail goes out; fail when it does not, and nobody wanted that."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        status = mail_status()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(status), cls=DjangoJSONEncoder))
        else:
            self.stdout.write("\n".join(_facts(status)))
        if not status.health.is_well:
            raise CommandError(WORDS[status.health])


def _facts(status: MailStatus) -> list[str]:
    lines = [WORDS[status.health]] if status.health.is_well else []
    lines += _stop(status)
    planned, due = status.planned_at, status.due_since
    lines.append(
        f"Last planned: {planned:%Y-%m-%d %H:%M} UTC" if planned else "Never ran"
    )
    if due:
        lines.append(f"Due since: {due:%Y-%m-%d %H:%M} UTC")
    lines.append(f"Waiting: {status.waiting}")
    return lines


def _stop(status: MailStatus) -> list[str]:
    if status.stopped_at is None:
        return []
    by = f" by {status.stopped_by}" if status.stopped_by else ""
    goes_on = "" if status.stops_sign_in else " (signing in goes on)"
    return [
        f"Stopped since {status.stopped_at:%Y-%m-%d %H:%M} UTC{by}{goes_on}",
        f"Reason: {status.reason}",
    ]
