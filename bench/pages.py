"""Pages of a large coalition against a bare Django view with a session."""

import json
from collections.abc import Callable
from functools import partial

import django

django.setup()

# ruff: noqa: E402
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path

from bench.clock import compare, line
from bench.data import fill
from bench.records import make_rhythm
from coalition.common.htmx import render_page
from coalition.common.tenancy import scopes_disabled
from coalition.urls import urlpatterns as ours
from coalition.wsgi import application
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import User
from members.permissions import Permission

# Five bare views are what the frame may cost. What stands in it cannot come for that:
# docs/architecture.md says why. Their aims lie a little above what was measured.
AIMS = {
    "gate alone": 3.0,
    "frame alone": 5.0,
    "dashboard": 32.0,
    "portal": 23.0,
    "partner list": 17.0,
}
ROUNDS = 60
# What `django-admin startproject` writes into a new project.
BARE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def bare(request: HttpRequest) -> HttpResponse:
    """Answer with whom the session belongs to: one query each, no template."""
    return HttpResponse(f"<!doctype html><title>Hello</title>Hello {request.user}")


@coalition_page(Permission.HOME_VIEW)
def gate(request: CoalitionRequest) -> HttpResponse:
    """Answer with nothing: what our middleware costs, and who is asked in."""
    return HttpResponse()


@coalition_page(Permission.HOME_VIEW)
def frame(request: CoalitionRequest) -> HttpResponse:
    """Draw the frame around nothing."""
    return render_page(request, "base.html")


urlpatterns = [
    *ours,
    path("bare/", bare),
    path("c/<slug:slug>/bench/gate/", gate),
    path("c/<slug:slug>/bench/frame/", frame),
]


def request(handler: WSGIHandler, cookie: str, url: str) -> None:
    environ = RequestFactory(HTTP_COOKIE=cookie, HTTP_HOST="127.0.0.1").get(url).environ
    response = handler(environ, lambda *_: lambda _: None)
    assert response.status_code == 200, (url, response.status_code)
    b"".join(response)
    response.close()


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def main() -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    coalition = fill(partners=200, people=2000, tasks=5000)
    with scopes_disabled():
        make_rhythm(coalition)
        coordinator, member = User.objects.order_by("id")
    with override_settings(MIDDLEWARE=BARE_MIDDLEWARE):
        least = WSGIHandler()
    ask: dict[str, Callable[[], None]] = {
        "bare": partial(request, least, cookie_of(coordinator), "/bare/")
    }
    for name, user, url in (
        ("gate alone", coordinator, "/c/bench/bench/gate/"),
        ("frame alone", coordinator, "/c/bench/bench/frame/"),
        ("dashboard", coordinator, "/c/bench/"),
        ("portal", member, "/c/bench/"),
        ("partner list", coordinator, "/c/bench/partners/"),
    ):
        ask[name] = partial(request, application, cookie_of(user), url)
    costs = compare(ask, rounds=ROUNDS)
    bare_cost = costs.pop("bare")
    rows = [line(name, cost, bare_cost, AIMS[name]) for name, cost in costs.items()]
    print(json.dumps(rows))


if __name__ == "__main__":
    with override_settings(ROOT_URLCONF="bench.pages"):
        main()
