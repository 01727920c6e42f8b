"""What the tests of sending share: a sink, and messages that are ready to leave."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from comms.models import Delivery, Lane
from comms.sending.claims import claim
from comms.sending.mail import RenderedMail, mime_content
from tests.factories.comms import DeliveryFactory
from tests.sending.processes import running_sink


@pytest.fixture
def everywhere():
    """Let a test look at the rows of every coalition, as the pump does."""


@pytest.fixture
def inside(harbor):
    """Let a test run inside the harbor coalition, as a page or a service does."""
    return harbor


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    with _scope_of(item):
        yield


def _scope_of(item):
    if "everywhere" in item.fixturenames:
        return scopes_disabled()
    if "inside" in item.fixturenames:
        return scope(coalition=item.funcargs["inside"])
    return nullcontext()


@pytest.fixture(scope="session")
def _sink(tmp_path_factory):
    with running_sink(tmp_path_factory.mktemp("sink") / "journal") as running:
        yield running


@pytest.fixture
def sink(_sink, settings):
    """A real SMTP server that this test's mail goes to; its journal starts empty."""
    _sink.journal.write_text("")
    settings.EMAIL_URL = _sink.url
    settings.MAIL_RATE_PER_MINUTE = settings.MAIL_DOMAIN_RATE_PER_MINUTE = 0
    return _sink


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.EMAIL_URL = ""
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


@pytest.fixture
def render():
    """The plainest renderer there is."""

    def plain(batch):
        return {
            row.pk: RenderedMail(
                {"From": "us@example.org", "To": row.to_addr, "Subject": "Hello"},
                mime_content(text="Hello!"),
                issue_sha256=row.issue.approved_sha256 if row.issue else "",
            )
            for row in batch
        }

    return plain


@pytest.fixture
def queued(harbor):
    """Return a function that queues a message to an address."""

    def make(to="bob@example.org", **fields):
        domain = to.rpartition("@")[2]
        fields = {"coalition": harbor, "to_norm": to, "domain": domain} | fields
        return DeliveryFactory(to_addr=to, **fields)

    return make


@pytest.fixture
def abandoned(queued, settings):
    """Return a function that leaves a message in the hands of an owner."""
    settings.MAIL_LEASE_SECONDS = 1

    def leave(owner, **fields):
        delivery = queued(**fields)
        claim(lane=Lane.BULK, owner=owner, limit=1, paced=False)
        over = timezone.now() - timedelta(seconds=1)
        Delivery.objects.filter(pk=delivery.pk).update(lease_until=over)
        return delivery

    return leave
