"""Bring a backup back into an empty database; its mail is held."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from coalition.management.backups import BackupError, Store
from coalition.management.backups.archive import Manifest, opened_archive, write_archive
from coalition.management.backups.restoring import in_use, put_in_place, refuse_unfit
from coalition.management.backups.stores import present_store
from coalition.management.commands.backup import default_path

NEXT = """\
{rows} rows of {made_at} are back, table by table as they were saved. Mail is held.
Next:
  1. manage.py mail_reconcile   marks what had left already, and lists what waits
  2. start the pages, and stop there what should not leave
  3. manage.py mail_resume    lifts the hold"""


class Command(BaseCommand):
    help = (
        "Bring a backup back into an empty database, check every table against it, and "
        "hold all mail until a person lifts the hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--check", action="store_true", help="only say whether it could be restored"
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help="replace what is in the database, once you have typed its name",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = present_store()
        try:
            with opened_archive(options["file"]) as (manifest, folder):
                refuse_unfit(manifest, store)
                if options["check"]:
                    words = f"Whole: {manifest.rows} rows of {manifest.made_at}."
                    self.stdout.write(words)
                    return
                self._make_room(store, force=options["force"])
                put_in_place(manifest, folder, store)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._tell(manifest)

    def _make_room(self, store: Store, *, force: bool) -> None:
        rows = in_use(store)
        if not rows:
            return
        name = Path(str(connection.settings_dict["NAME"])).name
        if not force:
            raise BackupError(
                f"The database {name} is not empty ({sum(rows.values())} rows). "
                "Name an empty one, or replace it all with --force."
            )
        if (
            _typed(f"This replaces all that is in {name}. Type its name to go on: ")
            != name
        ):
            raise BackupError("Nothing was changed.")
        kept = default_path()
        write_archive(kept, store)
        self.stdout.write(f"What was there is kept in {kept}")

    def _tell(self, manifest: Manifest) -> None:
        words = NEXT.format(rows=manifest.rows, made_at=manifest.made_at)
        self.stdout.write(words)


def _typed(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        return ""
