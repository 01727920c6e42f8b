"""Every route, whoever asks, by every method: read from the URLconf, so none is missed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse

from goals.models import Goal
from members.models import Coalition, Import, Partner, Person
from members.permissions import (
    ROLE_PERMISSIONS,
    MemberRole,
    with_companions,
)
from tests.architecture import world as worlds
from tests.architecture.routes import ROUTES
from tests.architecture.world import CANARY, World

pytestmark = pytest.mark.django_db

SAFE = ("GET", "HEAD", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
METHODS = (*SAFE, "POST", "PUT", "PATCH", "DELETE")
ANSWERED = {200, 204, 302, 303, 400, 405, 409, 422}
# Ask for a row in a state that no factory makes; their own tests meet foreign rows.
OTHER_STATE = {
    "acceptance_restore",
    "agreement_restore",
    "alias_restore",
    "archive_detail",
    "archive_withdraw",
    "assignment_restore",
    "check_in_detail",
    "check_in_pause_restore",
    "consultation_restore",
    "dependency_restore",
    "feedback_write",
    "handover_detail",
    # Only of an update that is written, and for whoever brings it: see test_paper.
    "paper_detail",
    "paper_errand",
    "paper_hand",
    "paper_list",
    "paper_print",
    "paper_unhand",
    # Said to coordinators alone; who may read which is told in test_hurdles.
    "ask_close",
    "ask_decline",
    "ask_detail",
    "ask_help",
    "ask_reopen",
    "hurdle_answer",
    "hurdle_detail",
    "hurdle_lower",
    "hurdle_raise",
    "hurdle_reopen",
    "hurdle_solve",
    "hurdle_task",
    "logo_image",
    "logo_restore",
    "item_restore",
    "link_restore",
    "milestone_restore",
    "offer_restore",
    "partner_bulk_undo",
    "person_bulk_undo",
    "partner_leave_undo",
    "reading_restore",
    "saved_view_delete",
    "saved_view_restore",
    "task_bulk_undo",
    "task_restore",
    "term_notes",
    "term_restore",
    "win_decide",
}
# Sessions note when they were last seen.
MAY_BE_WRITTEN = {"django_session", "usersessions_usersession"}
WRITE = re.compile(r'(?:INSERT\s.*?INTO|UPDATE|DELETE\s+FROM)\s+"(\w+)"', re.IGNORECASE)
# Words that the factories write into rows of every coalition.
HELD_BY_BOTH = ("person", "partner", "goal", "task")
# What forms and query strings call a row.
NAMED = {
    "again": Import,
    "goal": Goal,
    "owner": Person,
    "partner": Partner,
    "partners": Partner,
    "people": Person,
    "person": Person,
}

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield worlds.build()


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is written inside."""
    atomic: Any = transaction.atomic()
    atomic._from_testcase = True  # durable blocks may be inside, as in TestCase
    with atomic:
        yield
        transaction.set_rollback(True)


