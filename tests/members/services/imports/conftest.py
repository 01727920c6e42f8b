"""Two partners that lists of people name."""

import pytest

from tests.factories.members import PartnerFactory


@pytest.fixture
def acme(in_harbor):
    return PartnerFactory(coalition=in_harbor, name="Acme")


@pytest.fixture
def beta(in_harbor):
    return PartnerFactory(coalition=in_harbor, name="Beta")
