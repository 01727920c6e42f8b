"""What is logged tells nobody's secret and forges no line."""

import copy
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from coalition.common.tenancy import scopes_disabled
from coalition.common.tracing import traced
from comms.jobs import run_pump
from comms.models import Lane
from comms.updates.links import unsubscribe_url
from members.models import Membership
from members.services.accounts import make_sign_in_link
from tests.factories.comms import DeliveryFactory
from tests.utils import at

TOKEN = "S3cr3t-t0ken_x"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Return what the installation's own log would hold."""
    with logged_as("plain") as stream:
        yield stream


@pytest.fixture
def all_lines() -> Iterator[StringIO]:
    """Return what the log of a public installation would hold, and more than that."""
    with logged_as("json", level="DEBUG") as stream:
        yield stream


@contextmanager
def logged_as(formatter: str, level: str = "WARNING") -> Iterator[StringIO]:
    root = logging.getLogger()
    stream, before, at = StringIO(), root.handlers[:], root.level
    config: dict[str, Any] = copy.deepcopy(settings.LOGGING)
    config["handlers"]["console"] |= {"stream": stream, "formatter": formatter}
    config["root"]["level"] = level
    root.handlers.clear()
    dictConfig(config)
    yield stream
    root.handlers[:] = before
    root.setLevel(at)


@pytest.mark.parametrize(
    "path",
    (
        f"/u/{TOKEN}/",
        f"/l/{TOKEN}/",
        f"/accounts/link/{TOKEN}/",
        f"/accounts/confirm-email/{TOKEN}/",
        f"/accounts/password/reset/key/{TOKEN}/",
    ),
)
def test_a_token_in_a_path_is_cut_out(path, log):
    logging.getLogger("django.request").warning("Not Found: %s", path)
    logging.getLogger("django.server").info('"GET %s HTTP/1.1" 200', path)
    assert TOKEN not in log.getvalue()
    assert f"Not Found: {path.partition(TOKEN)[0]}***\n" in log.getvalue()


@pytest.mark.parametrize(
    "text",
    (
        "Recipient <bob@example.org> refused",
        "to=bob@example.org; from=bob@example.org,",
        "postgres://bob@example.org/coalition",
    ),
)
def test_an_address_names_nobody(text, log):
    logging.getLogger("comms").error("%s", text)
    assert "bob" not in log.getvalue()
    assert "***@example.org" in log.getvalue()


@pytest.mark.parametrize(
    "text",
    (
        "Key (coalition_id, email)=(1, bob@example.org) already exists",
        "DETAIL:  Key (coalition_id, name_key)=(1, bob brown (jr)) already exists.",
        "DETAIL:  Failing row contains (7, bob, null, (bob)).",
    ),
)
def test_the_values_of_a_refused_row_stay_out(text, log):
    logging.getLogger("comms").error("%s", text)
    assert "bob" not in log.getvalue()
    assert "(***)" in log.getvalue()


def test_an_address_in_a_traceback_names_nobody(log):
    try:
        int("bob@example.org is taken \x1b[2J")
    except ValueError:
        logging.getLogger("comms").exception("It failed")
    assert "bob" not in log.getvalue()
    assert "\x1b" not in log.getvalue()
    assert "Traceback (most recent call last):\n" in log.getvalue()


def test_a_line_cannot_be_forged(log):
    logging.getLogger("comms").error("%s", "550 no\r\nERROR root: forged\x1b[2J")
    assert log.getvalue() == "ERROR comms: 550 no\\r\\nERROR root: forged\\x1b[2J\n"


