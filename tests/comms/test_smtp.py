"""The dialogue with a real server, and with servers that misbehave."""

import socket
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from comms.sending import smtp
from comms.sending.replies import Phase, Verdict, classify
from comms.sending.smtp import SmtpTransport
from tests.sending.processes import running_sink
from tests.sending.sink import read_journal

MAIL = b"Message-ID: <one@example.org>\r\nSubject: Hi\r\n\r\nHello\r\n"


@pytest.fixture
def sink(tmp_path):
    with running_sink(tmp_path / "journal") as running:
        yield running


@pytest.fixture
def scripted():
    """Start a server that plays a list of (wait for, answer) and then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def start(*lines, greeting=b"220 hello\r\n"):
        def play():
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as heard:
                connection.sendall(greeting)
                for expected, answer in lines:
                    for line in heard:
                        if line.startswith(expected):
                            break
                    connection.sendall(answer)

        threading.Thread(target=play, daemon=True).start()
        port = listener.getsockname()[1]
        return SmtpTransport.from_url(f"smtp://127.0.0.1:{port}")

    yield start
    listener.close()


HELLO = (b"ehlo", b"250 hi\r\n")
MAIL_OK = (b"MAIL", b"250 ok\r\n")
RCPT_OK = (b"RCPT", b"250 ok\r\n")


def deliver(transport, to="bob@example.org"):
    """Go as far as the server lets us, and return the last reply."""
    reply = transport.connect()
    if reply.ok:
        reply = transport.open_message(envelope_from="us@example.org", to=to)
    if reply.ok:
        reply = transport.data(MAIL)
    transport.close()
    return reply


def test_a_message_arrives_once_and_is_accepted(sink):
    reply = deliver(SmtpTransport.from_url(sink.url))
    assert (reply.code, reply.phase) == (250, Phase.END)
    assert read_journal(sink.journal) == [
        {"message_id": "<one@example.org>", "rcpt": "bob@example.org"}
    ]


def test_a_line_that_starts_with_a_dot_survives(tmp_path):
    with running_sink(tmp_path / "journal", keep=tmp_path / "last") as sink:
        transport = SmtpTransport.from_url(sink.url)
        transport.connect()
        transport.open_message(envelope_from="us@example.org", to="bob@example.org")
        transport.data(MAIL + b".hidden\r\n..twice\r\nno end of line")
        transport.close()
    assert (
        (tmp_path / "last")
        .read_bytes()
        .endswith(b"Hello\r\n.hidden\r\n..twice\r\nno end of line\r\n")
    )


def test_a_reset_message_is_not_sent_and_the_next_one_is(sink):
    transport = SmtpTransport.from_url(sink.url)
    transport.connect()
    transport.open_message(envelope_from="us@example.org", to="alice@example.org")
    transport.reset()
    deliver(transport)
    assert [entry["rcpt"] for entry in read_journal(sink.journal)] == [
        "bob@example.org"
    ]


def test_an_international_address_uses_smtputf8(sink):
    assert deliver(SmtpTransport.from_url(sink.url), to="zoë@example.org").ok


def test_a_connection_is_reused_until_its_hundredth_message(sink, monkeypatch):
    monkeypatch.setattr(smtp, "REUSE_MESSAGES", 2)
    transport = SmtpTransport.from_url(sink.url)
    sockets = []
    for _ in range(3):
        transport.connect()
        sockets.append(transport._smtp.sock)
        transport.open_message(envelope_from="us@example.org", to="bob@example.org")
        transport.data(MAIL)
    transport.close()
    assert sockets[0] is sockets[1]
    assert sockets[2] is not sockets[1]


@pytest.mark.parametrize(
    ("lines", "verdict"),
    (
        ((HELLO, (b"MAIL", b"")), Verdict.TRANSIENT_HOST),
        ((HELLO, MAIL_OK, (b"RCPT", b"")), Verdict.TRANSIENT_HOST),
        (
            (HELLO, MAIL_OK, (b"RCPT", b"421 4.7.0 slow\r\n")),
            Verdict.TRANSIENT_DOMAIN,
        ),
        (
            (HELLO, MAIL_OK, (b"RCPT", b"550-5.1.1 no\r\n550 5.1.1 such\r\n")),
            Verdict.PERMANENT_RCPT,
        ),
        ((HELLO, MAIL_OK, RCPT_OK, (b"DATA", b"")), Verdict.TRANSIENT_HOST),
        (
            (HELLO, MAIL_OK, RCPT_OK, (b"DATA", b"451 later\r\n")),
            Verdict.TRANSIENT_RCPT,
        ),
        (
            (HELLO, MAIL_OK, RCPT_OK, (b"DATA", b"354 go\r\n"), (b".\r\n", b"")),
            Verdict.UNCERTAIN,
        ),
        (
            (
                HELLO,
                MAIL_OK,
                RCPT_OK,
                (b"DATA", b"354 go\r\n"),
                (b".\r\n", b"what\r\n"),
            ),
            Verdict.UNCERTAIN,
        ),
        (
            (
                HELLO,
                MAIL_OK,
                RCPT_OK,
                (b"DATA", b"354 go\r\n"),
                (b".\r\n", b"552 5.3.4 big\r\n"),
            ),
            Verdict.CONTENT_ERROR,
        ),
    ),
)
def test_a_link_that_breaks_is_certain_before_the_content_and_uncertain_after(
    scripted, lines, verdict
):
    assert classify(deliver(scripted(*lines))) is verdict


def test_a_server_that_refuses_connections_is_the_hosts_trouble(scripted):
    assert classify(deliver(scripted(greeting=b"421 busy\r\n"))) is (
        Verdict.TRANSIENT_HOST
    )


def test_a_closed_port_is_the_hosts_trouble():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    reply = deliver(SmtpTransport.from_url(f"smtp://127.0.0.1:{port}"))
    assert classify(reply) is Verdict.TRANSIENT_HOST


def test_a_server_without_tls_is_a_configuration_error_and_hears_no_mail(sink):
    reply = deliver(SmtpTransport.from_url(sink.url.replace("smtp:", "smtp+tls:")))
    assert classify(reply) is Verdict.CONFIG_ERROR
    assert read_journal(sink.journal) == []


def test_a_certificate_that_nobody_signed_stops_the_mail(tls_sink):
    url = tls_sink.url.replace("smtp:", "smtp+tls:")
    reply = deliver(SmtpTransport.from_url(url))
    assert classify(reply) is Verdict.CONFIG_ERROR
    assert read_journal(tls_sink.journal) == []


def test_a_certificate_that_is_trusted_lets_mail_through(
    tls_sink, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = tls_sink.url.replace("smtp:", "smtp+tls:")
    assert deliver(SmtpTransport.from_url(url)).ok


def test_a_server_without_login_is_a_configuration_error(sink):
    reply = deliver(SmtpTransport.from_url(sink.url.replace("//", "//me:secret@")))
    assert classify(reply) is Verdict.CONFIG_ERROR


def test_a_tarpit_is_cut_off_although_it_keeps_talking(scripted, monkeypatch):
    monkeypatch.setattr(smtp, "CONNECTION_SECONDS", 0.3)
    go = (b"DATA", b"354 go\r\n")
    transport = scripted(HELLO, MAIL_OK, RCPT_OK, go, (b".\r\n", b"2"), (b"never", b""))
    assert classify(deliver(transport)) is Verdict.UNCERTAIN


@pytest.mark.parametrize(
    "to", ("bob@example.org>\r\nRCPT TO:<eve@example.org", "a b@x")
)
def test_an_address_cannot_carry_a_command(sink, to):
    reply = deliver(SmtpTransport.from_url(sink.url), to=to)
    assert classify(reply) is Verdict.CONTENT_ERROR
    assert read_journal(sink.journal) == []


@pytest.mark.parametrize("url", ("http://mail.example.org", "smtp://", "mail"))
def test_an_address_of_a_server_must_be_one(url):
    with pytest.raises(ImproperlyConfigured):
        SmtpTransport.from_url(url)
