"""Short ways to import a text and to compare what came of it."""

from members.models import Person
from members.services.imports import import_partners, import_people
from tests.utils import acting

PEOPLE = (
    "organisation,full_name,email,role,phone,timezone,language,consent_digest,"
    "joined_on,notes\n"
)
WHO = "organisation,full_name,email\n"


def read_partners(data, alice, *, apply=True):
    if isinstance(data, str):
        data = data.encode()
    return import_partners(data=data, apply=apply, by=acting(alice))


def read_people(rows, alice, *, apply=True, header=WHO):
    data = (header + rows).encode()
    return import_people(data=data, apply=apply, by=acting(alice))


def places(problems):
    return [(problem.line, problem.column) for problem in problems]


def counts(report):
    return report.records, report.created, report.updated, report.unchanged


def rows_of(*models):
    return [list(model.objects.order_by("pk").values()) for model in models]


def rosa():
    return Person.objects.get(email="rosa@example.org")
