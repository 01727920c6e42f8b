"""Rows equal audience, or the audit says what is missing."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comms.models import IssueState
from tests.factories.comms import IssueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(harbor, queued):
    issue = IssueFactory(
        coalition=harbor,
        state=IssueState.RELEASED,
        content_sha256="approved",
        approved_sha256="approved",
        audience_count=4,
    )
    sent = {"status": "sent", "accepted_at": timezone.now()}
    queued("a@example.org", issue=issue, uncertain=1, **sent)
    queued("b@example.org", issue=issue, status="skipped", reason="no_consent")
    queued("c@example.org", issue=issue, status="held", reason="uncertain")
    queued("d@example.org", issue=issue)
    queued("e@example.org", expires_at=timezone.now() + timedelta(hours=1))
    return issue


def audit(*arguments):
    out = StringIO()
    call_command("mail_audit", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("arguments", ((), ("harbor",), ("harbor", "--issue={issue}")))
def test_mail_audit_counts_every_end(issue, arguments):
    arguments = [part.format(issue=issue.pk) for part in arguments]
    assert json.loads(audit(*arguments, "--json")) == {
        "audience": 4,
        "queued": 1,
        "sending": 0,
        "sent": 1,
        "failed": 0,
        "skipped": 1,
        "held": 1,
        "uncertain": 1,
    }


def test_mail_audit_counts_only_what_was_asked_for(issue, charlie):
    assert json.loads(audit("elsewhere", "--json"))["audience"] == 0


def test_mail_audit_fails_and_says_what_is_missing(issue):
    issue.audience_count = 6
    issue.save()
    with pytest.raises(CommandError, match="6 people, 4 messages, 2 missing"):
        audit()


def test_mail_audit_speaks_in_words(issue):
    assert audit().startswith("audience 4, queued 1, sending 0, sent 1,")


@pytest.mark.parametrize("arguments", (("nowhere",), ("--issue=999",)))
def test_mail_audit_refuses_what_is_not_there(db, arguments):
    with pytest.raises(CommandError):
        audit(*arguments)
