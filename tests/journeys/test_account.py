"""Signing in every way there is, with axe-core looking at each page on the way."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from coalition.common.checks import COALITION_PREFIX, routes
from coalition.common.tenancy import scopes_disabled
from comms.jobs import run_pump
from comms.models import Lane
from comms.updates.links import unsubscribe_url
from members.models import Coalition, Membership, User
from members.permissions import MemberRole
from members.services.accounts import ensure_account, make_sign_in_link
from tests.browser import assert_fine, wrong_here, wrong_with
from tests.factories.members import MembershipFactory, UserFactory
from tests.signing_in import age
from tests.utils import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
each_size = pytest.mark.parametrize("size", ("phone", "desktop"))
PASSWORD = "seven quiet piers"
# A device of the visitor, with a lock that it can open.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def mailed(settings, tmp_path) -> Path:
    """Return the folder that mail goes to."""
    settings.MAILBOX_DIR = tmp_path
    return tmp_path


def whole_pages(client: Client) -> list[str]:
    """Return every page outside a coalition that this visitor may open."""
    paths = [f"/{p}" for p, _ in routes() if not p.startswith(COALITION_PREFIX)]
    answers = ((path, client.get(path)) for path in paths if "<" not in path)
    return [p for p, a in answers if a.status_code == 200 and b"<html" in a.content]


def behind_links(user: User, coalition: Coalition) -> list[str]:
    """Return a page of each kind that only a link leads to, and of spent links."""
    uid, token = user_pk_to_url_str(user), default_token_generator.make_token(user)
    reset = "account_reset_password_from_key"
    full = (make_sign_in_link(user=user), unsubscribe_url(coalition.pk, user.email))
    return [
        *(urlsplit(url).path for url in full),
        reverse("sign_in_link", args=["spent"]),
        reverse(reset, kwargs={"uidb36": uid, "key": token}),
        reverse(reset, kwargs={"uidb36": uid, "key": "spent"}),
        reverse("account_confirm_email", args=["spent"]),
    ]


@each_size
def test_a_mailed_code_lets_in(alice, window, mailed, size):
    page = window(size=size)
    places = [*whole_pages(Client()), *behind_links(alice.user, alice.coalition)]
    assert_fine(wrong_with(page, places, size))
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail address").first.fill(alice.user.email)
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    assert_fine(wrong_here(page, size))
    path = mail_in(mailed)
    mailbox = page.context.new_page()
    mailbox.said = []
    assert_fine(wrong_with(mailbox, [reverse("mailbox_mail", args=[path.stem])], size))
    page.get_by_label("Code").fill(code_in(path))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/c/harbor/")


def mail_in(folder: Path) -> Path:
    """Let the mail leave that waits, which is one; return its file."""
    with scopes_disabled():
        run_pump(Lane.FAST, until_idle=True)
    (path,) = folder.glob("*.eml")
    return path


def code_in(mail: Path) -> str:
    lines = re.findall(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", mail.read_text(), re.MULTILINE)
    return str(lines[0])


@pytest.mark.parametrize("scripts", (True, False))
def test_who_signed_in_long_ago_shows_who_they_are_and_goes_on(
    alice, bob, window, mailed, scripts
):
    page = window(alice, size="phone", java_script_enabled=scripts)
    age(same_visitor(page), minutes=60)
    page.goto(f"/c/harbor/people/{bob.person_id}/")
    page.locator("summary", has_text="Change the access").click()
    page.get_by_label("Steering group").check()
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_role("heading", name="Is it you?").wait_for()
    if scripts:
        assert_fine(wrong_here(page, "phone"))
    page.get_by_role("button", name="Mail me the code").click()
    page.get_by_label("Code").fill(code_in(mail_in(mailed)))
    if scripts:
        assert_fine(wrong_here(page, "phone"))
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("It counts from their next click.").wait_for()
    bob.refresh_from_db()
    assert bob.role == MemberRole.STEERING


def with_password(membership: Membership) -> User:
    assert membership.user
    ensure_account(email=membership.user.email)  # confirms its address
    membership.user.set_password(PASSWORD)
    membership.user.save()
    return membership.user


def same_visitor(page) -> Client:
    client = Client()
    for cookie in page.context.cookies():
        client.cookies[cookie["name"]] = cookie["value"]
    return client


@each_size
def test_passkeys_and_codes_of_an_app(alice, window, size):
    user = with_password(alice)
    page = window(alice, size=size)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(reverse("mfa_add_webauthn"))
    assert_fine(wrong_here(page, size))  # asks once more who it is
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Add a passkey").wait_for()
    first = whole_pages(same_visitor(page))
    page.reload()
    page.get_by_label("Name it").fill("My phone")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert_fine(wrong_here(page, size))
    TOTP.activate(user, generate_totp_secret())
    places = {*first, *whole_pages(same_visitor(page))}
    assert_fine(wrong_with(page, places, size))
    page.goto(reverse("account_logout"))
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/c/harbor/")


def test_a_passkey_that_the_device_refuses_is_no_silence(window):
    page = window(size="phone")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Use a passkey").tap()  # it holds none
    page.get_by_text("That did not work.").wait_for()


def test_a_passkey_is_offered_only_where_a_script_can_ask_for_it(alice, window):
    page = window(size="phone", java_script_enabled=False)
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Mail me a code").wait_for()
    assert not page.get_by_role("button", name="Use a passkey").is_visible()
    assert "requires JavaScript" not in page.locator("body").inner_text()
    alice.user.set_unusable_password()
    alice.user.save()
    page = window(alice, size="phone", java_script_enabled=False)
    page.goto(reverse("mfa_add_webauthn"))
    page.locator("noscript .notice").wait_for()


@each_size
def test_a_person_of_none_and_of_several_coalitions(window, size):
    nobody, several = Membership(user=UserFactory()), MembershipFactory()
    MembershipFactory(user=several.user)
    for membership in (nobody, several):
        assert_fine(wrong_with(window(membership, size=size), ["/"], size))


@each_size
def test_the_address_of_ones_calendar_is_copied(bob, window, size):
    bob.person.calendar_key = 7
    with scopes_disabled():
        bob.person.save()
    allowed = ["clipboard-read", "clipboard-write"]
    page = window(bob, size=size, permissions=allowed)
    page.goto(at(bob, "members:profile_edit"))
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#calendar-url").input_value()
    assert_fine(wrong_here(page, size))
