"""The pump, all guarantees on, against a loop that renders each mail whole."""

import json
import smtplib
from collections import defaultdict
from email.message import EmailMessage
from urllib.parse import urlsplit

import django

django.setup()

# ruff: noqa: E402
from django.conf import settings
from django.core.management import call_command
from django.template.loader import render_to_string

from bench.clock import Cost, cost_of, line
from bench.data import fill
from coalition.common.tenancy import scope
from comms.jobs import run_pump
from comms.models import Issue, Lane
from comms.updates import render, sheet
from comms.updates.content import shown_of
from members.models import Coalition, Person

AIM = 1.0
MESSAGES = 600


class Personal(defaultdict[str, str]):
    """Stands where the personal part would: the same words in every gap."""

    def __init__(self, words: str) -> None:
        super().__init__(lambda: words)


def release(coalition: Coalition, *, by: str) -> Issue:
    call_command("compose_update", coalition.slug, verbosity=0)
    with scope(coalition=coalition):
        issue = Issue.objects.select_related("coalition").latest("id")
    call_command("approve_update", str(issue.pk), by=by, release_now=True)
    return issue


def bare_loop(issue: Issue, people: list[Person]) -> None:
    where = urlsplit(settings.EMAIL_URL)
    desk = sheet.desks([issue.coalition])[issue.coalition_id]
    source = render._source(render.Told(issue, desk, frozenset()), "en")
    context = sheet._context(source, shown_of(issue))
    mute = Personal("")
    with smtplib.SMTP(where.hostname or "", where.port or 25) as server:
        for person in people:
            own = context | {
                "gap": Personal(person.full_name),
                "open": mute,
                "close": mute,
            }
            html = render_to_string(f"email/{issue.kind}.html", own)
            message = EmailMessage()
            message["Subject"] = issue.subject
            message["From"] = settings.MAIL_FROM
            message["To"] = person.email
            message.set_content(render_to_string(f"email/{issue.kind}.txt", own))
            message.add_alternative(sheet.inlined(html), subtype="html")
            server.send_message(message)


def main() -> None:
    coalition = fill(partners=60, people=MESSAGES, tasks=1500)
    issue = release(coalition, by="person0@host0.example")
    with scope(coalition=coalition):
        people = list(Person.objects.all())
        bare_loop(issue, people[:50])
        bare = cost_of(lambda: bare_loop(issue, people)).each(MESSAGES)
    sent = 0

    def send() -> None:
        nonlocal sent
        sent = run_pump(Lane.BULK, until_idle=True).sent

    ours: Cost = cost_of(send).each(MESSAGES)
    assert sent == MESSAGES, sent
    print(json.dumps([line("pump, a message", ours, bare, AIM)]))


if __name__ == "__main__":
    main()
