"""Fixtures that most tests use: Alice coordinates, Stella steers, Bob is a member,
Vera observes; Charlie coordinates another coalition."""

from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.test import Client

from coalition.common import purging
from coalition.common.tenancy import scope, scopes_disabled
from coalition.web import mail_hold
from comms.sending.hold import epoch_path
from comms.sending.journal import journal_path
from members.models import Coalition, Membership
from members.permissions import MemberRole
from tests.factories.members import CoalitionFactory, MembershipFactory

pytest_plugins = ["tests.browser"]
# A busy machine is no reason to fail.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """Fixtures prepare rows of several coalitions; only tests live in a scope."""
    with scopes_disabled():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    """A test that asks for `in_harbor` runs inside that coalition."""
    if "in_harbor" not in pyfuncitem.fixturenames:
        return (yield)
    with scope(coalition=pyfuncitem.funcargs["in_harbor"]):
        return (yield)


@pytest.fixture(autouse=True)
def _flush_may_empty_append_only_tables(request: pytest.FixtureRequest) -> Iterator:
    """Let the flush after a transactional test pass the triggers, on SQLite."""
    purging._purging.set(False)
    yield
    marker = request.node.get_closest_marker("django_db")
    flushes = marker is not None and marker.kwargs.get("transaction", False)
    if flushes or "transactional_db" in request.fixturenames:
        purging._purging.set(True)


@pytest.fixture(autouse=True)
def _a_new_installation() -> None:
    """Begin as a new installation does: no file tells of another database."""
    epoch_path().unlink(missing_ok=True)
    journal_path().unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _no_page_asks_for_a_hold(request, monkeypatch) -> None:
    """Keep the one statement in ten seconds out of what tests count."""
    if "asks_for_a_hold" not in request.fixturenames:
        monkeypatch.setattr("coalition.web.context.is_mail_held", lambda: False)


@pytest.fixture
def asks_for_a_hold() -> None:
    """Let the pages of this test look whether mail is held."""
    mail_hold._held_within.cache_clear()


@pytest.fixture
def harbor(db) -> Coalition:
    return CoalitionFactory(slug="harbor", name="Healthy Harbor Coalition")


@pytest.fixture
def in_harbor(harbor) -> Coalition:
    return harbor


@pytest.fixture
def alice(harbor) -> Membership:
    return MembershipFactory(
        coalition=harbor, role=MemberRole.COORDINATOR, person__full_name="Alice Adams"
    )


@pytest.fixture
def stella(harbor) -> Membership:
    return MembershipFactory(
        coalition=harbor, role=MemberRole.STEERING, person__full_name="Stella Stone"
    )


@pytest.fixture
def bob(harbor) -> Membership:
    return MembershipFactory(
        coalition=harbor, role=MemberRole.MEMBER, person__full_name="Bob Brown"
    )


@pytest.fixture
def vera(harbor) -> Membership:
    return MembershipFactory(
        coalition=harbor, role=MemberRole.OBSERVER, person__full_name="Vera Vance"
    )


@pytest.fixture
def charlie(db) -> Membership:
    return MembershipFactory(
        coalition=CoalitionFactory(slug="elsewhere", name="Elsewhere Alliance"),
        role=MemberRole.COORDINATOR,
        person__full_name="Charlie Canary",
    )


@pytest.fixture
def client_of() -> Callable[[Membership], Client]:
    """Return a function that makes a signed-in client for a membership."""

    def make(membership: Membership) -> Client:
        client = Client()
        assert membership.user
        client.force_login(membership.user)
        return client

    return make
