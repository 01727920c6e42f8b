"""Nobody comes by somebody else's account, whichever address they claim."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from coalition.common.tenancy import scopes_disabled
from comms.models import Delivery
from comms.services.account_mail import open_account_mail
from members.models import User
from members.services.accounts import ensure_account
from tests.factories.members import MembershipFactory

CODE = re.compile(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", re.MULTILINE)
VICTIM = "victoria@example.org"


@pytest.fixture(autouse=True)
def _no_waiting():
    """Forget the rate limits: an address gets one such link in three minutes."""
    cache.clear()


@pytest.fixture
def mallory(harbor):
    member = MembershipFactory(coalition=harbor, user=None, person__full_name="Mallory")
    ensure_account(email=member.person.email)
    member.refresh_from_db()
    return member


@pytest.fixture
def as_mallory(mallory, client_of) -> Client:
    return client_of(mallory)


def last_mail() -> str:
    with scopes_disabled():
        delivery = Delivery.objects.order_by("pk").last()
    assert delivery
    return open_account_mail(bytes(delivery.secret or b"")).text


def links(text: str) -> list[str]:
    return re.findall(r"\S+://\S+", text)


def claim(client: Client, address: str) -> None:
    client.post("/accounts/email/", {"action_add": "", "email": address})


def confirmation() -> str:
    found = re.search(r"/accounts/confirm-email/\S+", last_mail())
    assert found
    return found[0]


def sign_in(client: Client, address: str) -> None:
    client.post("/accounts/login/code/", {"email": address})
    code = CODE.search(last_mail())
    assert code
    client.post("/accounts/login/code/confirm/", {"code": code[1]})


def test_a_code_signs_in_to_the_account_of_its_address(as_mallory, harbor, client):
    MembershipFactory(coalition=harbor, user=None, person__email=VICTIM)
    claim(as_mallory, VICTIM)
    sign_in(client, VICTIM)
    user = User.objects.get(email=VICTIM)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_address_is_confirmed_only_where_it_was_asked_for(
    mallory, as_mallory, client
):
    claim(as_mallory, VICTIM)
    url, before = confirmation(), mallory.user.email
    assert "Sign in first" in client.get(url).text
    client.post(url)
    mallory.user.refresh_from_db()
    assert mallory.user.email == before
    as_mallory.post(url)
    mallory.user.refresh_from_db()
    assert mallory.user.email == VICTIM


def test_opening_a_confirmation_signs_nobody_out(as_mallory, alice, client_of):
    claim(as_mallory, VICTIM)
    as_alice = client_of(alice)
    as_alice.get(confirmation())
    assert as_alice.session["_auth_user_id"] == str(alice.user.pk)


def test_the_address_of_another_account_is_not_taken(mallory, as_mallory, harbor):
    MembershipFactory(coalition=harbor, user=None, person__email=VICTIM)
    ensure_account(email=VICTIM)
    claim(as_mallory, VICTIM)
    assert as_mallory.post(confirmation()).status_code < 400
    mallory.user.refresh_from_db()
    assert mallory.user.email != VICTIM


def test_an_account_joins_a_coalition_as_one_person(mallory, as_mallory, harbor):
    """Its new address may be that of a second person there."""
    claim(as_mallory, VICTIM)
    MembershipFactory(coalition=harbor, user=None, person__email=VICTIM)
    as_mallory.post(confirmation())
    assert ensure_account(email=VICTIM) == mallory.user


def test_links_in_mail_do_not_follow_the_host_header(mallory, as_mallory, settings):
    bogus = {"host": "testserver:6666"}
    data = {"email": mallory.user.email}
    Client().post("/accounts/password/reset/", data, headers=bogus)
    found = links(last_mail())
    data = {"action_add": "", "email": VICTIM}
    as_mallory.post("/accounts/email/", data, headers=bogus)
    found += links(last_mail())
    assert len(found) == 2
    assert all(link.startswith(f"{settings.SITE_URL}/accounts/") for link in found)
