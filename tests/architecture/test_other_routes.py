"""The routes outside any coalition: reading them changes nothing, for whoever asks."""

import pytest
from django.test import Client

from coalition.common.checks import COALITION_PREFIX, routes
from members.services.accounts import ensure_account
from tests.architecture.test_sweep import SAFE, writes

PLAIN = [
    path
    for path, _ in routes()
    if not path.startswith(COALITION_PREFIX) and not set("<(^") & set(path)
]


@pytest.mark.parametrize("path", PLAIN)
def test_reading_writes_nothing(path, alice, client_of):
    ensure_account(email=alice.person.email)
    for client in (client_of(alice), Client()):
        for method in SAFE:
            with writes() as tables:
                client.generic(method, f"/{path}")
            assert not tables, f"{method} wrote to {tables}"
