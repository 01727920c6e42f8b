import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.members import UserFactory


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_theme_set_keeps_the_choice_and_goes_back(signed_in, user):
    response = signed_in.post(
        reverse("theme_set"),
        {"theme": "dark"},
        headers={"Referer": "http://testserver/c/harbor/"},
    )
    assert (response.status_code, response["Location"]) == (
        303,
        "http://testserver/c/harbor/",
    )
    user.refresh_from_db()
    assert user.theme == "dark"


def test_theme_set_ignores_what_is_no_theme(signed_in, user):
    signed_in.post(reverse("theme_set"), {"theme": "pink"})
    user.refresh_from_db()
    assert user.theme == "system"


def test_theme_set_goes_to_own_pages_only(signed_in):
    response = signed_in.post(
        reverse("theme_set"),
        {"theme": "dark"},
        headers={"Referer": "https://evil.example/"},
    )
    assert response["Location"] == "/"


def test_theme_set_refuses_get(signed_in):
    assert signed_in.get(reverse("theme_set")).status_code == 405


def test_the_menu_posts_the_theme_with_its_token(signed_in):
    html = signed_in.get(reverse("account_email")).content.decode()
    form = html.split('action="/theme/"')[1].split("</form>")[0]
    assert "csrfmiddlewaretoken" in form
