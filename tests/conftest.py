"""Fixtures that most tests use: Alice coordinates, Stella steers, Bob is a member,
Vera observes; Charlie coordinates another coalition."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext

import hypothesis
import pytest
from django.test import Client

from coalition.common import purging
from coalition.common.tenancy import scope, scopes_disabled
from coalition.web import stopped_mail
from comms.sending.hold import epoch_path
from comms.sending.journal import journal_path
from members.models import Coalition, Membership
from members.permissions import MemberRole
from tests.factories.members import CoalitionFactory, MembershipFactory
from tests.signing_in import sign_in

pytest_plugins = ["tests.browser", "tests.migrated"]
# A busy machine is no reason to fail.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol():
    """Let no test leave a scope to the next: it would pass, or fail, by their order."""
    with scope():
        return (yield)


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """Fixtures prepare rows of several coalitions; only tests live in a scope."""
    with scopes_disabled():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    with _scope_of(pyfuncitem):
        return (yield)


def _scope_of(item):
    if "everywhere" in item.fixturenames:
        return scopes_disabled()
    if "in_harbor" in item.fixturenames:
        return scope(coalition=item.funcargs["in_harbor"])
    return nullcontext()


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
def _no_page_asks_whether_mail_is_stopped(request, monkeypatch) -> None:
    """Keep the one statement in ten seconds out of what tests count."""
    if "asks_for_a_stop" not in request.fixturenames:
        monkeypatch.setattr("coalition.web.context.stopped_mail", lambda: None)


@pytest.fixture
def asks_for_a_stop() -> None:
    """Let the pages of this test look whether all mail is stopped."""
    stopped_mail._stopped_within.cache_clear()


@pytest.fixture
def harbor(db) -> Coalition:
    return CoalitionFactory(slug="harbor", name="Healthy Harbor Coalition")


@pytest.fixture
def in_harbor(harbor) -> Coalition:
    """Let a test run inside that coalition, as a page or a service does."""
    return harbor


@pytest.fixture
def everywhere() -> None:
    """Let a test look at the rows of every coalition, as the pump does."""


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
        return sign_in(Client(), membership.user)

    return make
