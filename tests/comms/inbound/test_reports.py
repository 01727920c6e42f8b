"""Mail that comes back switches off whom it must, once, and a forged report nobody."""

from datetime import timedelta
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from comms.inbound.addresses import bounce_address
from comms.models import DeliveryStatus, MailReport, ReportKind, Suppression
from comms.sending.addresses import address_hash, message_id_for
from comms.sending.judging import kind_of
from comms.services.receiving import receive_mail
from members.models import AuditEntry, Person
from tests.architecture.world import tenant_models
from tests.comms.inbound.reports import (
    FROM_US,
    HARD,
    ID,
    REPORTS,
    SOFT,
    TO,
    UNWANTED,
    complaint,
    report,
)
from tests.factories.comms import DeliveryFactory
from tests.factories.members import CoalitionFactory, MembershipFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]

HARD_ONE, SOFT_ONE = HARD[0].raw, SOFT[0].raw
OFF = {"hard": "hard_bounce", "complaint": "complaint"}


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@coalition.example.org"
    settings.MAIL_DOMAIN = "coalition.example.org"


@pytest.fixture
def sent(harbor):
    """A message to Amina has left."""
    person = MembershipFactory(coalition=harbor, person__email=TO).person
    return leave(coalition=harbor, person=person)


def leave(*, at=None, **fields):
    fields = {"to_addr": TO, "status": DeliveryStatus.SENT} | fields
    row = DeliveryFactory(accepted_at=at or timezone.now(), **fields)
    row.message_id = message_id_for(row.dedupe_key)
    row.save(update_fields=["message_id"])
    return row


def come_back(delivery, raw, *, now=None, by_address=True, by_id=True):
    """Let a report come in that names the message by the one, the other, or both."""
    verp = bounce_address(delivery.pk) if by_address else "updates@example.org"
    name = delivery.message_id.strip("<>") if by_id else "strange@example.net"
    text = raw.replace(FROM_US, verp).replace(ID, name)
    return receive_mail(text.encode(), now=now or timezone.now())


def switched_off():
    return list(Suppression.objects.active().values_list("reason", flat=True))


def everything():
    return {model: model._base_manager.count() for model in tenant_models()}


@pytest.mark.parametrize("sample", REPORTS, ids=lambda sample: sample.name)
@pytest.mark.parametrize("by", ("by_address", "by_id"))
def test_each_report_means_what_is_stated(sample, by, sent):
    before = everything()
    only = {"by_address": by == "by_address", "by_id": by == "by_id"}
    if only["by_id"] and sample.name == "qmail":
        pytest.skip("It names nobody in a way that proves it is about them")
    assert come_back(sent, sample.raw, **only) == sample.kind
    if sample.kind is None:
        assert everything() == before
        return
    assert MailReport.objects.get().kind == sample.kind
    wanted = OFF.get(sample.kind)
    stopped = ["unsubscribed"] if sample.kind == ReportKind.COMPLAINT else []
    assert sorted(switched_off()) == sorted([*([wanted] if wanted else []), *stopped])


def test_who_is_off_is_off_in_this_coalition_alone_and_the_trail_says_so(sent):
    come_back(sent, HARD_ONE)
    row = Suppression.objects.get()
    assert (row.coalition, row.addr_hmac) == (sent.coalition, address_hash(TO))
    entry = AuditEntry.objects.get(action="switch mail off")
    assert entry.target_pk == str(sent.person_id)
    assert (entry.actor, entry.after) == (None, {"reason": "hard_bounce"})


def test_the_words_are_kept_without_addresses(sent):
    come_back(sent, HARD_ONE)
    words = MailReport.objects.get().words
    assert "User unknown" in words
    assert "@" not in words


def test_the_same_report_counts_once_by_whatever_way_it_comes(sent):
    assert come_back(sent, HARD_ONE) == ReportKind.HARD
    Suppression.objects.update(lifted_at=timezone.now())
    assert come_back(sent, HARD_ONE, by_address=False) is None
    assert switched_off() == []


@pytest.mark.parametrize(
    "forge",
    (
        lambda address: address.replace("bounces+", "bounces+1"),
        lambda address: address[:-34] + "aaaa" + address[-30:],
        lambda _address: "bounces+1-aaaaaaaaaaaaaaaaaaaa@coalition.example.org",
        lambda _address: "bounces@coalition.example.org",
        lambda address: address.replace("coalition.example", "other.example"),
    ),
)
def test_a_forged_address_changes_nothing(forge, sent):
    before = everything()
    forged = forge(bounce_address(sent.pk))
    raw = HARD_ONE.replace(FROM_US, forged).replace(ID, "1@coalition.example.org")
    assert receive_mail(raw.encode(), now=timezone.now()) is None
    assert everything() == before


def test_a_message_id_counts_only_with_whom_the_message_went_to(sent):
    raw = HARD_ONE.replace(TO, "mallory@example.net")
    assert come_back(sent, raw, by_address=False) is None
    assert come_back(sent, raw) == ReportKind.HARD  # forwarded, then refused there


def test_a_report_of_old_mail_or_of_mail_that_never_left_changes_nothing(sent, harbor):
    later = timezone.now() + timedelta(days=14, minutes=1)
    assert come_back(sent, HARD_ONE, now=later) is None
    waiting = leave(coalition=harbor, person=sent.person, status=DeliveryStatus.QUEUED)
    waiting.accepted_at = None
    waiting.save(update_fields=["accepted_at"])
    assert come_back(waiting, HARD_ONE) is None
    assert switched_off() == []


