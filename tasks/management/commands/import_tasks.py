"""Import tasks from a CSV file; look first, write with --apply."""

from members.management.commands._imports import ImportCommand
from tasks.services.imports import import_tasks


class Command(ImportCommand):
    help = "Read a list of tasks. Without --apply nothing is written (docs/import.md)."
    importer = staticmethod(import_tasks)
