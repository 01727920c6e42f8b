"""The stop switch of the installation: no coalition's mail leaves while it is on."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comms.models import PausedBy
from comms.sending.switches import pause_transport


class Command(BaseCommand):
    help = (
        "Stop the mail of every coalition, before the next message of each worker, until "
        "mail_resume. Codes for signing in still leave. Coordinators read who and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("why", help="what coordinators read")
        parser.add_argument("--by", metavar="NAME", help="who; else your login name")
        parser.add_argument(
            "--all", action="store_true", help="stop the codes for signing in, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["why"].strip():
            raise CommandError("Say why: coordinators read it.")
        stopped = pause_transport(
            options["why"].strip(),
            by=PausedBy.OPERATOR,
            name=options["by"] or _login_name(),
            sign_in_too=options["all"],
        )
        if not stopped:
            raise CommandError("Mail is stopped already; see manage.py mail_status.")
        left = "" if options["all"] else " Signing in goes on."
        self.stdout.write(f"All mail is stopped.{left} manage.py mail_resume goes on.")


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container the number may have no name
        return ""
