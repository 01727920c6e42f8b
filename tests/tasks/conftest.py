"""It is Wednesday 13 May 2026."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.tasks.rounds import make_delegate, make_schedule


@pytest.fixture(autouse=True)
def _wednesday() -> Iterator[None]:
    with time_machine.travel("2026-05-13T09:00:00Z", tick=False):
        yield


@pytest.fixture
def schedule(harbor):
    """Every second Monday at nine, open for five days."""
    return make_schedule(harbor)


@pytest.fixture
def delegate(harbor):
    return make_delegate(harbor, partner=PartnerFactory(coalition=harbor))


@pytest.fixture
def clinic(harbor, bob):
    """Return a partner for which Bob speaks."""
    partner = PartnerFactory(coalition=harbor, name="Clinic")
    AffiliationFactory(person=bob.person, partner=partner)
    return partner
