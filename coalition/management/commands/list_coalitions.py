"""Which coalitions live here, and whom to ask about each."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from coalition.common.tenancy import scope
from members.models import Coalition, Membership, Partner, Person
from members.permissions import MemberRole


class Command(BaseCommand):
    help = "List the coalitions of this installation with their coordinators."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [_facts(coalition) for coalition in Coalition.objects.all()]
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        for facts in found:
            coordinators = ", ".join(facts["coordinators"]) or "nobody coordinates it"
            self.stdout.write(
                f"{facts['slug']}: {facts['name']}, {facts['partners']} partners, "
                f"{facts['people']} people; {coordinators}"
            )


def _facts(coalition: Coalition) -> dict[str, Any]:
    with scope(coalition=coalition):
        coordinators = Membership.objects.active().filter(role=MemberRole.COORDINATOR)
        return {
            "slug": coalition.slug,
            "name": coalition.name,
            "created": coalition.created_at.date().isoformat(),
            "partners": Partner.objects.count(),
            "people": Person.objects.listed().count(),
            "coordinators": [
                email
                for email in coordinators.order_by("person__email").values_list(
                    "person__email", flat=True
                )
                if email
            ],
        }
