"""Every page of allauth that people can reach wears our clothes."""

import re

import pytest
from django.urls import reverse

OPEN = (
    "account_login",
    "account_request_login_code",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
)
SIGNED_IN = (
    "account_email",
    "account_set_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
)


def check(response):
    html = response.content.decode()
    assert response.status_code == 200
    assert '<main class="page" id="main"' in html
    assert len(re.findall("<h1", html)) == 1
    assert "placeholder" not in html
    assert re.search(r"<title>[^<]*\w[^<]*</title>", html)


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.django_db
def test_open_pages(client, name):
    check(client.get(reverse(name)))


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_the_account(alice, client_of, name):
    alice.user.set_unusable_password()
    alice.user.save()
    check(client_of(alice).get(reverse(name)))


@pytest.mark.django_db
def test_a_password_that_is_wrong_is_said_before_the_field(client):
    data = {"login": "nobody@example.org", "password": "wrong"}
    html = client.post(reverse("account_login"), data).content.decode()
    assert "<details open>" in html
    assert 'role="alert"' in html


def test_a_code_is_asked_for_after_it_was_mailed(alice, client):
    url = reverse("account_request_login_code")
    page = client.post(url, {"email": alice.user.email}, follow=True)
    check(page)
    assert alice.user.email in page.content.decode()
    assert 'autocomplete="one-time-code"' in page.content.decode()


def test_the_secret_of_the_app_is_a_picture_without_data_addresses(alice, client_of):
    alice.user.set_unusable_password()
    alice.user.save()
    html = client_of(alice).get(reverse("mfa_activate_totp")).content.decode()
    assert '<div class="qr"' in html
    assert "data:image" not in html


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    (
        ("request_login_code", {}, "E-mail address: Please fill this in."),
        (
            "login",
            {"login": "nobody@example.org", "password": "wrong"},
            "A mailed code works too.",
        ),
        ("reset_password", {}, "E-mail address: Please fill this in."),
    ),
)
@pytest.mark.django_db
def test_what_is_wrong_is_said_in_our_words(client, name, typed, said):
    html = client.post(reverse(f"account_{name}"), typed).content.decode()
    assert said in html
    assert "This field" not in html
    assert ">Email<" not in html


def test_a_wrong_code_is_said_in_our_words(alice, client):
    url = reverse("account_request_login_code")
    client.post(url, {"email": alice.user.email})
    answer = client.post(reverse("account_confirm_login_code"), {"code": "ABCD-EFGH"})
    assert "Code: That is not the code." in answer.content.decode()


def test_a_password_that_is_too_short_keeps_the_names_of_its_fields(alice, client_of):
    alice.user.set_unusable_password()
    alice.user.save()
    typed = {"password1": "short", "password2": "short"}
    answer = client_of(alice).post(reverse("account_set_password"), typed)
    assert "New password, once more" in answer.content.decode()
