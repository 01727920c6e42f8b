"""Print a link that signs a person in once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from members.services.accounts import ensure_account, make_sign_in_link


class Command(BaseCommand):
    help = "Print a link that signs a person in once, within an hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = ensure_account(email=options["email"])
        if user is None or not user.is_active:
            raise CommandError("No coalition knows this address as an active member.")
        url = settings.SITE_URL + make_sign_in_link(user=user)
        self.stdout.write(json.dumps({"url": url}) if options["json"] else url)