def test_an_address_outlives_a_change_of_the_key(sent, settings):
    verp = bounce_address(sent.pk)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-one-" * 5
    raw = HARD_ONE.replace(FROM_US, verp.upper())
    assert receive_mail(raw.encode(), now=timezone.now()) == ReportKind.HARD


def test_another_coalition_goes_on_writing(sent):
    elsewhere = CoalitionFactory(slug="elsewhere")
    person = PersonFactory(coalition=elsewhere, email=TO, consent_digest=True)
    leave(coalition=elsewhere, person=person)
    come_back(sent, complaint())
    assert set(Suppression.objects.values_list("coalition", flat=True)) == {
        sent.coalition_id
    }
    assert Person.objects.get(pk=person.pk).consent_digest


def test_a_complaint_takes_the_consent_back(sent):
    Person.objects.update(consent_digest=True)
    come_back(sent, complaint())
    assert not Person.objects.get(pk=sent.person_id).consent_digest


def test_mail_that_comes_back_on_four_days_switches_off(sent):
    now = timezone.now()
    for days in (1, 2, 3):
        assert come_back(same(sent), SOFT_ONE, now=now + timedelta(days=days)) == "soft"
    again = now + timedelta(days=3, hours=1)
    come_back(same(sent), SOFT_ONE, now=again)  # the same day counts once
    assert switched_off() == []
    fourth = leave(**whom(sent), at=now + timedelta(days=4))
    come_back(fourth, SOFT_ONE, now=now + timedelta(days=4))
    assert switched_off() == []  # the first one arrived, for all we know
    come_back(sent, SOFT_ONE, now=now + timedelta(days=5))
    assert switched_off() == ["soft_bounce"]


def whom(delivery):
    return {"coalition": delivery.coalition, "person": delivery.person}


def same(delivery):
    """Send the same person another one."""
    return leave(**whom(delivery))


def test_what_arrived_in_between_counts_for_the_address(sent):
    now = timezone.now()
    for _n in range(10):
        leave(**whom(sent), at=now)
    for days in (1, 2, 3, 4):
        come_back(same(sent), SOFT_ONE, now=now + timedelta(days=days))
    assert switched_off() == []


def test_old_soft_ones_are_forgotten(sent):
    now = timezone.now()
    for days in (1, 2, 3):
        come_back(same(sent), SOFT_ONE, now=now + timedelta(days=days))
    MailReport.objects.update(received_at=now - timedelta(days=31))
    come_back(sent, SOFT_ONE, now=now)
    assert switched_off() == []


def test_spam_verdicts_never_switch_off(sent):
    for day in range(40):
        row = leave(**whom(sent))
        come_back(row, UNWANTED[day % len(UNWANTED)].raw)
    assert MailReport.objects.filter(kind=ReportKind.REFUSED).count() == 40
    assert switched_off() == []


def test_sign_in_mail_that_is_nobodys_counts_for_all_coalitions(sent):
    row = leave(coalition=None, person=None, kind="account")
    come_back(row, SOFT_ONE)
    assert switched_off() == []
    come_back(row, HARD_ONE)
    assert Suppression.objects.get().coalition is None


def test_a_report_costs_the_same_however_much_was_sent(sent):
    few = statements(sent)
    for _n in range(30):
        leave(**whom(sent))
    assert statements(same(sent)) == few


def statements(delivery):
    with CaptureQueriesContext(connection) as queries:
        come_back(delivery, SOFT_ONE)
    return len(queries)


def test_the_command_takes_a_report_and_says_what_it_was(sent, monkeypatch):
    raw = HARD_ONE.replace(FROM_US, bounce_address(sent.pk)).encode()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(raw)))
    out = StringIO()
    call_command("receive_mail", stdout=out)
    assert out.getvalue().strip() == "hard"


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 1500), junk=st.binary(max_size=40))
def test_whatever_is_broken_in_a_report_raises_nothing(at, junk, sent):
    raw = report("5.1.1", "550 5.1.1 User unknown").encode()
    receive_mail(raw[:at] + junk + raw[at:], now=timezone.now())


def test_deep_nesting_and_long_lines_are_read_in_no_time():
    deep = "Content-Type: message/rfc822\n\n" * 200
    receive_mail(deep.encode(), now=timezone.now())
    words = "user unknown " * 100_000
    began = timezone.now()
    receive_mail(report("5.0.0", words).encode(), now=began)
    assert timezone.now() - began < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    (
        ("", "550 5.1.1 unknown", "hard"),
        ("5.0.0", "550 5.1.1 unknown", "hard"),
        ("5.2.1", "mailbox disabled", "hard"),
        ("", "smtp;550 No such user", "hard"),
        ("5.1.2", "bad domain", "soft"),
        ("4.7.1", "greylisted, come back", "refused"),
        ("5.1.8", "sender's domain", "refused"),
        ("", "something went wrong", None),
        ("", "", None),
        ("5.5.1", "", None),
    ),
)
def test_codes_and_words_are_judged_in_doubt_for_the_person(status, words, kind):
    assert kind_of(status, words) == kind
