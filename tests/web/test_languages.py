"""Who reads a page in which language, and how dates and numbers stand in it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from coalition.common.languages import spoken
from coalition.common.tenancy import scopes_disabled
from comms.updates.links import unsubscribe_url
from members.models import Membership
from tests.factories.members import InvitationFactory, MembershipFactory
from tests.utils import at

pytestmark = pytest.mark.django_db

SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _a_thread_that_spoke_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def member(language: str, of_coalition: str = "en", **kwargs) -> Membership:
    with scopes_disabled():
        return MembershipFactory(
            person__language=language, coalition__language=of_coalition, **kwargs
        )


def page_of(membership, **headers):
    client = Client()
    client.force_login(membership.user)
    return client.get(at(membership, "web:home"), headers=headers)


@pytest.mark.parametrize(
    ("wanted", "otherwise", "expected"),
    (
        ("es", "en", "es"),
        ("es-mx", "en", "es"),
        ("", "es", "es"),
        ("tlh", "es", "es"),
        ("en", "es", "en"),
    ),
)
def test_language_is_the_persons_else_the_coalitions(wanted, otherwise, expected):
    assert spoken(wanted, otherwise) == expected


@pytest.mark.parametrize(
    ("language", "of_coalition", "expected"),
    (("es", "en", "es"), ("", "es", "es"), ("en", "es", "en")),
)
def test_page_of_a_coalition_ignores_the_browser(language, of_coalition, expected):
    other = ENGLISH if expected == "es" else SPANISH
    response = page_of(member(language, of_coalition), **other)
    assert response["Content-Language"] == expected
    assert f'<html lang="{expected}"' in response.content.decode()


def test_error_page_inside_a_coalition_is_the_persons(client):
    membership = member("es")
    client.force_login(membership.user)
    response = client.get(at(membership, "members:person_create"), headers=ENGLISH)
    assert response.status_code == 403
    assert '<html lang="es"' in response.content.decode()


@pytest.mark.parametrize(("headers", "expected"), ((SPANISH, "es"), (ENGLISH, "en")))
def test_page_before_sign_in_is_the_browsers(client, headers, expected):
    response = client.get(reverse("account_request_login_code"), headers=headers)
    assert response["Content-Language"] == expected
    assert "Accept-Language" in response["Vary"]
    assert f'<html lang="{expected}"' in response.content.decode()


def test_signed_link_speaks_to_its_holder(client):
    holder = member("es", user=None)
    with scopes_disabled():
        invitation = InvitationFactory(coalition=holder.coalition, person=holder.person)
    response = client.get(invitation.link.path, headers=ENGLISH)
    assert response["Content-Language"] == "es"
    assert '<html lang="es"' in response.content.decode()


@pytest.mark.parametrize(("language", "expected"), (("es", "es"), ("", "en")))
def test_unsubscribe_page_speaks_to_whoever_was_written_to(client, language, expected):
    reader = member(language)
    url = unsubscribe_url(reader.coalition_id, reader.person.email)
    response = client.get(url, headers=SPANISH if expected == "en" else ENGLISH)
    assert response["Content-Language"] == expected


def drawn(template: str, **context: object) -> str:
    return Template(template).render(Context(context))


def test_dates_are_written_as_the_language_orders_them():
    christmas = date(2020, 12, 3)
    with translation.override("en"):
        assert ">3 December 2020<" in drawn("{% localdate day %}", day=christmas)
        assert drawn('{{ day|date:"MONTH_DAY_FORMAT" }}', day=christmas) == "3 December"
    with translation.override("es"):
        written = drawn("{% localdate day long=True %}", day=christmas)
        assert ">jueves 3 de diciembre de 2020<" in written
        written = drawn('{{ day|date:"MONTH_DAY_FORMAT" }}', day=christmas)
        assert written == "3 de diciembre"


def test_numbers_are_written_as_the_language_does():
    with translation.override("es"):
        assert drawn("{{ n }}", n=Decimal("3.5")) == "3,5"
        assert 'value="3.5"' in drawn("{% progress 3.5 7 %}")
