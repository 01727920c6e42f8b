"""Approve an update exactly as it is now, and let it go."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from coalition.common.errors import DomainError
from coalition.common.tenancy import scope, scopes_disabled
from comms.errors import NotAllowedToSend
from comms.models import DeliveryStatus, Issue, IssueState
from comms.sending import doorbell
from comms.services.issues import approve_issue
from comms.services.release import release_issue
from members.models import Coalition, Membership, Via
from members.permissions import Permission
from members.services.audit import Actor


class Command(BaseCommand):
    help = "Approve an update; it leaves when it is due, or at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("issue", type=int, help="the number of the update")
        parser.add_argument("--by", required=True, help="e-mail of a coordinator")
        parser.add_argument(
            "--release-now",
            action="store_true",
            help="let it go now, without the wait in which it can be called back",
        )
        parser.add_argument(
            "--count",
            type=int,
            help="how many get it: needed for an announcement to more than usual",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        issue = _find(options["issue"])
        try:
            with scope(coalition=issue.coalition), override(issue.coalition.language):
                by = _coordinator(issue.coalition, options["by"])
                release, count = options["release_now"], options["count"]
                facts = _facts(_act(issue, by, release=release, count=count))
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(facts) if options["json"] else _in_words(facts))


def _find(number: int) -> Issue:
    with scopes_disabled():
        found = Issue.objects.select_related("coalition").filter(pk=number).first()
    if found is None:
        raise CommandError(f"There is no update number {number}.")
    return found


def _coordinator(coalition: Coalition, email: str) -> Actor:
    membership = (
        Membership.objects.active()
        .select_related("person")
        .filter(person__email=email.strip().lower(), person__erased_at=None)
        .first()
    )
    if membership is None or not membership.may(Permission.UPDATES_SEND):
        raise NotAllowedToSend(email)
    return Actor(coalition, membership.person, Via.COMMAND)


@transaction.atomic
def _act(issue: Issue, by: Actor, *, release: bool, count: int | None) -> Issue:
    if not (release and issue.state == IssueState.APPROVED):
        issue = approve_issue(issue=issue, sha256=issue.content_sha256, by=by)
    if release:
        now = timezone.now()
        issue = release_issue(issue=issue, now=now, at_once=True, by=by, count=count)
        doorbell.ring()
    return issue


def _facts(issue: Issue) -> dict[str, Any]:
    rows = issue.deliveries.all()
    return {
        "issue": issue.pk,
        "state": issue.state,
        "due": issue.due_at.isoformat(),
        "audience": issue.audience_count or 0,
        "queued": rows.filter(status=DeliveryStatus.QUEUED).count(),
        "skipped": rows.filter(status=DeliveryStatus.SKIPPED).count(),
    }


def _in_words(facts: dict[str, Any]) -> str:
    if not facts["audience"]:
        return f"Approved. It leaves when it is due: {facts['due']}"
    return (
        f"Released to {facts['queued']} of {facts['audience']} people; "
        f"{facts['skipped']} are left out on purpose."
    )
