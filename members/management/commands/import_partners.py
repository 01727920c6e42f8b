"""Import partners from a CSV file; look first, write with --apply."""

from members.management.commands._imports import ImportCommand
from members.services.imports import import_partners


class Command(ImportCommand):
    help = (
        "Read a list of partners. Without --apply nothing is written (docs/import.md)."
    )
    importer = staticmethod(import_partners)
