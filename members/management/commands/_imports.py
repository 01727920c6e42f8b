"""What the import commands share: reading the file, printing the report."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.core.validators import slug_re
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.common.tabular import MAX_BYTES, Problem, printable
from coalition.common.tenancy import scope
from members.models import Coalition, Via
from members.services.audit import Actor
from members.services.imports import ImportReport

FILE_NAME_MAX = 180


class ImportCommand(BaseCommand):
    importer: "staticmethod[..., ImportReport]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the coalition")
        parser.add_argument("file", help="a CSV file, or - to read standard input")
        parser.add_argument(
            "--apply", action="store_true", help="write it; without this, only look"
        )
        parser.add_argument("--json", action="store_true", help="print the report")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._import(options["slug"], options["file"], apply=options["apply"])
        if options["json"]:
            self._say(json.dumps(report.as_dict(), indent=2))
        else:
            self._tell(report)
        if not report.is_accepted:
            sys.exit(1)

    def _import(self, slug: str, file: str, *, apply: bool) -> ImportReport:
        coalition = _find(slug)
        if coalition is None:
            return ImportReport.refused(
                _("There is no coalition “%(slug)s”.") % {"slug": slug}
            )
        try:
            data = _read(file)
        except OSError as error:
            return ImportReport.refused(
                _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror}
            )
        except ValueError:  # a NUL in the path
            return ImportReport.refused(_("The file cannot be opened."))
        with scope(coalition=coalition):
            by = Actor(coalition, None, Via.IMPORT)
            name = "" if file == "-" else printable(Path(file).name, FILE_NAME_MAX)
            return self.importer(data=data, apply=apply, by=by, file_name=name)

    def _tell(self, report: ImportReport) -> None:
        self._list(_("Errors"), report.errors, report.errors_total)
        self._list(_("Warnings"), report.warnings, report.warnings_total)
        if not report.is_accepted:
            self._say(_("Nothing was written. Correct the file and try again."))
            return
        self._say(
            _("%(created)s new, %(updated)s changed, %(unchanged)s as they were.")
            % {
                "created": report.created,
                "updated": report.updated,
                "unchanged": report.unchanged,
            }
        )
        if not report.applied:
            self._say(
                _("This was a dry run: nothing was written. Add --apply to write it.")
            )

    def _list(self, title: str, problems: list[Problem], total: int) -> None:
        if not problems:
            return
        self._say(f"{title}: {total}")
        for problem in problems:
            self._say(f"  {_place(problem)}{problem.message}")
        rest = total - len(problems)
        if rest:
            more = ngettext("and %(count)s more", "and %(count)s more", rest)
            self._say("  " + more % {"count": rest})

    def _say(self, text: str) -> None:
        # A terminal that lacks a letter gets its code, not a traceback.
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        self.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _find(slug: str) -> Coalition | None:
    # Bytes that no slug can hold are an error to the database.
    if not slug_re.fullmatch(slug):
        return None
    return Coalition.objects.filter(slug=slug).first()


def _read(file: str) -> bytes:
    # One byte more than allowed is enough to tell that a file is too large.
    if file == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(file).open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _place(problem: Problem) -> str:
    place = ""
    if problem.line:
        place = _("line %(line)s") % {"line": problem.line}
    if problem.column:
        place += f", {problem.column}"
    if problem.value:
        place += f" “{problem.value}”"
    return f"{place}: " if place else ""
