"""Partner organisations from a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.tabular import Column, Row, cells
from members.models import Partner, PartnerAlias
from members.models.imports import ImportKind
from members.services.apart import keep_new_apart
from members.services.audit import Actor, Change, snapshot
from members.services.imports.books import PartnerBook, name_key
from members.services.imports.effects import CHANGED, NEW, UNCHANGED, Effect
from members.services.imports.run import (
    Batches,
    Findings,
    ListSpec,
    as_text,
    save_edits,
    set_values,
)
from members.services.imports.twins import (
    SAME_LINE,
    SAME_PARTNER,
    mark_twins,
    number_in,
)

COLUMNS = (
    Column(
        "name",
        cells.text(200),
        required=True,
        label=gettext_lazy("Name"),
        also=(
            "organisation",
            "organization",
            "organisation name",
            "partner",
            "member",
            "group",
            "nombre",
            "organización",
        ),
    ),
    Column(
        "website",
        cells.website(300),
        label=gettext_lazy("Website"),
        also=("web", "url", "homepage", "web site", "sitio web"),
    ),
    Column(
        "country", cells.text(100), label=gettext_lazy("Country"), also=("país", "land")
    ),
    Column(
        "region",
        cells.text(100),
        label=gettext_lazy("Region"),
        also=("state", "province", "city", "región"),
    ),
    Column(
        "contact_email",
        cells.email(254),
        label=gettext_lazy("Contact e-mail"),
        also=("email", "mail", "email address", "contact", "correo"),
    ),
    Column(
        "tags",
        cells.tags(each=50, most=20),
        label=gettext_lazy("Tags"),
        also=("keywords", "topics", "sector", "etiquetas"),
    ),
    Column(
        "notes",
        cells.text(20_000),
        multiline=True,
        label=gettext_lazy("Notes"),
        also=("comments", "remarks", "notas"),
    ),
)


@dataclass(slots=True)
class Entry:
    """What the file says of one partner, in one row or in several that agree."""

    line: int
    partner: Partner
    values: dict[str, Any]
    is_new: bool
    effects: list[Effect] = field(default_factory=list)


@dataclass(slots=True)
class PartnerPlan:
    effects: list[Effect] = field(default_factory=list)
    new: list[Partner] = field(default_factory=list)
    edits: list[tuple[Partner, dict[str, Any]]] = field(default_factory=list)
    aliases: list[PartnerAlias] = field(default_factory=list)
    apart: list[tuple[Partner, Partner]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.new) + len(self.aliases) + len(self.edits)

    def write(self, batches: Batches) -> list[Change]:
        for partners in batches(self.new):
            Partner.objects.bulk_create(partners)
        for aliases in batches(self.aliases):
            PartnerAlias.objects.bulk_create(aliases)
        for edits in batches(self.edits):
            save_edits(edits)
        names = [column.name for column in COLUMNS]
        return [
            *(Change("create", p, {}, snapshot(p, names)) for p in self.new),
            *(Change("edit", p, old, snapshot(p, old)) for p, old in self.edits),
            *(
                Change("add alias", alias.partner, {}, {"alias": alias.name})
                for alias in self.aliases
            ),
            *keep_new_apart(self.apart),
        ]


def plan_partners(
    rows: Iterable[Row],
    findings: Findings,
    *,
    by: Actor,
    lock: bool,
    answers: Mapping[str, str],
) -> PartnerPlan:
    book = PartnerBook(lock=lock)
    merging = Merging(book, findings, answers, by)
    for row in rows:
        if "name" in row.values:
            merging.take(row)
    entries = list(merging.entries.values())
    plan = PartnerPlan(aliases=merging.aliases)
    for entry in entries:
        _plan_entry(plan, entry)
    new = [entry for entry in entries if entry.is_new]
    plan.apart = mark_twins(new, book, findings, answers)
    plan.effects = sorted(
        (effect for entry in entries for effect in entry.effects),
        key=lambda effect: effect.line,
    )
    return plan


def _plan_entry(plan: PartnerPlan, entry: Entry) -> None:
    first = entry.effects[0]
    if entry.is_new:
        for name, value in entry.values.items():
            setattr(entry.partner, name, value)
        plan.new.append(entry.partner)
        first.after |= snapshot(entry.partner, entry.values)
        return
    values = {name: v for name, v in entry.values.items() if name != "name"}
    before = set_values(entry.partner, values)
    if before:
        plan.edits.append((entry.partner, before))
        first.outcome = CHANGED
        first.before |= before
        first.after |= snapshot(entry.partner, before)


class Merging:
    """Finds which partner each row is about; rows of one partner make one entry."""

    def __init__(
        self,
        book: PartnerBook,
        findings: Findings,
        answers: Mapping[str, str],
        by: Actor,
    ) -> None:
        self.entries: dict[int | str, Entry] = {}
        self.aliases: list[PartnerAlias] = []
        self._book = book
        self._findings = findings
        self._answers = answers
        self._by = by
        self._by_line: dict[int, int | str] = {}
        self._called: dict[str, int | str] = {}

    def take(self, row: Row) -> None:
        identity, same_as = self._identity(row)
        entry = self.entries.get(identity)
        if entry:
            self._merge(entry, row, warn=not same_as)
        else:
            entry = self.entries[identity] = self._entry(row, identity)
        effect = Effect(row.line, UNCHANGED, entry.partner, row.values["name"])
        if entry.is_new and not entry.effects:
            effect.outcome = NEW
        entry.effects.append(effect)
        self._by_line[row.line] = identity
        if same_as:
            self._remember(effect, entry, same_as)

    def _identity(self, row: Row) -> tuple[int | str, str]:
        """Return what tells the partner from others, and the answer that said so."""
        name = row.values["name"]
        key = name_key(name)
        partner = self._book.find(name)
        if partner:
            return partner.pk, ""
        if key in self._called:
            return self._called[key], ""
        answer = self._answers.get(str(row.line), "")
        number = number_in(answer, SAME_PARTNER)
        if number in self._book.by_pk:
            return number, answer
        line = number_in(answer, SAME_LINE)
        if line in self._by_line:
            return self._by_line[line], answer
        return key, ""

    def _entry(self, row: Row, identity: int | str) -> Entry:
        partner = self._book.by_pk.get(identity) if isinstance(identity, int) else None
        new = Partner(coalition=self._by.coalition)
        return Entry(row.line, partner or new, dict(row.values), partner is None)

    def _merge(self, entry: Entry, row: Row, *, warn: bool) -> None:
        for column, value in row.values.items():
            if column != "name" and entry.values.setdefault(column, value) != value:
                self._findings.errors.add(
                    row.line,
                    column,
                    as_text(value),
                    _("Line %(line)s says something else of the same partner.")
                    % {"line": entry.line},
                )
        if warn:
            self._findings.warnings.add(
                row.line,
                "name",
                row.values["name"],
                _("Line %(line)s names the same partner; the two are read as one.")
                % {"line": entry.line},
            )

    def _remember(self, effect: Effect, entry: Entry, answer: str) -> None:
        """Keep the spelling of a row as another name of the partner it is."""
        self._called[name_key(effect.name)] = self._by_line[effect.line]
        alias = PartnerAlias(
            coalition=self._by.coalition, partner=entry.partner, name=effect.name
        )
        self.aliases.append(alias)
        effect.outcome = CHANGED
        effect.after["alias"] = effect.name
        effect.made.append(alias)
        known = entry.partner.name or str(entry.values["name"])
        effect.twin = {"same_as": answer, "name": known, "answer": answer}


PARTNERS = ListSpec(
    ImportKind.PARTNERS,
    COLUMNS,
    plan_partners,
    told=("may_be_named", "may_show_logo"),
)