def test_refused_requests_keep_living_tokens_out_of_the_log(alice, log):
    sign_in = make_sign_in_link(user=alice.user)
    stop = unsubscribe_url(alice.coalition.pk, alice.person.email)
    stop = stop.removeprefix(settings.SITE_URL)
    assert Client(enforce_csrf_checks=True).post(sign_in).status_code == 403
    assert Client().put(stop).status_code == 405
    assert log.getvalue().count("***") == 2
    for path in (sign_in, stop):
        assert path.strip("/").rpartition("/")[2] not in log.getvalue()


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_json_tells_where_and_of_which_request(all_lines):
    with traced("a-request-by-name"):
        try:
            int("bob@example.org\x1b")
        except ValueError:
            logging.getLogger("comms").exception("It failed: %s", "a\nb")
    (line,) = lines(all_lines)
    assert line["logger"], line["level"] == ("comms", "ERROR")
    assert line["trace"] == "a-request-by-name"
    assert line["message"] == "It failed: a\\nb"
    assert "bob" not in line["error"]
    assert "\x1b" not in line["error"]
    assert line["error"].startswith("Traceback (most recent call last):\n")
    assert datetime.fromisoformat(line["time"]).tzinfo


def test_each_request_is_a_line_that_names_its_route_only(
    alice, client_of, all_lines, settings
):
    person = at(alice, "members:person_detail", alice.person.pk)
    answer = client_of(alice).get(
        f"{person}?q=quagga", headers={"X-Request-ID": "x" * 9}
    )
    (line,) = [one for one in lines(all_lines) if one["logger"] == "coalition.access"]
    assert line["route"] == "/c/<slug:slug>/people/<int:pk>/"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["trace"] == answer["X-Request-ID"] != "x" * 9


@pytest.mark.parametrize(
    "name", ("0123-abcd_EFGH", "short", "bob@example.org", "é" * 9)
)
def test_only_a_proxy_of_ours_names_a_request(name, settings, db):
    settings.BEHIND_PROXY = True
    answer = Client().get("/healthz", headers={"X-Request-ID": name})
    assert (answer["X-Request-ID"] == name) == name.startswith("0123")


def test_health_and_static_files_make_no_noise(log, db, settings):
    settings.WHITENOISE_USE_FINDERS = True
    with logged_as("json", level="INFO") as stream:
        Client().get("/healthz")
        Client().get("/static/css/base.css").getvalue()
        Client().get("/nowhere/")
    access = [one for one in lines(stream) if one["logger"] == "coalition.access"]
    assert [one["route"] for one in access] == ["nowhere"]


@pytest.fixture
def quagga(alice, settings, tmp_path) -> Membership:
    """Somebody whose name no line may have, on pages that crash."""
    settings.MAILBOX_DIR = tmp_path
    alice.user.email = alice.person.email = "quagga@example.org"
    alice.user.save()
    alice.person.save()
    with scopes_disabled():
        DeliveryFactory(person=alice.person, coalition=alice.coalition)
    return alice


def crash(*args: object, **kwargs: object) -> None:
    raise ValueError("<quagga@example.org> is in the way")


def test_nobody_is_named_on_the_whole_way_of_a_request_and_its_mail(
    quagga, client_of, all_lines, monkeypatch
):
    """Sign-in, a form, a link, a crash, a mail: no line names anybody."""
    client, stranger = client_of(quagga), Client()
    client.raise_request_exception = False
    stranger.post("/accounts/login/code/", {"email": "quagga@example.org"})
    words = {"login": "quagga@example.org", "password": "S3cr3t"}
    stranger.post("/accounts/login/", words)
    person = {"full_name": "Quentin Quagga", "email": "quentin@example.org"}
    client.post(at(quagga, "members:person_create"), person)
    client.get(at(quagga, "members:person_list"), {"q": "Quentin"})
    stop = unsubscribe_url(quagga.coalition_id, "quagga@example.org")
    stop = stop.removeprefix(settings.SITE_URL)
    stranger.get(f"{stop}?from=quagga")
    stranger.put(f"{stop}?from=quagga")
    stranger.get("/l/S3cr3t/?quagga")
    monkeypatch.setattr("django.forms.forms.BaseForm.is_valid", crash)
    assert client.post(at(quagga, "members:person_create"), {}).status_code == 500
    with scopes_disabled():
        for lane in Lane:
            run_pump(lane)
    said = all_lines.getvalue()
    assert [word for word in ("quagga", "Quentin", "S3cr3t") if word in said] == []
    assert stop.strip("/").rpartition("/")[2] not in said
    assert {one["logger"] for one in lines(all_lines)} >= {
        *("coalition.access", "comms.jobs", "django.request"),
    }
