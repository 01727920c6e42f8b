"""Small helpers that tests share."""

import os
import time
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from members.models import Membership, Via
from members.services.audit import Actor

# What takes very long runs when it is asked for, and in its short form else.
LONG = os.environ.get("TORTURE") == "long"


def acting(membership: Membership) -> Actor:
    return Actor(membership.coalition, membership.person, Via.WEB)


def eventually(condition: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


def at(membership: Membership, name: str, pk: int | None = None) -> str:
    """Return the address of a page in the coalition of a membership."""
    kwargs: dict[str, Any] = {"slug": membership.coalition.slug}
    return reverse(name, kwargs=kwargs if pk is None else kwargs | {"pk": pk})


HTMX = {"HX-Request": "true"}
