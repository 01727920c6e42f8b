"""A name for each request and each run of a job, on every line that it logs."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("coalition.access")
HEADER: Final = "X-Request-ID"
_FIT: Final = re.compile(r"[\w-]{8,64}", re.ASCII)
P = ParamSpec("P")
_trace: ContextVar[str] = ContextVar("trace", default="")


def current_trace() -> str:
    return _trace.get()


@contextmanager
def traced(name: str = "") -> Iterator[str]:
    """Name all that happens inside the block."""
    name = name or secrets.token_hex(8)
    token = _trace.set(name)
    try:
        yield name
    finally:
        _trace.reset(token)


class TraceMiddleware:
    """Name the request, answer with its name, and log one line without its address.

    The line has the route, not the path: no token, no id, no query, nobody's name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        with traced(_name_by_proxy(request)) as name:
            response = self.get_response(request)
            response.headers[HEADER] = name
            _log(request, response, time.monotonic() - began)
        return response


def unlogged(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Leave no line of who asks for this page, or that anybody did, and when."""

    @wraps(view)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request: Any = args[0]
        request.unlogged = True
        response = view(*args, **kwargs)
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001, Django's own mark
        return response

    return quiet


def _name_by_proxy(request: HttpRequest) -> str:
    name = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
    return name if _FIT.fullmatch(name) else ""


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    if getattr(request, "unlogged", False):
        return
    if match is None and response.status_code < 400:  # noqa: PLR2004, a static file
        return
    route = f"/{match.route}" if match else "nowhere"
    facts = {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000),
    }
    quiet = route.startswith("/healthz") and response.status_code < 400  # noqa: PLR2004
    level = logging.DEBUG if quiet else logging.INFO
    words = f"{request.method} {route} {response.status_code}"
    logger.log(level, words, extra={"facts": facts})
