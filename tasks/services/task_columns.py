"""The columns of a list of tasks: what each may hold, and what else it is called."""

import csv
import io
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.tabular import CellError, Column, cells

MOST_PEOPLE = 50
_address = cells.email(254)
_name = cells.text(200)


def _number(value: str) -> int:
    digits = value.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):  # noqa: PLR2004
        raise CellError(
            _("Write the number of a task that is here, or leave it blank.")
        )
    return int(digits)


def _addresses(value: str) -> list[str]:
    found = [_address(part) for part in re.split(r"[;,\s]+", value) if part]
    if len(found) > MOST_PEOPLE:
        raise CellError(_("At most %(limit)s people fit.") % {"limit": MOST_PEOPLE})
    return list(dict.fromkeys(str(address) for address in found))


def read_names(value: str) -> list[str]:
    """Read names with semicolons between them; one that holds such stands in quotes."""
    line = " ".join(value.split())
    (row,) = csv.reader([line], delimiter=";", skipinitialspace=True)
    found = [_name(name.strip()) for name in row if name.strip()]
    if len(found) > MOST_PEOPLE:
        raise CellError(_("At most %(limit)s partners fit.") % {"limit": MOST_PEOPLE})
    return list(dict.fromkeys(found))


def write_names(names: Iterable[str]) -> str:
    """Write what `read_names` reads back."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(names)
    return out.getvalue().removeprefix('""')


COLUMNS = (
    Column(
        "title",
        cells.text(200),
        required=True,
        label=gettext_lazy("Task"),
        also=("task", "tarea", "what", "qué"),
    ),
    Column(
        "goal", cells.text(200), label=gettext_lazy("Goal"), also=("meta", "objetivo")
    ),
    Column(
        "milestone", cells.text(200), label=gettext_lazy("Milestone"), also=("hito",)
    ),
    Column(
        "start",
        cells.plan_date,
        label=gettext_lazy("From when"),
        also=("from", "begin", "comienzo", "inicio"),
    ),
    Column(
        "due",
        cells.plan_date,
        label=gettext_lazy("By when"),
        also=("deadline", "until", "vence", "fecha"),
    ),
    Column(
        "accountable",
        _address,
        label=gettext_lazy("Accountable: e-mail"),
        also=("owner", "lead", "responsable final"),
    ),
    Column(
        "responsible",
        _addresses,
        label=gettext_lazy("Responsible: e-mails"),
        also=("who", "responsable", "quién"),
    ),
    Column(
        "consulted",
        _addresses,
        label=gettext_lazy("Consulted: e-mails"),
        also=("consultado",),
    ),
    Column(
        "informed",
        _addresses,
        label=gettext_lazy("Informed: e-mails"),
        also=("informado",),
    ),
    Column(
        "accountable_partner",
        _name,
        label=gettext_lazy("Accountable: a partner, whoever it names"),
    ),
    Column(
        "responsible_partners",
        read_names,
        label=gettext_lazy("Responsible: partners, whoever they name"),
    ),
    Column(
        "consulted_partners",
        read_names,
        label=gettext_lazy("Consulted: partners, whoever they name"),
    ),
    Column(
        "informed_partners",
        read_names,
        label=gettext_lazy("Informed: partners, whoever they name"),
    ),
    Column(
        "description",
        cells.text(5000),
        multiline=True,
        label=gettext_lazy("Why, and how"),
        also=("details", "why", "notes", "por qué"),
    ),
    Column(
        "resources",
        cells.text(1000),
        multiline=True,
        label=gettext_lazy("What it takes"),
        also=("needs", "recursos"),
    ),
    Column("number", _number, label=gettext_lazy("Number here"), also=("id", "número")),
)
