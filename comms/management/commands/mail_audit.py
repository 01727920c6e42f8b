"""Count messages against the people they were meant for."""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comms.sending.audit import IssueAudit, audit
from members.models import Coalition


class Command(BaseCommand):
    help = (
        "Show how every message of the released issues ended; fail if one is missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="only this coalition")
        parser.add_argument("--issue", type=int, help="only the issue of this number")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, issue_id = options["slug"], options["issue"]
        if slug and not Coalition.objects.filter(slug=slug).exists():
            raise CommandError(f"There is no coalition {slug}.")
        audits = audit(slug=slug, issue_id=issue_id)
        if issue_id and not audits:
            raise CommandError(f"Issue {issue_id} is not released, so nobody has it.")
        self._show(audits, as_json=options["json"])
        if wrong := [found for found in audits if found.missing]:
            raise CommandError(" ".join(_in_words(found) for found in wrong))

    def _show(self, audits: list[IssueAudit], *, as_json: bool) -> None:
        totals: Counter[str] = Counter()
        for found in audits:
            totals.update(found.counts())
        names = IssueAudit(0, 0, Counter(), 0).counts()
        counts = {name: totals[name] for name in names}
        if as_json:
            self.stdout.write(json.dumps(counts))
            return
        self.stdout.write(", ".join(f"{name} {n}" for name, n in counts.items()))


def _in_words(found: IssueAudit) -> str:
    people = f"{found.audience} people, {found.statuses.total()} messages"
    words = "missing" if found.missing > 0 else "too many"
    return f"Issue {found.issue_id}: {people}, {abs(found.missing)} {words}."
