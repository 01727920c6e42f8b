"""The frame around the pages, in a real browser, under the real policy."""

import pytest
from django.urls import reverse

from members.services.accounts import make_sign_in_link
from tests.browser import faults, wider_than_its_window
from tests.factories.members import PartnerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("size", ("phone", "desktop"))
def test_the_frames_are_open_to_everybody(visit, alice, bob, size, scheme):
    people = reverse("members:person_list", args=["harbor"])
    places = (
        (reverse("account_login"), None),
        (people, bob),
        (people, alice),
        (reverse("mfa_index"), alice),
    )
    for path, membership in places:
        page = visit(path, membership, size=size)
        page.emulate_media(color_scheme=scheme)
        assert faults(page) == []
        assert not wider_than_its_window(page)
        assert page.said == []


def test_what_is_wrong_with_a_form_gets_the_focus(visit, alice):
    page = visit(reverse("members:partner_create", args=["harbor"]), alice)
    page.locator("main button[data-kind=primary]").click()
    page.locator("[role=alert].notice").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def test_the_theme_is_kept_in_the_profile(visit, alice):
    page = visit(reverse("members:person_list", args=["harbor"]), alice)
    page.locator("button[popovertarget=me]").click()
    with page.expect_response("**/theme/") as answer:
        page.locator("#me input[value=dark]").check(force=True)
    assert answer.value.status == 303
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_visitor_keeps_the_theme_in_the_browser(visit):
    page = visit(reverse("account_login"))
    page.locator("[data-theme-switch] input[value=dark]").check(force=True)
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_fragment_without_a_session_sends_the_window_to_the_login(visit, alice):
    page = visit(reverse("members:person_list", args=["harbor"]), alice)
    page.context.clear_cookies(name="sessionid")
    page.locator("input[name=q]").fill("x")
    page.wait_for_url("**/accounts/login/?next=**")
    assert page.locator("h1").count() == 1


def test_what_fails_is_said(visit, alice):
    page = visit(reverse("members:person_list", args=["harbor"]), alice)
    page.route("**/people/?q=*", lambda route: route.fulfill(status=503))
    page.locator("input[name=q]").fill("x")
    page.locator("#toasts .toast").wait_for()
    page.unroute_all()
    page.locator("#toasts [data-close]").click()
    assert page.locator("#toasts .toast").count() == 0


def test_a_form_behind_a_token_passes_the_csrf_check(visit, alice):
    page = visit(make_sign_in_link(user=alice.user))
    start = page.url.split("/accounts/")[0] + reverse("home")
    page.route(start, lambda route: route.fulfill(body="home"))
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        page.locator("main button[data-kind=primary]").click()
    assert posted.value.status == 303


def test_focus_follows_what_is_edited_in_place(visit, alice):
    partner = PartnerFactory(coalition=alice.coalition)
    path = reverse("members:partner_detail", args=["harbor", partner.pk])
    page = visit(path, alice)
    page.locator("#partner-card a", has_text="Edit").click()
    page.locator("form#partner-card").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    page.locator("#partner-card button[data-kind=primary]").click()
    page.locator("section#partner-card").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H2"
