"""Start a coalition with its first coordinator."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from coalition.common.errors import DomainError
from members.services.coalitions import start_coalition


class Command(BaseCommand):
    help = "Start a coalition with its first coordinator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the coalition's address: /c/<slug>/")
        parser.add_argument("--name", required=True)
        parser.add_argument("--timezone", default="UTC", help="such as Europe/Madrid")
        parser.add_argument("--coordinator", required=True, metavar="EMAIL")
        parser.add_argument("--coordinator-name", default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            coalition = start_coalition(
                slug=options["slug"],
                name=options["name"],
                timezone=options["timezone"],
                coordinator_email=options["coordinator"],
                coordinator_name=options["coordinator_name"],
            )
        except ValidationError as error:
            raise CommandError("; ".join(_in_words(error))) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"id": coalition.pk, "slug": coalition.slug}))
        else:
            self.stdout.write(
                f"{coalition.name} is at /c/{coalition.slug}/. "
                f"Sign in: manage.py login_link {options['coordinator']}"
            )


def _in_words(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        f"{field}: {text}"
        for field, texts in error.message_dict.items()
        for text in texts
    ]
