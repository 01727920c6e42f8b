"""The headers of security.md stand on every class of answer."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import path, reverse

from tests.utils import HTMX, at

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    *("default-src 'none'", "script-src 'self'", "style-src 'self'"),
    *("form-action 'self'", "base-uri 'none'", "object-src 'none'"),
    "frame-ancestors 'none'",
}


@pytest.fixture
def answers(alice, bob, client_of, settings):
    settings.WHITENOISE_USE_FINDERS = True
    client, page = client_of(alice), at(alice, "members:partner_list")
    stylesheet = client.get("/static/css/base.css")
    stylesheet.getvalue()  # reads it to its end, which closes it
    return {
        "page": client.get(page),
        "fragment": client.get(page, headers=HTMX),
        "sign-in": Client().get(reverse("account_login")),
        "redirect": Client().get(page),
        "forbidden": client_of(bob).get(at(bob, "members:partner_create")),
        "wrong method": client.delete(page),
        "no token": Client(enforce_csrf_checks=True).post(reverse("account_login")),
        "not found": client.get("/nowhere/"),
        "foreign host": Client().get("/", headers={"host": "evil.example"}),
        "token": Client().get("/u/forged/"),
        "health": Client().get("/healthz"),
        "static": stylesheet,
    }


def test_every_answer_is_guarded(answers):
    for name, answer in answers.items():
        for header, value in EVERYWHERE.items():
            assert answer.get(header) == value, (name, header)
        policy = answer.get("Content-Security-Policy", "")
        assert set(policy.split("; ")) >= POLICY, name
        assert "unsafe" not in policy, name
        assert "camera=()" in answer.get("Permissions-Policy", ""), name
        assert "Access-Control-Allow-Origin" not in answer, name
        assert answer["Referrer-Policy"] == (
            "no-referrer" if name == "token" else "same-origin"
        )


def test_only_what_is_the_same_for_all_is_stored(answers):
    assert answers["static"].status_code == 200
    assert "public" in answers["static"]["Cache-Control"]
    for name in ("page", "fragment", "sign-in", "forbidden", "not found", "token"):
        assert answers[name]["Cache-Control"] == "no-store", name
    assert {"HX-Request", "Cookie"} <= set(answers["fragment"]["Vary"].split(", "))


def test_the_way_to_https_is_guarded_too(settings, client):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/accounts/login/")
    assert answer.status_code == 301
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_broken_page_is_guarded_and_tells_nothing(alice, client_of, settings):
    client = client_of(alice)
    client.raise_request_exception = False
    settings.ROOT_URLCONF = "tests.web.test_headers"
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "secret words" not in answer.text


def test_a_database_that_is_away_is_told_apart_without_detail(alice, client_of):
    client = client_of(alice)
    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        answer = client.get(at(alice, "web:home"))
    assert answer.status_code == 503
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "db.internal" not in answer.text
    assert client.get(at(alice, "web:home")).status_code == 200


def away(*args):
    raise OperationalError("could not connect to db.internal")


def broken(request):
    raise RuntimeError("secret words")


urlpatterns = [path("broken/", broken)]
handler500 = "coalition.web.views.errors.server_error"


def test_the_address_of_a_form_shows_a_way_on(alice, client_of):
    path = at(alice, "comms:schedule_pause")
    answer = client_of(alice).get(path)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "There is no page at this address" in answer.text
    assert not client_of(alice).put(path).content
