"""What a provider posts is believed only with the secret, and only where one is named."""

import hashlib
import hmac
import json
from base64 import b64encode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from comms.inbound.addresses import ReplyTo, bounce_address, reply_address
from comms.models import InboundMail, MailReport, Suppression
from comms.sending.mail import RenderedMail, assemble, mime_content
from tests.comms.inbound.corpus import mail
from tests.comms.inbound.reports import FROM_US, HARD, TO
from tests.comms.inbound.test_receiving import ask
from tests.comms.inbound.test_reports import everything, leave, switched_off
from tests.factories.members import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]

SECRET = "postman:rings-always-twice-here"


@pytest.fixture(autouse=True)
def _provider(settings):
    settings.MAIL_PROVIDER = "postmark"
    settings.MAIL_WEBHOOK_SECRET = SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    settings.MAIL_DOMAIN = "coalition.example.org"
    settings.MAIL_BOUNCE_ADDRESS = "bounces@coalition.example.org"
    settings.MAIL_REPLY_ADDRESS = "reply@coalition.example.org"


@pytest.fixture
def sent(harbor):
    person = MembershipFactory(coalition=harbor, person__email=TO).person
    return leave(coalition=harbor, person=person)


def post(what, payload, *, provider="postmark", secret=SECRET, **headers):
    if secret:
        headers["authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/{provider}/{what}/",
        payload if isinstance(payload, str | bytes) else json.dumps(payload),
        content_type="application/json",
        headers=headers,
    )


def bounced(delivery, **more):
    return {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": TO,
        "BouncedAt": "2026-11-26T10:00:00Z",
        "Description": "The server was unable to deliver your message.",
        "Details": "smtp;550 5.1.1 User unknown",
        "Metadata": {"coalition": delivery.message_id.strip("<>")},
    } | more


EVENTS: tuple[tuple[dict[str, object], list[str]], ...] = (
    ({}, ["hard_bounce"]),
    ({"Details": "smtp;452 4.2.2 mailbox full", "Type": "SoftBounce"}, []),
    ({"Details": "550 5.7.1 spam", "Type": "HardBounce"}, []),
    ({"Type": "Blocked"}, []),
    ({"Type": "BadEmailAddress", "Details": ""}, ["hard_bounce"]),
    ({"Type": "DMARCPolicy"}, []),
    ({"Type": "SpamComplaint", "RecordType": "SpamComplaint"}, ["complaint", "unsubscribed"]),
    (
        {"RecordType": "SubscriptionChange", "SuppressSending": True,
         "SuppressionReason": "ManualSuppression"},
        ["unsubscribed"],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("more", "off"), EVENTS)
def test_an_event_does_what_the_same_report_by_mail_does(more, off, sent):
    assert post("tracking", bounced(sent, **more)).status_code == 200
    assert sorted(switched_off()) == off
    assert MailReport.objects.count() == 1
    post("tracking", bounced(sent, **more))  # told twice
    assert MailReport.objects.count() == 1


@pytest.mark.parametrize("record", ("Open", "Click", "Delivery"))
def test_what_says_nothing_of_an_address_changes_nothing(record, sent):
    before = everything()
    event = bounced(sent, RecordType=record, Recipient=TO)
    assert post("tracking", event).status_code == 200
    assert everything() == before


def test_an_event_may_name_the_message_by_its_sender(sent):
    event = bounced(sent, Metadata={}, Envelope=[{"from": bounce_address(sent.pk)}])
    post("tracking", event)
    assert switched_off() == ["hard_bounce"]


@pytest.mark.parametrize(
    "more",
    (
        {"Metadata": {}},
        {"Metadata": {"coalition": "a" * 32 + "@coalition.example.org"}},
        {"Email": "mallory@example.net"},
        {"Email": None},
    ),
)
def test_an_event_of_nothing_of_ours_changes_nothing(more, sent):
    before = everything()
    assert post("tracking", bounced(sent, **more)).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("secret", ("", "postman:wrong", "postman", SECRET + "x"))
@pytest.mark.parametrize("what", ("tracking", "inbound"))
def test_without_the_secret_nothing_is_believed(secret, what, sent):
    before = everything()
    assert post(what, bounced(sent), secret=secret).status_code == 400
    assert everything() == before


def test_without_settings_nobody_answers(sent, settings):
    assert post("tracking", bounced(sent), provider="mailgun").status_code == 404
    assert post("nothing", bounced(sent)).status_code == 404
    settings.MAIL_WEBHOOK_SECRET = ""
    assert post("tracking", bounced(sent)).status_code == 404
    settings.MAIL_PROVIDER = ""
    assert post("tracking", bounced(sent)).status_code == 404


def test_reading_is_not_answered(client):
    assert client.get("/hooks/postmark/tracking/").status_code == 405


def test_what_is_too_large_is_not_read(sent, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert post("tracking", bounced(sent)).status_code == 413
    assert not MailReport.objects.exists()


def signed(delivery, key="a-key"):
    stamp, token = str(int(timezone.now().timestamp())), "b" * 50
    made = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256)
    return {
        "signature": {
            "timestamp": stamp,
            "token": token,
            "signature": made.hexdigest(),
        },
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "recipient": TO,
            "timestamp": float(stamp),
            "message": {"headers": {"message-id": delivery.message_id.strip("<>")}},
            "delivery-status": {"code": 550, "message": "5.1.1 No such user"},
        },
    }


def test_a_signature_is_checked_too(sent, settings):
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL |= {"MAILGUN_WEBHOOK_SIGNING_KEY": "a-key"}
    forged = post("tracking", signed(sent, "another"), provider="mailgun")
    assert forged.status_code == 400
    assert switched_off() == []
    assert post("tracking", signed(sent), provider="mailgun").status_code == 200
    assert switched_off() == ["hard_bounce"]


