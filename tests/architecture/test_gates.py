"""A route without its gate refuses to start; every route outside is on a list."""

import pytest
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import include, path

from coalition.common.checks import COALITION_PREFIX, routes
from coalition.urls import urlpatterns as real_urlpatterns
from members.decorators import coalition_page
from members.permissions import Permission
from tests.architecture.policy import POLICY
from tests.architecture.routes import ROUTES
from tests.architecture.world import CANARY
from tests.factories.members import MembershipFactory

PUBLIC, SIGNED_IN = "public", "signed in"
# Everything outside /c/<slug>/ that is ours, and who gets an answer there.
OUTSIDE = {
    "home": PUBLIC,  # sends strangers to sign in, or to start the first coalition
    "start": PUBLIC,
    "start_code": PUBLIC,
    "theme_set": SIGNED_IN,
    "sign_in_link": PUBLIC,
    "healthz": PUBLIC,
    "healthz_ready": PUBLIC,
    "healthz_mail": PUBLIC,
    "mailbox": PUBLIC,
    "mailbox_mail": PUBLIC,
    "mailbox_body": PUBLIC,
    "link": PUBLIC,
    "feedback_thread": PUBLIC,  # whoever has the secret wrote it
    "unsubscribe": PUBLIC,
    "mail_hook": PUBLIC,  # a provider posts; nobody does where none is named
}
# Says by 503 that no mail goes out: nothing pumps here.
TELLS_MACHINES = {"healthz_mail"}
# allauth writes and tests the policy of its own pages; ours is who may see them at all.
LIBRARY = ("accounts/",)
LIBRARY_PUBLIC = {
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "mfa_authenticate",
    "mfa_login_webauthn",
}


def view(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse()


# A URLconf with one route that somebody forgot to guard.
urlpatterns = [
    *real_urlpatterns,
    path("c/<slug:slug>/planted/", include([path("open/", view)])),
    path("c/<slug:slug>/gated/", coalition_page(Permission.GOALS_VIEW)(view)),
]


def outside_routes() -> dict[str, tuple[str, bool]]:
    """Map each route's name to its path and whether it asks for a sign-in."""
    return {
        str(pattern.name): (path, getattr(pattern.callback, "login_required", True))
        for path, pattern in routes()
        if not path.startswith(COALITION_PREFIX)
    }


@pytest.mark.urls("tests.architecture.test_gates")
def test_route_without_a_gate_is_an_error():
    errors = [e for e in checks.run_checks() if e.id == "coalition.E001"]
    assert [error.msg for error in errors] == [
        "The route c/<slug:slug>/planted/open/ has no gate."
    ]


@pytest.mark.urls("tests.architecture.test_gates")
def test_commands_refuse_to_start_with_a_route_without_a_gate():
    with pytest.raises(SystemCheckError, match="has no gate"):
        call_command("check")


def test_every_route_of_a_coalition_keeps_its_policy():
    policy = {name: gate for gate, names in POLICY.items() for name in names.split()}
    assert {route.name: route.permission for route in ROUTES} == policy


def test_every_route_outside_a_coalition_is_on_the_list():
    ours = {n for n, (path, _) in outside_routes().items() if n in OUTSIDE}
    library = {n for n, (p, _) in outside_routes().items() if p.startswith(LIBRARY)}
    assert ours == OUTSIDE.keys()
    assert outside_routes().keys() == ours | library


def test_every_route_outside_a_coalition_keeps_its_policy():
    public = {name for name, (_, private) in outside_routes().items() if not private}
    ours = {name for name, policy in OUTSIDE.items() if policy == PUBLIC}
    assert public == ours | LIBRARY_PUBLIC


@pytest.mark.parametrize("name", sorted(outside_routes()))
@pytest.mark.parametrize("method", ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"))
def test_routes_outside_tell_strangers_nothing(name, method, db):
    MembershipFactory(
        coalition__name=f"{CANARY} coalition", person__full_name=f"{CANARY} person"
    )
    route, private = outside_routes()[name]
    response = Client().generic(method, address(route))
    if name not in TELLS_MACHINES:
        assert response.status_code < 500
    assert CANARY.encode() not in response.serialize_headers() + response.content
    if private:
        assert response.status_code == 302
        assert response["Location"].startswith(resolve_url(settings.LOGIN_URL))


def address(route: str) -> str:
    """Fill the route's arguments with something that fits and means nothing."""
    for argument in ("<str:secret>", "<str:token>", "(?P<key>[-:\\w]+)", "(?P<key>.+)"):
        route = route.replace(argument, "nonsense")
    route = route.replace("(?P<uidb36>[0-9A-Za-z]+)", "1").replace("<int:pk>", "1")
    return "/" + route.replace("^", "").replace("$", "")
