"""Every page, found in the URLconf: axe-core, light and dark, on a phone and on a desk."""

from collections.abc import Iterable, Iterator

import pytest
from django.core.management import call_command
from django.db import models
from django.test import Client

from coalition.common.tenancy import scope
from comms.models import Issue
from goals.models import Goal, Milestone
from members.models import Coalition, Membership, Partner
from members.permissions import MemberRole
from tasks.models import Assignment, Task
from tests.architecture.routes import ROUTES, Route
from tests.browser import COLOR_RULES, faults, widths_that_overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
each_size = pytest.mark.parametrize("size", ("phone", "desktop"))
# Rows of these look different in each of their states: one of each is shown.
STATES = {
    Assignment: lambda row: row.status,
    Goal: lambda row: row.state,
    Issue: lambda row: (row.kind, row.state),
    Milestone: lambda row: row.reached_at is None,
    Partner: lambda row: row.status,
    Task: lambda row: (row.done_at is None, row.assignments.count() > 0),
}


def one_of_each(model: type[models.Model]) -> Iterable[models.Model]:
    rows = model._default_manager.all()
    if model in STATES:
        return {STATES[model](row): row for row in rows}.values()
    return rows[:1]


def addresses(route: Route, coalition: Coalition) -> Iterator[str]:
    if not route.arguments:
        yield route.url(coalition, {})
    for model in route.arguments.values():
        for row in one_of_each(model):
            yield route.url(coalition, {model: row})


def is_page(client: Client, url: str) -> bool:
    response = client.get(url)
    return response.status_code == 200 and b"<html" in response.content[:200]


def pages_for(membership: Membership) -> list[str]:
    """Return every page of their coalition that this person may open."""
    client = Client()
    assert membership.user
    client.force_login(membership.user)
    with scope(coalition=membership.coalition):
        urls = [u for route in ROUTES for u in addresses(route, membership.coalition)]
    return [url for url in urls if is_page(client, url)]


def look(page, url: str) -> dict[str, object]:
    """Open a page and return all that is wrong with it."""
    del page.said[:]
    page.emulate_media(color_scheme="light")
    page.goto(url)
    wrong = {
        "light": faults(page),
        "sideways": widths_that_overflow(page),
    }
    page.emulate_media(color_scheme="dark")
    wrong["dark"] = faults(page, COLOR_RULES)
    wrong["console"] = page.said
    return {what: found for what, found in wrong.items() if found}


def wrong_with(page, urls: Iterable[str]) -> dict[str, object]:
    return {url: wrong for url in urls if (wrong := look(page, url))}


@pytest.fixture
def demo(db) -> Coalition:
    call_command("seed_demo")
    return Coalition.objects.get()


def member_of(coalition: Coalition, role: MemberRole) -> Membership:
    with scope(coalition=coalition):
        return Membership.objects.filter(role=role, user__isnull=False)[0]


@each_size
@pytest.mark.parametrize("role", (MemberRole.COORDINATOR, MemberRole.MEMBER))
def test_pages_of_a_busy_coalition(demo, window, size, role):
    somebody = member_of(demo, role)
    pages = pages_for(somebody)
    assert len(pages) > 10
    assert wrong_with(window(somebody, size=size), pages) == {}
