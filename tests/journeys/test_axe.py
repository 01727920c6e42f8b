"""Every page, found in the URLconf: axe-core, light and dark, on a phone and on a desk."""

import logging
from collections.abc import Iterable, Iterator
from itertools import product

import pytest
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import reverse

from coalition.common.tenancy import scope
from comms.models import Issue
from comms.services.gallery import ACCOUNT, shelves
from goals.models import Goal, Milestone
from members.models import Coalition, Import, Membership, Partner
from members.permissions import MemberRole
from tasks.models import Assignment, Task
from tests import signing_in
from tests.architecture.routes import ROUTES, Route
from tests.browser import assert_fine, wrong_here, wrong_with
from tests.factories.members import CoalitionFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
each_size = pytest.mark.parametrize("size", ("phone", "desktop"))
# Rows of these look different in each of their states: one of each is shown.
STATES = {
    Assignment: lambda row: row.status,
    Goal: lambda row: row.state,
    Import: lambda row: row.state,
    Issue: lambda row: (row.kind, row.state),
    Milestone: lambda row: row.reached_at is None,
    Partner: lambda row: row.status,
    Task: lambda row: (row.done_at is None, row.assignments.count() > 0),
}
# Ask for a query that another page links to.
WITH_QUERY = (
    ("goals:goal_list", "state=ended"),
    ("goals:goal_list", "q=nothing+like+this"),
    ("tasks:task_list", "state=all"),
    ("tasks:task_list", "state=mine"),
    ("tasks:task_list", "q=nothing+like+this"),
    ("tasks:task_template", "blueprint=fair&day=2100-01-01"),
    ("members:partner_list", "q=nothing+like+this"),
)


@pytest.fixture(autouse=True)
def quiet(caplog) -> None:
    """Say nothing of the addresses that only take a POST."""
    caplog.set_level(logging.CRITICAL, logger="django.request")


@pytest.fixture
def demo(db) -> Coalition:
    call_command("seed_demo", verbosity=0)
    return Coalition.objects.get()


def member_of(coalition: Coalition, role: MemberRole) -> Membership:
    with scope(coalition=coalition):
        return Membership.objects.filter(role=role, user__isnull=False)[0]


def one_of_each(model: type[models.Model]) -> Iterable[models.Model]:
    rows = model._default_manager.all()
    if model in STATES:
        return {STATES[model](row): row for row in rows}.values()
    return rows[:1]


def addresses(route: Route, coalition: Coalition) -> Iterator[str]:
    models = list(route.arguments.values())
    for rows in product(*map(one_of_each, models)):
        yield route.url(coalition, dict(zip(models, rows, strict=True)))


def is_page(client: Client, url: str) -> bool:
    response = client.get(url)
    return response.status_code == 200 and b"<html" in response.content[:200]


def pages_for(membership: Membership) -> list[str]:
    """Return every page of their coalition that this person may open."""
    client = signing_in.sign_in(Client(), membership.user)
    coalition = membership.coalition
    with scope(coalition=coalition):
        urls = [url for route in ROUTES for url in addresses(route, coalition)]
    for name, query in WITH_QUERY:
        urls.append(f"{reverse(name, kwargs={'slug': coalition.slug})}?{query}")
    return [url for url in urls if is_page(client, url)]


@each_size
@pytest.mark.parametrize("role", (MemberRole.COORDINATOR, MemberRole.MEMBER))
def test_pages_of_a_busy_coalition(demo, window, size, role):
    somebody = member_of(demo, role)
    pages = pages_for(somebody)
    assert len(pages) > 10
    assert_fine(wrong_with(window(somebody, size=size), pages, size))


def test_every_kind_of_mail(alice, window):
    path = reverse("comms:mail_gallery_body", kwargs={"slug": alice.coalition.slug})
    kinds = [kind for shelf in shelves() for kind in shelf.names if kind not in ACCOUNT]
    mails = [f"{path}?kind={kind}" for kind in kinds]
    assert_fine(wrong_with(window(alice, size="phone"), mails, "phone"))


@each_size
def test_pages_of_a_coalition_that_just_started(window, size):
    coalition = CoalitionFactory(slug="new")
    for role in (MemberRole.COORDINATOR, MemberRole.OBSERVER):
        somebody = MembershipFactory(coalition=coalition, role=role)
        page = window(somebody, size=size)
        assert_fine(wrong_with(page, pages_for(somebody), size))


@each_size
def test_pages_that_say_no(alice, bob, window, monkeypatch, size):
    places = (
        (alice, "/c/harbor/goals/0/"),
        (bob, "/c/harbor/goals/new/"),
        (None, "/x"),
    )
    for membership, path in places:
        assert_fine(wrong_with(window(membership, size=size), [path], size))
    page = window(size=size)
    page.goto(reverse("account_login"))
    page.context.clear_cookies()
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_role("heading", name="open for too long").wait_for()
    assert_fine(wrong_here(page, size))
    monkeypatch.setattr("coalition.web.views.dashboard.dashboard_page", 1)
    page = window(alice, size=size)
    page.goto("/c/harbor/")
    page.get_by_role("heading", name="Something broke").wait_for()
    assert_fine(wrong_here(page, size))
