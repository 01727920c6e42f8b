"""Forget now what was kept long enough, as a job does each day."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from coalition.web.services.forgetting import count_old, forget_old


class Command(BaseCommand):
    help = (
        "Delete what was kept for as long as docs/operations.md says. May run any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        act = count_old if options["dry_run"] else forget_old
        with scopes_disabled():
            found = list(act(timezone.now()))
        if options["json"]:
            self.stdout.write(json.dumps({rule.what: n for rule, n in found}))
            return
        for rule, n in found:
            days = "1 day" if rule.days == 1 else f"{rule.days} days"
            self.stdout.write(f"{n:>7}  {rule.what} (after {days})")
