"""What was kept long enough is gone, and what is younger stays."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common import retention
from coalition.web.jobs import forget
from coalition.web.services.forgetting import RULES
from comms.models import (
    Delivery,
    DeliveryEvent,
    DomainState,
    Feedback,
    FeedbackMessage,
    InboundMail,
    IssueState,
    MailReport,
)
from comms.queries import report_of
from comms.sending import journal
from members.models import Person, SignInLink
from members.models.membership import MembershipState
from tests.comms.drafts import make_issue
from tests.factories.comms import (
    DeliveryEventFactory,
    DeliveryFactory,
    MailReportFactory,
)
from tests.factories.feedback import FeedbackFactory, FeedbackMessageFactory
from tests.factories.inbound import InboundMailFactory
from tests.factories.members import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
DOCS = Path(settings.BASE_DIR, "docs", "operations.md")
ROW = re.compile(r"^\| ([^|]+) \| (\d+) days? \|$", re.MULTILINE)
DAYS = {rule.what: rule.days for rule in RULES}


@pytest.fixture(autouse=True)
def _not_yet_today():
    cache.clear()


def sent(at, **fields):
    fields = {
        "status": "sent",
        "accepted_at": at,
        "reply": "250 Ok <a@b.example>",
    } | fields
    row = DeliveryFactory(**fields)
    Delivery.objects.filter(pk=row.pk).update(created_at=at)
    return row


def session(at):
    key = f"key-{at.timestamp()}"
    Session.objects.create(session_key=key, expire_date=at)
    return key


def device(at):
    row = UserSession.objects.create(
        user=UserFactory(), session_key=f"d-{at.timestamp()}", ip="127.0.0.1"
    )
    UserSession.objects.filter(pk=row.pk).update(last_seen_at=at)


def sign_in_link(at):
    user = UserFactory()
    SignInLink.objects.create(user=user, secret_hash=str(at), expires_at=at)


def gone(at):
    member = MembershipFactory(
        state=MembershipState.REMOVED, person__access_needs="Lift"
    )
    type(member).objects.update(updated_at=at)


def domain(at):
    DomainState.objects.create(domain=f"{at.timestamp()}.example", refilled_at=at)


def nameless(at, *, since=True):
    row = FeedbackFactory(
        visibility="anonymous",
        author=None,
        state="explained",
        answer="Because.",
        closed_at=at,
        thread_hash=str(at.timestamp()),
    )
    return FeedbackMessageFactory(feedback=row) if since else row


# How a row of each kind is planted, and what is left of it while it stands.
PLANTS = {
    "replies by mail, whole": (
        lambda at: InboundMailFactory(received_at=at),
        InboundMail.objects.count,
    ),
    "that a code for signing in was mailed, and whereto": (
        lambda at: DeliveryEventFactory(
            delivery=sent(at, coalition=None, person=None, to_addr="a@b.example")
        ),
        Delivery.objects.count,
    ),
    "the address that a message went to, and the server’s words": (
        sent,
        lambda: Delivery.objects.exclude(to_addr="", to_norm="", reply="").count(),
    ),
    "each step of a message": (
        lambda at: DeliveryEventFactory(delivery=sent(at), at=at),
        DeliveryEvent.objects.count,
    ),
    "the words of mail that came back": (
        lambda at: MailReportFactory(received_at=at),
        lambda: MailReport.objects.exclude(words="").count(),
    ),
    "what was said after nameless feedback": (
        nameless,
        FeedbackMessage.objects.count,
    ),
    "the private page of nameless feedback, once answered or taken back": (
        lambda at: nameless(at, since=False),
        lambda: Feedback.objects.exclude(thread_hash="").count(),
    ),
    "the pace of a domain that gets no mail": (
        domain,
        DomainState.objects.count,
    ),
    "a session that ended": (session, Session.objects.count),
    "the device and network of a session that ended": (
        device,
        UserSession.objects.count,
    ),
    "an operator’s sign-in link": (
        sign_in_link,
        SignInLink.objects.count,
    ),
    "what makes taking part easier, of who left": (
        gone,
        lambda: Person.objects.exclude(access_needs="").count(),
    ),
}


def purge():
    call_command("purge", verbosity=0)


def test_every_rule_is_tried():
    assert PLANTS.keys() == DAYS.keys()


@pytest.mark.parametrize("what", DAYS)
def test_what_is_over_goes_and_what_is_younger_stays(what, capsys):
    plant, left = PLANTS[what]
    plant(timezone.now() - timedelta(days=DAYS[what], hours=1))
    call_command("purge", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)[what] == 1
    assert left() == 1
    purge()
    assert left() == 0
    plant(timezone.now() - timedelta(days=DAYS[what]) + timedelta(hours=1))
    purge()
    assert left() == 1


def test_what_has_not_ended_is_left_alone_however_old():
    long_ago = timezone.now() - timedelta(days=999)
    sent(long_ago, status="held", accepted_at=None)
    sent(long_ago, status="queued", accepted_at=None)
    FeedbackMessageFactory(feedback__closed_at=None)
    MembershipFactory(person__access_needs="Lift")
    key = session(timezone.now() + timedelta(days=1))
    device(long_ago)
    UserSession.objects.update(session_key=key)
    purge()
    assert Delivery.objects.exclude(to_addr="").exclude(reply="").count() == 2
    assert FeedbackMessage.objects.count() == 1
    assert Person.objects.exclude(access_needs="").count() == 1
    assert UserSession.objects.count() == 1


def test_the_report_and_the_audit_of_an_old_issue_are_as_before(harbor, alice):
    issue = make_issue(harbor, IssueState.DONE, audience_count=2)
    old = timezone.now() - timedelta(days=400)
    came_back = sent(old, coalition=harbor, issue=issue, person=alice.person)
    MailReportFactory(delivery=came_back, kind="hard", received_at=old)
    sent(
        old,
        coalition=harbor,
        issue=issue,
        status="failed",
        reason="refused",
        accepted_at=None,
    )
    before = report_of(issue)
    purge()
    assert report_of(issue) == before
    assert (before.delivered, before.came_back, before.failed) == (0, 1, 1)
    call_command("mail_audit", "harbor")  # fails when one is missing


def test_many_go_in_chunks_of_constant_cost(monkeypatch, alice):
    monkeypatch.setattr(retention, "CHUNK", 4)
    old = timezone.now() - timedelta(days=400)

    def statements(rows):
        for _ in range(rows):
            DeliveryEventFactory(delivery=sent(old, coalition=alice.coalition))
        with CaptureQueriesContext(connection) as seen:
            purge()
        assert not Delivery.objects.exclude(to_addr="").exists()
        return len(seen)

    one = statements(1)
    assert statements(3) == one
    assert statements(9) > one  # three chunks


def test_the_trouble_of_one_rule_stops_no_other(monkeypatch):
    session(timezone.now() - timedelta(days=3))

    def broken(before):
        raise RuntimeError

    rules = (retention.Rule("broken", 1, broken, retention.delete), *RULES)
    monkeypatch.setattr("coalition.web.services.forgetting.RULES", rules)
    purge()
    assert not Session.objects.exists()


def test_the_job_does_it_once_a_day(alice):
    session(timezone.now() - timedelta(days=3))
    assert forget() == 1
    session(timezone.now() - timedelta(days=4))
    assert forget() == 0
    cache.clear()  # a day later
    assert forget() == 1


@pytest.mark.parametrize(("days", "left"), ((61, 0), (59, 1)))
def test_the_older_half_of_the_journal_goes_after_sixty_days(days, left):
    at = timezone.now() - timedelta(days=days)
    journal._older().write_text(json.dumps({"at": at.isoformat(), "sent": "<1@x>"}))
    purge()
    assert journal._older().exists() == bool(left)
    journal._older().unlink(missing_ok=True)


def test_the_page_says_how_long():
    part = DOCS.read_text().partition("## What is kept, and for how long")[2]
    assert {what: int(days) for what, days in ROW.findall(part)} == DAYS