@contextmanager
def writes() -> Iterator[set[str]]:
    """Collect the names of the tables that are written to."""
    tables: set[str] = set()

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        tables.update(WRITE.findall(sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield tables
    tables -= MAY_BE_WRITTEN


def ask(client: Client, method: str, url: str, form: str = "", **headers: str) -> Any:
    """Ask; nothing of another coalition may come back."""
    with undone():
        response = client.generic(method, url, form, FORM, headers=headers)
    said = response.serialize_headers() + response.getvalue()
    assert CANARY.encode() not in said.lower()
    return response


@each_route
def test_anonymous_is_sent_to_sign_in(route, world):
    url = route.url(world.here[Coalition], world.here)
    for method in METHODS:
        response = ask(Client(), method, url)
        assert response.status_code == 302
        assert response["Location"].startswith(resolve_url(settings.LOGIN_URL))


@each_route
def test_outsiders_find_nothing(route, world):
    url = route.url(world.here[Coalition], world.here)
    for method in METHODS:
        for client in (world.outsider, world.suspended):
            with undone():
                assert client.generic(method, url).status_code == 404


@each_route
def test_roles_get_what_their_permission_says(route, world):
    url = route.url(world.here[Coalition], world.here)
    for role, client in world.roles.items():
        allowed = route.permission in ROLE_PERMISSIONS[role]
        expected = ANSWERED | ({404} if route.name in OTHER_STATE else set())
        for method in METHODS:
            status = ask(client, method, url).status_code
            assert status in (expected if allowed else {403}), (role, method)
            if method in {"PUT", "PATCH", "DELETE"} and allowed:
                assert status == 405, (role, method)


@each_route
def test_a_standing_role_opens_what_it_allows_and_nothing_else(route, world):
    """For a plain member; nor does it show an address that members do not see."""
    if route.permission in ROLE_PERMISSIONS[MemberRole.MEMBER]:
        return
    url = route.url(world.here[Coalition], world.here)
    assert ask(world.lacking[route.permission], "GET", url).status_code == 403
    assert ask(world.lacking[route.permission], "POST", url).status_code == 403
    expected = ANSWERED | ({404} if route.name in OTHER_STATE else set())
    address = world.here[Person].email.encode()
    for permission, client in world.holders.items():
        if route.permission in with_companions([permission]):
            response = ask(client, "GET", url)
            assert response.status_code in expected
            assert address not in response.getvalue()
            assert ask(client, "POST", url).status_code in expected


@each_route
def test_looking_as_a_member_opens_what_members_may_and_writes_nothing(route, world):
    url = route.url(world.here[Coalition], world.here)
    as_member = ask(world.roles[MemberRole.MEMBER], "GET", url).status_code
    for client in world.looking:
        assert ask(client, "GET", url).status_code == as_member
        for method in METHODS:
            for headers in ({}, {"hx-request": "true"}):
                with writes() as tables:
                    ask(client, method, url, **headers)
                assert not tables, f"{method} wrote to {tables}"


@each_route
def test_reading_writes_nothing(route, world):
    url = route.url(world.here[Coalition], world.here)
    for client in (*world.roles.values(), world.outsider, Client()):
        for method in SAFE:
            for headers in ({}, {"hx-request": "true"}):
                with writes() as tables:
                    client.generic(method, url, headers=headers)
                assert not tables, f"{method} wrote to {tables}"


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.path.count("<") > 1], ids=lambda route: route.path
)
def test_rows_of_another_coalition_are_not_found(route, world):
    coordinator = world.roles[MemberRole.COORDINATOR]
    foreign = route.url(world.here[Coalition], world.elsewhere)
    unknown = route.url(world.elsewhere[Coalition], world.elsewhere)
    statuses = {method: ask_404(coordinator, method, foreign) for method in METHODS}
    assert set(statuses.values()) <= {404, 405}
    assert 404 in statuses.values()
    for method in METHODS:
        assert ask_404(coordinator, method, unknown) == 404


def ask_404(client: Client, method: str, url: str) -> int:
    # The address itself holds the canary, and a 404 page may repeat the address.
    with undone():
        return client.generic(method, url).status_code


@each_route
def test_fragments_hold_nothing_of_another_coalition(route, world):
    url = route.url(world.here[Coalition], world.here)
    for client in world.roles.values():
        ask(client, "GET", url, **{"hx-request": "true"})
        ask(client, "POST", url, **{"hx-request": "true"})


@each_route
def test_nothing_of_another_coalition_is_found_or_picked(route, world):
    """Neither by words that rows of both hold, nor by the number of a row."""
    url = route.url(world.here[Coalition], world.here)
    numbers = {name: world.elsewhere[model].pk for name, model in NAMED.items()}
    client = world.roles[MemberRole.COORDINATOR]
    for query in (*({"q": word, "field": "q"} for word in HELD_BY_BOTH), numbers):
        ask(client, "GET", f"{url}?{urlencode(query)}")
    ask(client, "POST", url, urlencode(numbers))


def test_every_tenant_model_is_planted_in_both_coalitions(world):
    assert worlds.tenant_models() == world.elsewhere.keys() == world.here.keys()


def test_the_canary_would_be_found(world):
    slug = world.elsewhere[Coalition].slug
    url = reverse("members:partner_list", kwargs={"slug": slug})
    assert CANARY.encode() in world.outsider.get(url).content