def raw_email(raw, to):
    return {
        "FromFull": {"Email": TO, "Name": ""},
        "From": TO,
        "OriginalRecipient": to,
        "Subject": "Re",
        "Headers": [],
        "RawEmail": raw,
        "Date": "Thu, 26 Nov 2026 10:00:00 +0000",
    }


def test_a_reply_takes_the_same_way_as_through_the_command(harbor):
    check_in = ask(harbor, email=TO)
    ids = check_in.coalition_id, check_in.pk, check_in.person_id
    to = reply_address(ReplyTo(*ids))
    raw = mail("Progress: the hall is booked\n", f"From: {TO}", f"To: {to}")
    assert post("inbound", raw_email(raw.decode(), to)).status_code == 200
    check_in.refresh_from_db()
    assert check_in.progress == "the hall is booked"
    post("inbound", raw_email(raw.decode(), to))
    assert InboundMail.objects.count() == 1


def test_a_report_that_comes_in_switches_off(sent):
    to = bounce_address(sent.pk)
    raw = HARD[0].raw.replace(FROM_US, to)
    assert post("inbound", raw_email(raw, to)).status_code == 200
    assert Suppression.objects.get().reason == "hard_bounce"


DEEP = "[" * 100_000
RAW = f"From: {TO}\r\n\r\nHello"
NESTED = "".join(
    f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000)
)
HOSTILE = (
    *(("tracking", junk) for junk in ("", "{", "[]", "null", "5", DEEP)),
    *(("inbound", junk) for junk in ("", "[]", "null", '{"a":' * 100_000)),
    ("tracking", '{"ID": ' + "9" * 5000 + "}"),
    ("tracking", {"RecordType": ["Bounce"]}),
    ("tracking", {"RecordType": "Bounce", "BouncedAt": "2026-99-99T10:00:00Z"}),
    ("tracking", {"RecordType": "Bounce", "Metadata": ["Secret words"]}),
    ("inbound", {"Headers": "Secret words"}),
    ("inbound", {"Headers": 3}),
    ("inbound", {"Headers": [{"Name": "X", "Value": {"a": "Secret words"}}]}),
    ("inbound", {"Headers": [{"Name": "X", "Value": "Secret\r\nBcc: words"}]}),
    ("inbound", {"RawEmail": ["Secret words"]}),
    ("inbound", '{"RawEmail": "\\ud800Secret words"}'),
    ("inbound", {"RawEmail": f"From: {TO}\n{NESTED}\nSecret words"}),
    ("inbound", {"RawEmail": "Content-Type: message/rfc822\n\n" * 3000}),
    ("inbound", {"Attachments": [{"ContentType": "message/rfc822", "Data": "//8="}]}),
    ("inbound", "Secret words: reservé".encode("cp1252")),
)


@pytest.mark.parametrize(("what", "payload"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_cannot_be_read_is_said_once_and_changes_nothing(
    what, payload, sent, caplog
):
    before = everything()
    assert post(what, payload).status_code == 400
    assert everything() == before
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "postmark" in record.getMessage()
    assert "Secret" not in caplog.text


@pytest.mark.parametrize("payload", ("null", DEEP, '{"signature": 5}'))
def test_nor_what_cannot_be_read_before_its_signature(payload, sent, settings):
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL |= {"MAILGUN_WEBHOOK_SIGNING_KEY": "a-key"}
    before = everything()
    assert post("tracking", payload, provider="mailgun").status_code == 400
    assert everything() == before


def test_nor_what_is_signed_and_has_another_shape(sent, settings):
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL |= {"MAILGUN_WEBHOOK_SIGNING_KEY": "a-key"}
    before = everything()
    odd = signed(sent) | {"event-data": ["failed"]}
    assert post("tracking", odd, provider="mailgun").status_code == 400
    assert everything() == before


@pytest.mark.parametrize(
    "more",
    (
        {"Email": 5},
        {"Email": [TO]},
        {"Email": "\0\ud800"},
        {"Metadata": {}, "Details": [1], "Description": {"a": 1}},
        {"RecordType": 1},
    ),
)
def test_an_event_of_odd_values_changes_nothing(more, sent):
    before = everything()
    assert post("tracking", bounced(sent, **more)).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("to", (5, None, [TO], "a\r\nb", "\ud800"))
def test_a_message_to_nowhere_changes_nothing(to, sent):
    before = everything()
    assert post("inbound", raw_email(RAW, to)).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("error", (OperationalError, ValueError, RecursionError))
def test_what_fails_here_is_no_fault_of_the_post(error, sent):
    """The provider tries again."""

    def fail(*args):
        raise error

    with connection.execute_wrapper(fail), pytest.raises(error):
        post("tracking", bounced(sent))
    assert post("tracking", bounced(sent)).status_code == 200
    assert switched_off() == ["hard_bounce"]


def test_a_post_to_the_address_of_the_other_kind_is_tried_again(sent):
    """Who set the addresses can put them right, and nothing is lost."""
    with pytest.raises(ImproperlyConfigured):
        post("inbound", bounced(sent))


def test_a_message_carries_its_id_in_the_header_the_provider_hands_back(settings):
    settings.MAIL_METADATA_HEADER = "X-PM-Metadata-coalition"
    made = RenderedMail({"To": TO}, mime_content(text="Hello"))
    sealed = assemble(made, message_id="<1@x>", dedupe_key="1")
    assert b"X-PM-Metadata-coalition: 1@x\r\n" in sealed


def test_a_lost_signing_key_is_an_error_and_believes_nobody(sent, settings):
    settings.MAIL_PROVIDER = "mailgun"
    with pytest.raises(ImproperlyConfigured):
        post("tracking", signed(sent), provider="mailgun")
