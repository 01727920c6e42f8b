"""Reading, checking and writing a file of people against bare `bulk_create`."""

import json
from collections.abc import Callable

import django

django.setup()

# ruff: noqa: E402
from django.db import transaction

from bench.clock import compare, line
from coalition.common.tenancy import scope
from members.models import Affiliation, Coalition, Partner, Person, Via
from members.services.audit import Actor
from members.services.imports import import_people

AIM = 5.0
ROWS = 2000
ROUNDS = 5


def undone(act: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    return run


def main() -> None:
    coalition = Coalition.objects.create(slug="bench", name="Bench")
    with scope(coalition=coalition):
        partner = Partner.objects.create(coalition=coalition, name="Harbor Watch")
        names = [(f"Ines Person {n}", f"person{n}@example.org") for n in range(ROWS)]
        head = "full_name,email,organisation,phone,timezone,consent_digest\n"
        rest = "Harbor Watch,+351 21 000 000,Europe/Lisbon,yes"
        data = (head + "".join(f"{n},{e},{rest}\n" for n, e in names)).encode()
        by = Actor(coalition, None, Via.IMPORT)

        def read() -> None:
            report = import_people(data=data, apply=True, by=by)
            assert report.is_accepted, report

        def write() -> None:
            people = Person.objects.bulk_create(
                Person(coalition=coalition, full_name=name, email=email)
                for name, email in names
            )
            Affiliation.objects.bulk_create(
                Affiliation(coalition=coalition, person=person, partner=partner)
                for person in people
            )

        acts = {"import": undone(read), "bare": undone(write)}
        costs = compare(acts, rounds=ROUNDS)
    per_row = {name: cost.each(ROWS) for name, cost in costs.items()}
    print(json.dumps([line("import, a row", per_row["import"], per_row["bare"], AIM)]))


if __name__ == "__main__":
    main()
