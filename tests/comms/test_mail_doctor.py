"""What mail_doctor finds, against a real name server and a real mail server."""

import base64
import json
from datetime import timedelta
from email import message_from_bytes

import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command
from django.utils import timezone

from comms.models import TransportState
from comms.sending.doctor import Verdict
from comms.sending.doctor.names import Names
from comms.sending.smtp import SmtpTransport
from comms.services.doctor import examine, sample
from tests.sending.names import name_server
from tests.sending.processes import running_sink
from tests.sending.sink import read_journal

pytestmark = pytest.mark.django_db
HOME = "example.org"
HUGE = '"v=spf1 ' + " ".join(f"include:i{n}.example.net" for n in range(6)) + ' -all"'


def key(bits=2048):
    made = rsa.generate_private_key(65537, bits).public_key()
    return _published(
        made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def _published(der):
    text = f"v=DKIM1; p={base64.b64encode(der).decode()}"
    return " ".join(f'"{text[n : n + 200]}"' for n in range(0, len(text), 200))


@pytest.fixture(scope="module")
def good_key():
    return key()


@pytest.fixture(autouse=True)
def house(settings):
    TransportState.objects.create(planned_at=timezone.now())
    settings.EMAIL_URL = ""
    settings.PRODUCTION = True
    settings.SITE_URL = "https://app.example.org"
    settings.MAIL_DOMAIN = "app.example.org"
    settings.MAIL_FROM = "updates@example.org"
    settings.MAIL_BOUNCE_ADDRESS = "bounces@mail.example.org"


@pytest.fixture
def zone(good_key):
    """All that a sender needs."""
    return {
        ("mail.example.org", "TXT"): ('"v=spf1 a:relay.example.org -all"',),
        ("mail.example.org", "MX"): ("20 second.example.org.", "10 first.example.org."),
        ("first.example.org", "A"): ("93.184.215.14",),
        ("second.example.org", "AAAA"): ("2606:2800:21f:cb07::1",),
        ("one._domainkey.example.org", "TXT"): (good_key,),
        ("_dmarc.example.org", "TXT"): (
            '"v=DMARC1; p=reject; rua=mailto:a@b.example"',
        ),
    }


def found_in(zone, **options):
    with name_server(zone) as resolver:
        asked = {"selector": "one", "names": Names(resolver)} | options
        return {one.about: one for one in examine(**asked)}


def verdicts(found):
    return {about: one.verdict.value for about, one in found.items()}


def test_all_is_right_where_all_is_there(zone):
    found = found_in(zone)
    assert {one.verdict for one in found.values()} == {Verdict.RIGHT, Verdict.UNKNOWN}
    assert found["SPF of mail.example.org"].says == "v=spf1 a:relay.example.org -all"
    assert found["DKIM at one._domainkey.example.org"].says == "A key of 2048 bits."
    assert "first.example.org, second" in found["MX of mail.example.org"].says


def test_what_is_missing_comes_with_the_record_to_add(settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    found = found_in({})
    records = [one.record for one in found.values() if one.record]
    assert [(r.name, r.kind, r.value[:8]) for r in records] == [
        ("mail.example.org", "TXT", "v=spf1 a"),
        ("one._domainkey.example.org", "TXT", "v=DKIM1;"),
        ("_dmarc.example.org", "TXT", "v=DMARC1"),
        ("mail.example.org", "MX", "10 the.s"),
    ]


@pytest.mark.parametrize(
    ("record", "verdict"),
    (
        ('"v=spf1 mx ~all"', "right"),
        ('"v=spf1 redirect=other.example.net"', "right"),
        ('"v=spf1 mx"', "advice"),
        ('"v=spf1 mx ?all"', "advice"),
        ('"v=spf1 +all"', "wrong"),
        (HUGE, "wrong"),
        ('"something else"', "wrong"),
    ),
)
def test_spf_is_judged(zone, record, verdict):
    included = ('"v=spf1 a mx -all"',)
    zone |= {(f"i{n}.example.net", "TXT"): included for n in range(6)}
    zone["mail.example.org", "TXT"] = (record,)
    found = found_in(zone)
    assert found["SPF of mail.example.org"].verdict == verdict


def test_two_spf_records_are_none(zone):
    zone["mail.example.org", "TXT"] = ('"v=spf1 a -all"', '"v=spf1 mx -all"')
    assert "one alone" in found_in(zone)["SPF of mail.example.org"].says


def test_an_spf_that_includes_itself_has_an_end(zone):
    zone["mail.example.org", "TXT"] = ('"v=spf1 include:mail.example.org -all"',)
    assert found_in(zone)["SPF of mail.example.org"].verdict == Verdict.WRONG


@pytest.mark.parametrize(
    ("record", "verdict"),
    (
        (key(1024), "advice"),
        ('"v=DKIM1; p="', "wrong"),
        ('"v=DKIM1; p=no/key=="', "wrong"),
        ('"nothing"', "wrong"),
        (
            _published(
                ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
            ),
            "right",
        ),
    ),
    ids=("short", "withdrawn", "broken", "none", "ed25519"),
)
def test_dkim_is_judged(zone, record, verdict):
    zone["one._domainkey.example.org", "TXT"] = (record,)
    assert found_in(zone)["DKIM at one._domainkey.example.org"].verdict == verdict


@pytest.mark.parametrize(
    ("record", "verdict"),
    (
        ('"v=DMARC1; p=none; rua=mailto:a@b.example"', "right"),
        ('"v=DMARC1; p=quarantine"', "advice"),
        ('"v=DMARC1; rua=mailto:a@b.example"', "wrong"),
        ('"v=DMARC"', "wrong"),
    ),
)
def test_dmarc_is_judged(zone, record, verdict):
    zone["_dmarc.example.org", "TXT"] = (record,)
    assert found_in(zone)["DMARC of example.org"].verdict == verdict


def test_dmarc_is_inherited(zone):
    found = found_in(zone, domain="mail.example.org")
    assert found["DMARC of example.org"].verdict == Verdict.RIGHT


def test_no_network_is_no_fault(capsys, monkeypatch):
    def without(*args, **kwargs):
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr("dns.resolver.Resolver", without)
    call_command("mail_doctor", "--selector", "one")
    said = capsys.readouterr().out
    assert said.count("Could not be checked") == 5
    assert "WRONG" not in said


def test_a_machine_of_ones_own_has_no_domain_to_ask_about(settings):
    settings.MAIL_FROM, settings.MAIL_BOUNCE_ADDRESS = "updates@localhost", ""
    found = found_in({})
    assert found["DNS"].verdict == Verdict.UNKNOWN
    assert not [one for one in found.values() if one.record]


def test_a_return_path_elsewhere_proves_nothing(zone, settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@other.example"
    assert found_in(zone)["Alignment"].verdict == Verdict.WRONG


@pytest.mark.parametrize(
    ("policy", "back", "verdict"),
    (
        ("v=DMARC1; p=none; aspf=s", "mail.example.org", "wrong"),
        ("v=DMARC1; p=none; aspf=r", "mail.example.org", "right"),
        ("v=DMARC1; p=none; aspf=s", "example.org", "right"),
    ),
)
def test_the_policy_says_how_near_the_return_path_must_be(
    zone, settings, policy, back, verdict
):
    zone["_dmarc.example.org", "TXT"] = (f'"{policy}"',)
    settings.MAIL_BOUNCE_ADDRESS = f"bounces@{back}"
    assert found_in(zone)["Alignment"].verdict == verdict


@pytest.mark.parametrize(("mode", "verdict"), (("s", "wrong"), ("r", "right")))
def test_the_policy_says_how_near_the_signature_must_be(zone, mode, verdict):
    zone["_dmarc.example.org", "TXT"] = (f'"v=DMARC1; p=none; adkim={mode}"',)
    found = found_in(zone, arrived=arrived(d="mail.example.org"))
    assert found["DKIM alignment"].verdict == verdict


def test_two_names_below_one_policy_are_one_organisation(zone, settings):
    settings.MAIL_FROM = "updates@news.example.org"
    assert found_in(zone)["Alignment"].verdict == Verdict.RIGHT
    del zone["_dmarc.example.org", "TXT"]
    assert found_in(zone)["Alignment"].verdict == Verdict.WRONG


# Where mail goes, and where it comes from


@pytest.mark.parametrize(
    ("records", "verdict", "words"),
    (
        ({("mail.example.org", "A"): ("93.184.215.14",)}, "advice", "itself"),
        ({("mail.example.org", "MX"): ("0 .",)}, "wrong", "nowhere"),
        ({("mail.example.org", "MX"): ("1 lost.example.org.",)}, "wrong", "no address"),
    ),
)
def test_the_way_back_has_to_lead_somewhere(zone, records, verdict, words):
    del zone["mail.example.org", "MX"]
    found = found_in(zone | records)["MX of mail.example.org"]
    assert found.verdict == verdict
    assert words in found.says


SEEN = b"Received-SPF: pass client-ip=93.184.215.14;\r\n"
HOPS = (
    b"Received: from inside ([10.0.0.7]) by mailbox\r\n"
    b"Received: from relay.example.org (relay [93.184.215.14]) by mx\r\n"
)
AROUND = {
    ("14.215.184.93.in-addr.arpa", "PTR"): ("relay.example.org.",),
    ("relay.example.org", "A"): ("93.184.215.14",),
}


@pytest.mark.parametrize("headers", (SEEN, HOPS), ids=("spf", "hops"))
@pytest.mark.parametrize(
    ("missing", "verdict"), ((None, "right"), ("PTR", "wrong"), ("A", "wrong"))
)
def test_the_address_mail_was_seen_to_come_from_has_a_name_and_back(
    zone, headers, missing, verdict
):
    there = {key: value for key, value in AROUND.items() if key[1] != missing}
    found = found_in(zone | there, arrived=headers + arrived())["PTR of 93.184.215.14"]
    assert found.verdict == verdict
    assert bool(found.record) == (missing == "PTR")


def test_the_mail_servers_own_address_is_only_a_hint(zone, settings):
    settings.EMAIL_URL = "smtp://relay.example.org:9"
    zone["relay.example.org", "A"] = ("93.184.215.14", "10.0.0.7")
    found = found_in(zone)
    assert found["PTR of 93.184.215.14"].verdict == Verdict.ADVICE
    assert "PTR of 10.0.0.7" not in found


@pytest.mark.parametrize("url", ("", "smtp://127.0.0.1:9", "smtp://localhost:9"))
def test_no_address_is_known_where_mail_leaves_from_here(zone, settings, url):
    settings.EMAIL_URL = url
    assert found_in(zone)["PTR"].verdict == Verdict.UNKNOWN


def test_a_name_server_in_trouble_is_never_something_missing(zone, settings):
    settings.EMAIL_URL = "smtp://relay.example.org:9"
    with name_server(zone, ill=True) as resolver:
        found = list(examine(selector="one", names=Names(resolver)))
    asked = [one for one in found if "Could not be checked" in one.says]
    assert {one.about.partition(" ")[0] for one in asked} == {
        "SPF",
        "DKIM",
        "DMARC",
        "Alignment",
        "PTR",
        "MX",
    }
    assert {one.verdict for one in asked} == {Verdict.UNKNOWN}
    assert not [one for one in found if one.record]


def test_nobody_who_reads_what_comes_back_is_a_fault(zone, settings):
    settings.MAIL_BOUNCE_ADDRESS, settings.EMAIL_URL = "", "smtp://127.0.0.1:9"
    assert found_in(zone)["Mail that comes back"].verdict == Verdict.WRONG
    settings.MAIL_PROVIDER = "postmark"
    assert found_in(zone)["Mail that comes back"].verdict == Verdict.RIGHT


def test_clock_files_and_queue_are_looked_at(zone, settings, tmp_path, time_machine):
    settings.VAR_DIR = tmp_path / "gone"
    TransportState.objects.update(paused_at=timezone.now(), reason="535 no")
    found = found_in(zone)
    assert found["sent.journal"].verdict == found["epoch"].verdict == Verdict.WRONG
    assert found["Queue"].verdict == Verdict.WRONG
    assert found["Clock"].verdict == Verdict.RIGHT


@pytest.mark.parametrize(("seconds", "verdict"), ((20, "advice"), (90, "wrong")))
def test_a_clock_that_differs_from_the_databases(zone, monkeypatch, seconds, verdict):
    other = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr("comms.sending.doctor.house.database_time", lambda: other)
    assert found_in(zone)["Clock"].verdict == verdict


# The mail server


def test_the_server_is_asked_and_hears_no_message(zone, settings, tmp_path):
    with running_sink(tmp_path / "journal") as sink:
        settings.EMAIL_URL = sink.url
        found = found_in(zone)
        assert found["Mail server"].says == "127.0.0.1 answered."
        assert found["TLS"].verdict == Verdict.RIGHT
        assert read_journal(sink.journal) == []


@pytest.mark.parametrize(
    ("options", "words"),
    (({"login": "refused"}, "refuses us: 535"), ({"greeting": "421 no"}, "421")),
)
def test_a_server_that_will_not_have_us(zone, settings, tmp_path, options, words):
    with running_sink(tmp_path / "journal", **options) as sink:
        settings.EMAIL_URL = sink.url.replace("//", "//us:wrong@")
        server = found_in(zone)["Mail server"]
    assert server.verdict == Verdict.WRONG
    assert words in server.says


def test_the_certificate_is_read(zone, settings, tls_sink, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.EMAIL_URL = tls_sink.url.replace("smtp:", "smtp+tls:")
    found = found_in(zone)
    assert found["TLS"].verdict == Verdict.ADVICE  # it ends tomorrow
    monkeypatch.delenv("SSL_CERT_FILE")
    assert found_in(zone)["Mail server"].verdict == Verdict.WRONG


def test_without_tls_there_is_no_certificate(tmp_path):
    with running_sink(tmp_path / "journal") as sink:
        transport = SmtpTransport.from_url(sink.url)
        transport.connect()
        assert transport.certificate_ends is None
        transport.close()


# A message


def test_a_message_is_sent_when_asked_and_can_be_read_back(zone, settings, tmp_path):
    kept = tmp_path / "kept"
    with running_sink(tmp_path / "journal", keep=kept) as sink:
        settings.EMAIL_URL = sink.url
        sent = found_in(zone, to="me@example.org")
    assert sent["A message to me@example.org"].verdict == Verdict.RIGHT
    found = found_in(zone, selector="", arrived=kept.read_bytes())
    for header in ("List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "Lines"):
        assert found[header].verdict == Verdict.RIGHT
    assert found["DKIM signature"].says == "The message is not signed."


def arrived(signed="list-unsubscribe:list-unsubscribe-post:from", d=HOME, **headers):
    message = message_from_bytes(sample("me@example.org"))
    message["DKIM-Signature"] = f"v=1; d={d}; s=one; h={signed}; b=x"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    return message.as_bytes()


def test_what_arrived_well(zone):
    content = arrived(
        Return_Path="<bounces+1@mail.example.org>",
        Authentication_Results="mx.example; dkim=pass; spf=pass; dmarc=pass",
    )
    found = found_in(zone, selector="", arrived=content)
    assert "wrong" not in verdicts(found).values()
    assert found["DKIM at one._domainkey.example.org"].verdict == Verdict.RIGHT
    assert found["Receiver"].says == "DMARC pass"


@pytest.mark.parametrize(
    ("content", "about", "words"),
    (
        (
            {"signed": "from:to"},
            "DKIM covers",
            "list-unsubscribe, list-unsubscribe-post",
        ),
        ({"d": "relay.example"}, "DKIM signature", "Signed by relay.example"),
        ({"Return_Path": "<a@b.example>"}, "Return-Path", "SPF proves nothing"),
        ({"Authentication_Results": "mx; spf=fail"}, "Receiver", "SPF fail"),
        ({"List_Unsubscribe": "<mailto:a@b.c>"}, "List-Unsubscribe", "mailto"),
        ({"Message_ID": "<1@relay.example>"}, "Message-ID", "relay.example"),
        ({"From": "us@elsewhere.example"}, "From", "elsewhere.example"),
        ({"Subject": "x" * 151}, "Subject", "151"),
    ),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_with_a_message_is_named(zone, content, about, words):
    options = {"d": content.pop("d", HOME)} | content
    found = found_in(zone, selector="", arrived=arrived(**options))
    assert found[about].verdict in {Verdict.WRONG, Verdict.ADVICE}
    assert words in found[about].says


def test_what_mailboxes_cut_is_named(zone):
    large = b'<html lang="en">' + b"x" * 999 + b"\r\n" + b"word \r\n" * 20_000
    content = arrived().partition(b"\n\n")[0] + b"\n\n" + large
    content = content.replace(b"multipart/alternative", b"text/html")
    found = found_in(zone, selector="", arrived=content)
    assert "1015 characters" in found["Lines"].says
    assert found["Size"].verdict == Verdict.WRONG


# The command


@pytest.fixture
def names(zone, monkeypatch):
    with name_server(zone) as resolver:
        monkeypatch.setattr("dns.resolver.Resolver", lambda: resolver)
        yield zone


def test_the_command_ends_well_where_all_is_well(names, capsys):
    call_command("mail_doctor", "--selector", "one")
    said = capsys.readouterr().out
    assert "ok     SPF of mail.example.org: v=spf1" in said
    assert "Add to your DNS" not in said


def test_the_command_fails_and_prints_what_to_add(names, capsys):
    with pytest.raises(CommandError, match="are wrong"):
        call_command("mail_doctor", "--selector", "two")
    said = capsys.readouterr().out
    assert 'two._domainkey.example.org. TXT "v=DKIM1' in said


def test_the_command_tells_in_json(names, capsys):
    with pytest.raises(CommandError):
        call_command("mail_doctor", "--selector", "two", "--json")
    told = {one["about"]: one for one in json.loads(capsys.readouterr().out)}
    missing = told["DKIM at two._domainkey.example.org"]
    assert (missing["verdict"], missing["record"]["kind"]) == ("wrong", "TXT")


def test_the_command_says_when_there_is_no_such_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("mail_doctor", "--read", str(tmp_path / "none"))
