"""Save the database and what belongs to it in one file, while everything runs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from coalition.management.backups import BackupError
from coalition.management.backups.archive import write_archive
from coalition.management.backups.stores import present_store


class Command(BaseCommand):
    help = (
        "Save the database and what belongs to it in one file that only you can read. "
        "Nothing needs to stop meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=None,
            metavar="FILE",
            help="default: backups/coalition-<now>.zip in VAR_DIR",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"] or default_path()
        try:
            manifest = write_archive(path, present_store())
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        size = path.stat().st_size
        facts = {"file": str(path), "bytes": size, "rows": manifest.rows}
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        else:
            self.stdout.write(f"{path}: {manifest.rows} rows, {size} bytes")


def default_path() -> Path:
    now = timezone.now()
    return Path(settings.VAR_DIR, "backups", f"coalition-{now:%Y%m%dT%H%M%SZ}.zip")
