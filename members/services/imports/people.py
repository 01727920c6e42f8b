"""People from a file, and whom they speak for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.tabular import Column, Row, cells, lookups
from members.models import Person
from members.models.imports import ImportKind
from members.permissions import MemberRole
from members.services.audit import Actor
from members.services.imports.effects import CHANGED, NEW, Effect
from members.services.imports.matching import Matching
from members.services.imports.people_paper import add_paper
from members.services.imports.people_plan import Entry, PeoplePlan
from members.services.imports.people_twins import PeopleTwins
from members.services.imports.run import Findings, ListSpec, set_values
from members.services.imports.twins import NEW_ONE

ROLES: dict[str, object] = {role.value: role for role in MemberRole}
# Only words that nobody writes by accident count as somebody's consent.
CONSENT: dict[str, object] = {
    "yes": True,
    "y": True,
    "sí": True,
    "si": True,
    "no": False,
    "n": False,
}


def _refuse_role(value: str) -> str:
    return _("Write “member” or “observer”, or leave this blank.")


def _refuse_consent(value: str) -> str:
    return _("Write “yes” only for somebody who agreed to get updates, else “no”.")


def _refuse_paper(value: str) -> str:
    return _("Write “yes” for somebody who reads on paper, else “no”.")


COLUMNS = (
    Column(
        "organisation",
        cells.text(200),
        required=True,
        may_be_blank=True,
        label=gettext_lazy("Organisation"),
        also=("organization", "partner", "member", "group", "organización", "company"),
    ),
    Column(
        "full_name",
        cells.text(200),
        required=True,
        label=gettext_lazy("Name"),
        also=("name", "person", "contact", "nombre", "nombre completo"),
    ),
    Column(
        "email",
        cells.email(254),
        required=True,
        may_be_blank=True,
        label=gettext_lazy("E-mail"),
        also=("mail", "email address", "correo", "correo electrónico"),
    ),
    Column(
        "role",
        cells.choice(ROLES, refused=_refuse_role),
        label=gettext_lazy("Access"),
        also=("access", "acceso"),
    ),
    Column(
        "phone",
        cells.phone(40),
        label=gettext_lazy("Phone"),
        also=("telephone", "mobile", "phone number", "teléfono"),
    ),
    Column(
        "timezone",
        lookups.zone,
        label=gettext_lazy("Time zone"),
        also=("zona horaria",),
    ),
    Column(
        "language", lookups.language, label=gettext_lazy("Language"), also=("idioma",)
    ),
    Column(
        "consent_digest",
        cells.choice(CONSENT, refused=_refuse_consent),
        label=gettext_lazy("Agreed to get updates"),
        also=("consent", "newsletter", "updates"),
    ),
    Column(
        "paper",
        cells.choice(CONSENT, refused=_refuse_paper),
        label=gettext_lazy("Reads on paper"),
        also=("on paper", "print", "papel", "en papel"),
    ),
    Column(
        "courier",
        cells.text(254),
        label=gettext_lazy("Brought by"),
        also=("brings it", "mensajero", "lo lleva"),
    ),
    Column(
        "joined_on",
        cells.date,
        label=gettext_lazy("Joined on"),
        also=("joined", "since", "member since"),
    ),
    Column(
        "notes",
        cells.text(20_000),
        multiline=True,
        label=gettext_lazy("Notes"),
        also=("comments", "remarks", "notas"),
    ),
)
# What has rows of its own.
BESIDE = frozenset({"organisation", "role", "paper", "courier"})
# What a file may change of somebody who is here: neither access nor consent.
EDITABLE = ("email", "phone", "timezone", "language", "joined_on", "notes")


def plan_people(
    rows: Iterable[Row],
    findings: Findings,
    *,
    by: Actor,
    lock: bool,
    answers: Mapping[str, str],
) -> PeoplePlan:
    matching = Matching(findings, lock=lock, answers=answers)
    for row in rows:
        matching.take(row)
    plan = PeoplePlan(by=by)
    for entry in matching.entries:
        if entry.person:
            _plan_change(plan, entry, entry.person, matching)
        else:
            _plan_new(plan, entry)
    add_paper(plan, matching, findings)
    _ask_who_is_who(plan, matching, findings)
    plan.effects.sort(key=lambda effect: effect.line)
    return plan


def _plan_new(plan: PeoplePlan, entry: Entry) -> None:
    values = {k: v for k, v in entry.values.items() if k not in BESIDE}
    if values.get("consent_digest"):
        values["consent_at"] = timezone.now()
    plan.add(Person(coalition=plan.by.coalition, **values), entry)


def _plan_change(
    plan: PeoplePlan, entry: Entry, person: Person, matching: Matching
) -> None:
    values = {k: v for k, v in entry.values.items() if k in EDITABLE}
    before = set_values(person, values | _addresses(entry, person))
    plan.change(person, entry, before, list(matching.new_partners(entry, person)))
    matching.warn_of_rights(entry, person)


def _addresses(entry: Entry, person: Person) -> dict[str, Any]:
    """Replace nobody's address; one more of theirs goes into the notes, once.

    What they agreed to and what they refused hangs on the address that is here.
    """
    address = person.email or next(iter(entry.emails), None)
    notes = str(entry.values.get("notes", person.notes))
    others = [
        _("Other address: %(email)s") % {"email": email}
        for email in entry.emails
        if email != address and email not in notes.split()
    ]
    found: dict[str, Any] = {"email": address}
    if others:
        found["notes"] = "\n".join([*filter(None, [notes]), *others])
    return found


def _ask_who_is_who(plan: PeoplePlan, matching: Matching, findings: Findings) -> None:
    """Put on each row whom it resembles, also on one that is wrong without an answer."""
    effects = {effect.line: effect for effect in plan.effects}
    changed = {e.record.pk for e in plan.effects if e.outcome == CHANGED}
    twins = PeopleTwins(matching.people, matching.partners)
    for asked, found, twin in twins.find(matching.asked, findings):
        effect = effects.get(asked.line)
        if effect is None:
            effect = Effect(asked.line, NEW, Person(), str(asked.values["full_name"]))
            plan.effects.append(effect)
        effect.twin = twin
        if asked.same and asked.same.pk in changed:
            plan.recognised.append((asked.same, effect.name))
        elif asked.answer == NEW_ONE and isinstance(effect.record, Person):
            plan.apart += [(effect.record, other) for other in found]


PEOPLE = ListSpec(ImportKind.PEOPLE, COLUMNS, plan_people)
