"""In public the app refuses to start with a value that would harm somebody."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SAFE = {
    "SITE_URL": "https://coalition.example.org",
    "SECRET_KEY": "k3Jx-0aPq_9zRtLw7Yv2Bn5Mc8Df1Gh4Js6Qe_UiOpAsZxCvWb",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    "DATABASE_URL": "postgres://coalition:f3Qz81@db.example.org/coalition",
    "REDIS_URL": "redis://redis.example.org:6379/0",
}


def manage(tmp_path, *arguments: str, **changes: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **SAFE}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def test_safe_production_passes_the_deployment_check(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_sqlite_in_production_is_a_warning(tmp_path):
    done = manage(tmp_path, "check", "--database", "default", DATABASE_URL="")
    assert done.returncode == 0
    assert "coalition.W001" in done.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    (
        ({"DEBUG": "on"}, "DEBUG must be off"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "abcd" * 20}, "SECRET_KEY must be set"),
        ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS must be"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be"),
        ({"SITE_URL": "http://coalition.example.org"}, "must start with https://"),
        ({"SITE_URL": "coalition.example.org"}, "SITE_URL must be an address"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"EMAIL_URL": ""}, "EMAIL_URL must name"),
        ({"EMAIL_URL": "consolemail://"}, "must name a real mail server"),
        ({"EMAIL_URL": "filemail:///tmp/mail"}, "must name a real mail server"),
        ({"MAIL_PROVIDER": "postmark"}, "MAIL_WEBHOOK_SECRET must be"),
        ({"MAIL_WEBHOOK_SECRET": "a:b"}, "MAIL_WEBHOOK_SECRET must be"),
        ({"MAIL_WEBHOOK_SECRET": "x" * 40}, "MAIL_WEBHOOK_SECRET must be"),
        ({"EMAIL_URL": "smtp://mail.example.org:25"}, "must start with smtp+tls"),
        (
            {"DATABASE_URL": "postgres://postgres:postgres@db.example.org/coalition"},
            "default password",
        ),
        (
            {"DATABASE_URL": "postgres://coalition:coalition@db/coalition"},
            "default password",
        ),
        ({"DATABASE_URL": "postgres://river:river@db/coalition"}, "default password"),
    ),
)
def test_unsafe_production_refuses_to_start(tmp_path, change, words):
    done = manage(tmp_path, "check", **change)
    assert done.returncode != 0
    assert words in done.stderr


def test_a_relay_on_this_machine_needs_no_tls(tmp_path):
    assert manage(tmp_path, "check", EMAIL_URL="smtp://127.0.0.1").returncode == 0


@pytest.mark.parametrize(("behind", "hops"), (("on", "1"), ("off", "0")))
def test_clients_are_told_apart_by_the_proxy_that_is_ours(tmp_path, behind, hops):
    words = (
        "from django.conf import settings as s; print(s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    )
    done = manage(tmp_path, "shell", "--no-imports", "-c", words, BEHIND_PROXY=behind)
    assert done.stdout.strip() == hops


@pytest.mark.parametrize(
    ("site", "rates"), (("http://127.0.0.1:8000", "0 0"), (SAFE["SITE_URL"], "300 60"))
)
def test_mail_is_paced_in_production_alone(tmp_path, site, rates):
    words = (
        "from django.conf import settings as s;"
        " print(s.MAIL_RATE_PER_MINUTE, s.MAIL_DOMAIN_RATE_PER_MINUTE)"
    )
    done = manage(tmp_path, "shell", "--no-imports", "-c", words, SITE_URL=site)
    assert done.stdout.strip() == rates


def test_the_folder_beside_the_database_is_made_or_asked_for(tmp_path):
    var = tmp_path / "new" / "var"
    assert manage(tmp_path, "check", VAR_DIR=str(var)).returncode == 0
    assert var.stat().st_mode & 0o077 == 0
    (tmp_path / "file").touch()
    done = manage(tmp_path, "check", VAR_DIR=str(tmp_path / "file" / "var"))
    assert "VAR_DIR cannot be made" in done.stderr


def test_a_new_installation_keeps_its_things_to_itself(tmp_path):
    home = tmp_path / "var"
    local = {"SITE_URL": "http://127.0.0.1:8000", "SECRET_KEY": ""}
    starts = [start(home, **local) for _ in range(4)]
    keys = {process.communicate()[0] for process in starts}
    assert keys == {(home / "secret_key").read_text() + "\n"}
    assert home.stat().st_mode & 0o077 == 0
    assert (home / "secret_key").stat().st_mode & 0o077 == 0
    assert not list(home.glob(".secret_key*"))


def start(home, **changes: str) -> subprocess.Popen:
    words = "from coalition.settings import SECRET_KEY; print(SECRET_KEY)"
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(home), **SAFE}
    return subprocess.Popen(
        [sys.executable, "-c", words],
        cwd=settings.BASE_DIR,
        env=environment | changes,
        stdout=subprocess.PIPE,
        text=True,
    )
