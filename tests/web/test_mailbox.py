"""The local mailbox shows what would have been mailed, to this machine alone."""

import pytest
from django.test import Client
from django.urls import reverse

from coalition.common.tenancy import scopes_disabled
from comms.jobs import run_pump
from comms.models import Lane
from comms.services.account_mail import AccountMail, queue_account_mail


@pytest.fixture
def client() -> Client:
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def mail_url(db, settings, tmp_path) -> str:
    settings.MAILBOX_DIR = tmp_path
    mail = AccountMail("Your <code>", "Hello & 123456", "<h1>123456</h1>")
    with scopes_disabled():
        queue_account_mail(to="ana@example.org", language="en", mail=mail)
        run_pump(Lane.FAST, until_idle=True)
    (path,) = tmp_path.glob("*.eml")
    return reverse("mailbox_mail", kwargs={"name": path.stem})


def test_mailbox_lists_and_shows_mail_as_text(client, mail_url):
    listed = client.get(reverse("mailbox")).text
    assert "Your &lt;code&gt;" in listed
    assert mail_url in listed
    shown = client.get(mail_url)
    assert "Hello &amp; 123456" in shown.text
    assert "frame-src 'self'" in shown["Content-Security-Policy"]


def test_mailbox_shows_html_in_a_frame_that_runs_nothing(client, mail_url):
    body = client.get(f"{mail_url}body/")
    assert body.text.strip() == "<h1>123456</h1>"
    assert "default-src 'none'" in body["Content-Security-Policy"]
    assert "script-src 'none'" in body["Content-Security-Policy"]
    assert body["X-Frame-Options"] == "SAMEORIGIN"


def test_mailbox_is_empty_at_first(client, settings, tmp_path, db):
    settings.MAILBOX_DIR = tmp_path / "none"
    assert "No mail yet" in client.get(reverse("mailbox")).text


@pytest.mark.parametrize("name", ("0" * 32, "..%2f..%2fsecret_key", "secret_key"))
def test_mailbox_opens_no_other_file(client, settings, tmp_path, db, name):
    settings.MAILBOX_DIR = tmp_path
    (tmp_path / "secret_key.eml").write_text("Subject: no\n\nno")
    assert client.get(f"/mailbox/{name}/").status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    (
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_HOST": "coalition.example.org"},
        {"HTTP_HOST": "rebound.example:8000"},
        {"HTTP_HOST": "localhost.evil.example"},
    ),
)
def test_mailbox_answers_no_other_machine(client, mail_url, elsewhere, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for url in (reverse("mailbox"), mail_url, f"{mail_url}body/"):
        assert client.get(url, **elsewhere).status_code == 404


@pytest.mark.parametrize("host", ("127.0.0.1:8000", "localhost", "[::1]:8000"))
def test_mailbox_answers_this_machine_by_any_name(client, mail_url, host, settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert client.get(mail_url, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("real", ({"MAILBOX_MODE": False}, {"PRODUCTION": True}))
def test_mailbox_is_not_there_where_mail_leaves(client, mail_url, settings, real):
    for name, value in real.items():
        setattr(settings, name, value)
    assert client.get(reverse("mailbox")).status_code == 404
