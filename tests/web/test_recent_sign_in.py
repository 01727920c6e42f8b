"""What weighs much is done only by who has shown lately who they are."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.html import escape

from comms.models import Delivery, IssueState
from comms.services.account_mail import KIND, open_account_mail
from members.models import Membership, Person
from members.permissions import MemberRole, Permission
from members.recent_sign_in import MANY
from members.services.accounts import make_sign_in_link
from tasks.models import Role
from tests.comms.drafts import make_issue
from tests.factories.checkins import RoleFactory
from tests.factories.members import PersonFactory
from tests.signing_in import age

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
AGAIN = "/accounts/again/"
HELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def _no_code_was_asked_for():
    cache.clear()


@pytest.fixture
def client(client_of, alice):
    """Alice signed in an hour ago."""
    client = client_of(alice)
    age(client, 60)
    return client


def at(name, **kwargs):
    return reverse(name, kwargs={"slug": "harbor", **kwargs})


def mailed_code() -> str:
    secret = Delivery.objects.filter(kind=KIND).latest("pk").secret
    assert secret
    mail = open_account_mail(bytes(secret))
    return re.findall(r"\b[A-Z]{4}-[A-Z]{4}\b", mail.text)[0]


def held(page) -> dict[str, str]:
    """Return what the page keeps, as a browser would send it."""
    return dict(HELD.findall(page.text))


def many(coalition):
    PersonFactory.create_batch(MANY, coalition=coalition)


def asks(answer) -> bool:
    return "Is it you?" in answer.text


def prove(client, page):
    """Have the code mailed, type it, and go where the browser is sent to."""
    page = client.post(AGAIN, held(page) | {"again-send": "1"})
    return client.post(AGAIN, held(page) | {"again-code": mailed_code()}, follow=True)


def raise_bob(client, bob, role=MemberRole.COORDINATOR, **headers):
    url = at("members:access_edit", pk=bob.person_id)
    version = Membership.objects.get(pk=bob.pk).version
    return client.post(url, {"role": role, "version": version}, **headers)


def role_of(member) -> str:
    return Membership.objects.get(pk=member.pk).role


def test_access_waits_for_the_code_and_then_goes_on_by_itself(client, bob):
    page = raise_bob(client, bob)
    assert page.status_code == 422
    assert asks(page)
    assert role_of(bob) == MemberRole.MEMBER
    done = prove(client, page)
    assert role_of(bob) == MemberRole.COORDINATOR
    assert "It counts from their next click." in done.text
    raise_bob(client, bob, MemberRole.STEERING)  # asked once, not each time
    assert role_of(bob) == MemberRole.STEERING


def test_who_signed_in_just_now_is_not_asked(client_of, alice, bob):
    raise_bob(client_of(alice), bob)
    assert role_of(bob) == MemberRole.COORDINATOR


def test_a_link_and_the_code_of_a_start_are_recent_sign_ins(client, alice, settings):
    settings.STARTING = "open"
    client.logout()
    client.post(urlsplit(make_sign_in_link(user=alice.user)).path)
    assert not asks(client.get(reverse("account_email")))
    client.logout()
    client.post("/start/", {"email": "rosa@example.org"})
    client.post("/start/code/", {"code": mailed_code()})
    assert not asks(client.get(reverse("account_email")))


def test_under_htmx_the_whole_page_asks(client, bob):
    page = raise_bob(client, bob, headers={"HX-Request": "true"})
    assert page["HX-Retarget"] == "body"
    assert asks(page)


def test_a_wrong_code_says_so_and_keeps_what_waits(client, bob):
    page = raise_bob(client, bob)
    page = client.post(AGAIN, held(page) | {"again-send": "1"})
    wrong = client.post(AGAIN, held(page) | {"again-code": "BBBB-BBBB"})
    assert wrong.status_code == 422
    assert "That is not the code." in wrong.text
    assert held(wrong)["role"] == MemberRole.COORDINATOR
    assert role_of(bob) == MemberRole.MEMBER


def test_a_code_is_good_once_and_for_whom_it_was_mailed_to(client, client_of, bob):
    page = client.post(AGAIN, held(raise_bob(client, bob)) | {"again-send": "1"})
    code, other = mailed_code(), client_of(bob)
    age(other, 60)
    sent = held(page) | {"again-code": code}
    assert other.post(AGAIN, sent).status_code == 422
    client.post(AGAIN, sent)
    age(client, 60)
    again = client.post(AGAIN, sent)
    assert "A code is on its way" in again.text  # a new one, for that one is spent


def test_it_is_not_asked_for_a_code_without_end(client, bob):
    sent = held(raise_bob(client, bob)) | {"again-send": "1"}
    for _ in range(5):
        client.post(AGAIN, sent)
    assert "Too many tries." in client.post(AGAIN, sent).text
    assert Delivery.objects.filter(kind=KIND).count() == 5


def test_the_way_on_leads_nowhere_else(client):
    for to in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        page = client.get(AGAIN, {"next": to})
        assert held(page)["again-to"] == "/"
        assert "evil" not in page.text


def test_what_is_kept_is_text(client, bob):
    page = raise_bob(client, bob, role='"><script>alert(1)</script>')
    assert escape('"><script>alert(1)</script>') in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("name", ("account_email", "mfa_activate_totp"))
def test_how_one_signs_in_is_changed_after_the_code_alone(client, name):
    page = client.get(reverse(name))
    assert asks(page)
    shown = prove(client, page)
    assert shown.resolver_match.view_name == name
    assert not asks(shown)


def test_with_a_password_one_may_use_that(client, alice):
    alice.user.set_password("a long enough phrase")
    alice.user.save()
    client.force_login(alice.user)
    page = client.get(reverse("account_email"))
    assert "With your password" in page.text
    url = f"{reverse('account_reauthenticate')}?next=/accounts/email/"
    done = client.post(url, {"password": "a long enough phrase"}, follow=True)
    assert not asks(done)


@pytest.mark.parametrize("name", ("members:person_export", "web:everything_export"))
def test_many_people_are_not_taken_away_by_an_old_sign_in(client, harbor, name):
    few = client.post(at(name))
    assert few["Content-Disposition"]
    few.getvalue()
    many(harbor)
    page = client.post(at(name))
    assert asks(page)
    whole = prove(client, page)
    assert whole["Content-Disposition"]
    whole.getvalue()


def test_a_few_of_many_may_be_taken_away(client, harbor):
    many(harbor)
    answer = client.post(at("members:person_export"), {"q": "Alice"})
    assert answer["Content-Type"].startswith("text/csv")


def test_mail_to_many_waits_for_the_code(client, harbor):
    issue = make_issue(harbor, IssueState.APPROVED)
    many(harbor)
    page = client.post(at("comms:update_release", pk=issue.pk))
    assert asks(page)
    prove(client, page)
    assert not asks(client.get(at("comms:update_detail", pk=issue.pk)))


@pytest.mark.parametrize("role", (MemberRole.MEMBER, MemberRole.STEERING))
def test_only_whoever_gets_more_than_members_is_invited_by_a_recent_sign_in(
    client, role
):
    fields = {"full_name": "Rosa", "email": "rosa@example.org", "role": role}
    page = client.post(at("web:invitation_create"), fields)
    assert asks(page) == (role != MemberRole.MEMBER)
    assert Person.objects.filter(email="rosa@example.org").exists() != asks(page)


def test_coordination_and_a_whole_coalition_are_not_given_up_by_an_old_one(
    client, stella, harbor
):
    for name, fields in (
        ("web:handover_create", {"taker": stella.person_id}),
        ("web:coalition_delete", {"name": harbor.name}),
    ):
        assert asks(client.post(at(name), fields))


def test_a_role_that_gives_rights_is_not_given_by_an_old_one(client, bob):
    rights = {"permissions": [Permission.UPDATES_VIEW]}
    fields = {
        "name": "Editor",
        "purpose": "Short.",
        "seats": 1,
        "how_filled": "elected",
    }
    assert asks(client.post(at("tasks:role_create"), fields | rights))
    assert not Role.objects.exists()
    plain = RoleFactory(coalition=bob.coalition)
    strong = RoleFactory(coalition=bob.coalition, **rights)
    term = {"who": "", "from_on": "2026-01-01"}
    assert not asks(client.post(at("tasks:term_create", pk=plain.pk), term))
    assert asks(client.post(at("tasks:term_create", pk=strong.pk), term))
