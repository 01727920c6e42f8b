"""Lists from a file: read whole, judged whole, written whole or not at all."""

from members.services.imports.files import import_partners, import_people
from members.services.imports.report import ImportReport, Outcome

__all__ = ("ImportReport", "Outcome", "import_partners", "import_people")
