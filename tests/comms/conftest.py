"""What the tests of sending share: a sink, and messages that are ready to leave."""

from datetime import timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from django.utils import timezone

from comms.models import Delivery, Lane
from comms.sending.claims import claim
from comms.sending.mail import RenderedMail, mime_content
from tests.factories.comms import DeliveryFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.sending.processes import running_sink


@pytest.fixture
def clinic(harbor, bob):
    """Bob speaks for it, Carl stands in for him."""
    partner = PartnerFactory(coalition=harbor, name="Clinic")
    AffiliationFactory(partner=partner, person=bob.person)
    alternate = MembershipFactory(coalition=harbor, person__full_name="Carl Cole")
    AffiliationFactory(partner=partner, person=alternate.person, kind="alternate")
    return partner


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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Make a certificate for 127.0.0.1 that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    address = x509.IPAddress(ip_address("127.0.0.1"))
    now = timezone.now()
    signed = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number()
        )
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "sink.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + signed.public_bytes(Encoding.PEM)
    )
    return path


@pytest.fixture
def tls_sink(tmp_path, certificate):
    with running_sink(tmp_path / "journal", certificate=certificate) as running:
        yield running


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
