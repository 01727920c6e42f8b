"""A task that nobody carries yet, and a partner that could be asked for it."""

import pytest

from tests.factories.members import AffiliationFactory
from tests.factories.tasks import TaskFactory


@pytest.fixture
def task(harbor):
    return TaskFactory(goal__coalition=harbor)


@pytest.fixture
def ana(clinic):
    """Return who is there too, and speaks for nobody."""
    link = AffiliationFactory(
        partner=clinic, kind="staff", person__full_name="Ana Ruiz"
    )
    return link.person
