"""What is logged tells nobody's secret and forges no line."""

import copy
import logging
from collections.abc import Iterator
from io import StringIO
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from comms.updates.links import unsubscribe_url
from members.services.accounts import make_sign_in_link

TOKEN = "S3cr3t-t0ken_x"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Return what the installation's own log would hold."""
    stream, before = StringIO(), logging.getLogger().handlers[:]
    config: dict[str, Any] = copy.deepcopy(settings.LOGGING)
    config["handlers"]["console"]["stream"] = stream
    logging.getLogger().handlers.clear()
    dictConfig(config)
    yield stream
    logging.getLogger().handlers[:] = before


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
        "Key (coalition_id, email)=(1, bob@example.org) already exists",
        "to=bob@example.org; from=bob@example.org,",
        "postgres://bob@example.org/coalition",
    ),
)
def test_an_address_names_nobody(text, log):
    logging.getLogger("comms").error("%s", text)
    assert "bob" not in log.getvalue()
    assert "***@example.org" in log.getvalue()


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
