"""What weighs much is done only by who has shown lately who they are."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

RECENT: Final = timedelta(minutes=30)
MANY: Final = 100  # people whose data leave, or whom a mail reaches, at once


class SignInIsOld(Exception):  # noqa: N818
    """Stops a view before it did anything; a middleware asks who it is."""


def require_recent_sign_in(request: HttpRequest) -> None:
    """Raise SignInIsOld unless they signed in, or showed again who they are, lately.

    What they sent is kept while they do, and goes on by itself.
    """
    if not signed_in_lately(request):
        raise SignInIsOld


def require_recent_sign_in_for(request: HttpRequest, count: Callable[[], int]) -> None:
    """Require it when more than a hundred people are concerned."""
    if not signed_in_lately(request) and count() > MANY:
        raise SignInIsOld


def signed_in_lately(request: HttpRequest) -> bool:
    since = time.time() - RECENT.total_seconds()
    records = get_authentication_records(request, request.user)
    return any(record["at"] > since for record in records)
