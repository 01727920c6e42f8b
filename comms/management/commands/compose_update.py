"""Draft the present update of a coalition."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import override

from coalition.common.errors import DomainError
from coalition.common.tenancy import scope
from comms.models import Issue, IssueState
from comms.services.schedule import draft_now, ensure_schedule
from members.models import Coalition, Via
from members.services.audit import Actor

FARTHEST: Final = timedelta(days=366)


class Command(BaseCommand):
    help = (
        "Draft the present update from what was recorded since the last one, and print "
        "its number. A coalition without a schedule gets one: every second Thursday."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--as-of", type=_moment, help="compose as at this ISO time; default: now"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        coalition = Coalition.objects.filter(slug=options["slug"]).first()
        if coalition is None:
            raise CommandError(f"There is no coalition “{options['slug']}”.")
        now = options["as_of"] or timezone.now()
        by = Actor(coalition, None, Via.COMMAND)
        try:
            with scope(coalition=coalition), override(coalition.language):
                made = ensure_schedule(coalition=coalition, now=now, by=by)
                issue = draft_now(coalition=coalition, now=now, by=by)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(issue, made, as_json=options["json"])

    def _tell(self, issue: Issue, made: bool, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(_facts(issue) | {"schedule_made": made}))
            return
        if made:
            self.stderr.write(
                "It had no schedule: updates leave every second Thursday."
            )
        self.stderr.write(_in_words(issue))
        self.stdout.write(str(issue.pk))


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        raise ArgumentTypeError(f"There is no such moment as “{text}”.") from None
    if moment is None:
        raise ArgumentTypeError(f"“{text}” is no time such as 2026-05-14T09:00.")
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    # Every period up to then gets its row, and none of them can be taken back.
    if moment - timezone.now() > FARTHEST:
        raise ArgumentTypeError(f"{text} is too far ahead; name a time within a year.")
    return moment


def _facts(issue: Issue) -> dict[str, Any]:
    window = [issue.window_start, issue.window_end]
    return {
        "issue": issue.pk,
        "state": issue.state,
        "period": issue.period,
        "due": issue.due_at.isoformat(),
        "window": [moment and moment.isoformat() for moment in window],
        "subject": issue.subject,
        "items": sum(len(s["items"]) for s in issue.content.get("sections", ())),
        "reason": issue.hold_reason,
    }


def _in_words(issue: Issue) -> str:
    if issue.state == IssueState.PLANNED:
        return "Nothing new is recorded yet, so nothing is drafted."
    words = f"{issue.get_state_display()}: {issue.subject or issue.hold_reason}"
    return f"{words} (due {issue.due_at:%Y-%m-%d %H:%M} UTC)"
