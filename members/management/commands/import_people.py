"""Import people from a CSV file; look first, write with --apply."""

from members.management.commands._imports import ImportCommand
from members.services.imports import import_people


class Command(ImportCommand):
    help = "Read a list of people. Without --apply nothing is written (docs/import.md)."
    importer = staticmethod(import_people)
