"""It is Wednesday 13 May 2026."""

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _wednesday() -> Iterator[None]:
    with time_machine.travel("2026-05-13T09:00:00Z", tick=False):
        yield
