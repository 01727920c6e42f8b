"""The columns of a list of tasks: what each may hold, and what else it is called."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.tabular import CellError, Column, cells
from tasks.services.task_cells import (
    MOST_PEOPLE,
    number,
    read_links,
    read_names,
    read_rhythm,
    read_steps,
    read_tasks,
)

_address = cells.email(254)


def _addresses(value: str) -> list[str]:
    found = [_address(part) for part in re.split(r"[;,\s]+", value) if part]
    if len(found) > MOST_PEOPLE:
        raise CellError(_("At most %(limit)s people fit.") % {"limit": MOST_PEOPLE})
    return list(dict.fromkeys(str(address) for address in found))


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
        cells.text(200),
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
    Column(
        "repeats",
        read_rhythm,
        label=gettext_lazy("Repeats every"),
        also=("repeat", "every", "rhythm", "recurrence", "se repite", "cada"),
        example="2 weeks",
    ),
    Column(
        "checklist",
        read_steps,
        multiline=True,
        label=gettext_lazy("Checklist"),
        also=("steps", "to do", "subtasks", "pasos", "lista de pasos"),
        example="[x] Book the room; [ ] Print flyers",
    ),
    Column(
        "links",
        read_links,
        multiline=True,
        label=gettext_lazy("Papers and links"),
        also=("papers", "link", "attachments", "documentos", "enlaces", "adjuntos"),
        example="The draft <https://example.org/draft>",
    ),
    Column(
        "depends_on",
        read_tasks,
        multiline=True,
        label=gettext_lazy("To be done first"),
        also=(
            *("waits for", "predecessors", "dependencies", "blocked by"),
            *("depende de", "dependencias", "antes", "hay que hacer antes"),
        ),
        example="Book the room; Find volunteers",
    ),
    Column("number", number, label=gettext_lazy("Number here"), also=("id", "número")),
)
