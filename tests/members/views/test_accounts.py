"""Signing in: by link, by mailed code."""

import re
import time

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.shortcuts import resolve_url
from django.test import Client

from coalition.common.tenancy import scopes_disabled
from comms.models import Delivery
from comms.services.account_mail import open_account_mail
from members.models import SignInLink, User
from members.services.accounts import make_sign_in_link
from tests.factories.members import MembershipFactory


def test_sign_in_link_shows_on_get_and_acts_on_post(alice, client):
    path = make_sign_in_link(user=alice.user)
    assert alice.user.email in client.get(path).text
    assert "_auth_user_id" not in client.session
    assert SignInLink.objects.get().used_at is None
    assert client.post(path).status_code == 303
    assert client.session["_auth_user_id"] == str(alice.user.pk)


def test_sign_in_link_says_when_it_is_spent(alice, client):
    path = make_sign_in_link(user=alice.user)
    client.post(path)
    response = Client().post(path)
    assert response.status_code == 410
    assert "has been used" in response.text


def test_login_link_command_prints_a_link_that_signs_in(alice, client, capsys):
    call_command("login_link", alice.user.email)
    url = capsys.readouterr().out.strip()
    client.post(url.removeprefix("http://localhost:8000"))
    assert client.session["_auth_user_id"] == str(alice.user.pk)


def test_login_link_command_refuses_a_stranger(db):
    with pytest.raises(CommandError, match="No coalition knows"):
        call_command("login_link", "stranger@example.org")


def test_code_reaches_the_outbox_encrypted_and_signs_in(harbor, client):
    imported = MembershipFactory(coalition=harbor, user=None)
    email = imported.person.email
    client.post("/accounts/login/code/", {"email": email})
    with scopes_disabled():
        delivery = Delivery.objects.get()
    mail = open_account_mail(delivery.secret)
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mail.text, re.MULTILINE)
    assert code
    assert code[1].encode() not in bytes(delivery.secret)
    client.post("/accounts/login/code/confirm/", {"code": code[1]})
    assert client.session["_auth_user_id"] == str(User.objects.get(email=email).pk)


def test_code_for_a_stranger_answers_the_same_and_sends_nothing(alice, client):
    known = client.post("/accounts/login/code/", {"email": alice.user.email})
    unknown = Client().post("/accounts/login/code/", {"email": "who@example.org"})
    assert (known.status_code, known["Location"]) == (
        unknown.status_code,
        unknown["Location"],
    )
    with scopes_disabled():
        assert Delivery.objects.count() == 1


@pytest.mark.usefixtures("_fresh_limits")
@pytest.mark.parametrize("page", ("/accounts/login/code/", "/accounts/password/reset/"))
def test_how_long_it_takes_tells_nobody_who_is_known(alice, page, settings):
    settings.SIGN_IN_SECONDS = 0.4
    for address in (alice.user.email, "stranger@example.org"):
        began = time.monotonic()
        Client().post(page, {"email": address})
        assert time.monotonic() - began >= settings.SIGN_IN_SECONDS


@pytest.mark.parametrize(
    ("page", "field"),
    (
        ("/accounts/login/code/", "email"),
        ("/accounts/password/reset/", "email"),
        ("/accounts/login/", "login"),
    ),
)
def test_any_spelling_of_an_address_is_the_address_itself(page, field, harbor, client):
    member = MembershipFactory(
        coalition=harbor, person__email="rosa@xn--mnchen-3ya.example"
    )
    member.user.set_password("a long and odd password")
    member.user.save()
    data = {field: "Rosa@MÜNCHEN.example", "password": "a long and odd password"}
    assert client.post(page, data).status_code == 302
    with scopes_disabled():
        sent = Delivery.objects.first()
    assert sent is None or sent.to_addr == member.person.email
    refused = Client().post(page, data | {field: "rosa@faß.example"})
    assert refused.status_code == 200


@pytest.fixture
def _fresh_limits():
    cache.clear()
    yield
    cache.clear()


SENT, REFUSED = 302, 200  # the form once more, with the reason


def ask_for_codes(times: int, seen: str) -> int:
    """Ask for codes of ever new addresses; return how the last one was answered."""
    for number in range(times):
        data = {"email": f"who{number}@example.org"}
        answer = Client().post(
            "/accounts/login/code/", data, headers={"X-Forwarded-For": seen}
        )
    return int(answer.status_code)


@pytest.mark.usefixtures("_fresh_limits", "db")
def test_one_client_cannot_use_up_the_limit_of_all_behind_a_proxy(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = "192.0.2.1, 198.51.100.7"
    assert ask_for_codes(21, forged) == REFUSED
    assert ask_for_codes(1, "192.0.2.2, 198.51.100.7") == REFUSED
    assert ask_for_codes(1, "198.51.100.8") == SENT


@pytest.mark.usefixtures("_fresh_limits", "db")
def test_without_a_proxy_nobody_can_pose_as_another_client():
    assert ask_for_codes(21, "192.0.2.1") == REFUSED
    assert ask_for_codes(1, "192.0.2.2") == REFUSED


@pytest.mark.parametrize("step", ("login", "login/code", "password/reset"))
def test_a_way_back_that_is_no_address_is_not_followed(step, client, alice):
    client.force_login(alice.user)
    sent = client.post(f"/accounts/{step}/", {"next": "http://["})
    assert sent.status_code < 500


@pytest.mark.parametrize("credential", ("9" * 5000, "[" * 100_000, "{}", "null", "1"))
def test_a_passkey_that_no_browser_makes_is_refused(credential, client, db):
    url = "/accounts/2fa/webauthn/login/"
    answer = client.post(url, {"credential": credential})
    assert answer["Location"] == resolve_url("account_login")
    assert "_auth_user_id" not in client.session


def test_guesses_made_at_once_count_each(alice, client):
    client.post("/accounts/login/code/", {"email": alice.user.email})
    with scopes_disabled():
        mail = open_account_mail(Delivery.objects.get().secret)
    code = re.search(r"^\s*([A-Z]{4}-[A-Z]{4})\s*$", mail.text, re.MULTILINE)
    assert code
    asked = dict(client.session)
    for guess in ("AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC", code[1]):
        session = client.session  # as the other guesses found it
        session.update(asked)
        session.save()
        client.post("/accounts/login/code/confirm/", {"code": guess})
        assert "_auth_user_id" not in client.session
