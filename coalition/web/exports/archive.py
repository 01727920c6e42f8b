"""Writing the archive: a zip of CSV files, and of the pictures."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.tabular import write_table
from coalition.web.exports.contents import TABLES
from coalition.web.exports.tables import Table
from members.models import Coalition, PartnerLogo
from members.services.audit import Actor, record_change

CHUNK: Final = 2000
IN_MEMORY: Final = 2 * 1024 * 1024


def export_everything(*, by: Actor) -> IO[bytes]:
    """Write the archive, a few thousand rows at a time, and record that it was made.

    Call it inside the scope of `by.coalition`.
    """
    target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    counts: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            counts[table.file] = _write(archive, table, by)
        logos = _write_logos(archive)
        archive.writestr("README.txt", _readme(counts, logos, by))
    record_change(
        action="export everything", target=by.coalition, by=by, after={"rows": counts}
    )
    target.seek(0)
    return target


def _write(archive: zipfile.ZipFile, table: Table, by: Actor) -> int:
    columns = table.columns()
    rows = table.rows(by)
    if table.model is Coalition:
        rows = rows.filter(pk=by.coalition.pk)
    found = rows.values_list(*columns.values()).iterator(chunk_size=CHUNK)
    with archive.open(f"{table.file}.csv", "w") as raw:
        out = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        count = write_table(
            out, list(columns), ([_cell(value) for value in row] for row in found)
        )
        out.detach()
    return count


def _write_logos(archive: zipfile.ZipFile) -> int:
    count = 0
    shown = PartnerLogo.objects.filter(partner__isnull=False).order_by("pk")
    for logo in shown.iterator(chunk_size=20):
        archive.writestr(f"logos/{logo.pk}.png", bytes(logo.data))
        count += 1
    return count


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    return str(value)


def _readme(counts: Mapping[str, int], logos: int, by: Actor) -> str:
    lines = [
        _("Everything of %(name)s") % {"name": by.coalition.name},
        _("Taken out by %(who)s on %(when)s.")
        % {
            "who": by.person or "-",
            "when": timezone.localtime().strftime("%Y-%m-%d %H:%M %Z"),
        },
        _("These files hold personal data. Keep them as carefully as the coalition."),
        "",
        *(f"{file}.csv: {count}" for file, count in counts.items()),
        f"logos/*.png: {logos}",
    ]
    return "\n".join(lines) + "\n"
