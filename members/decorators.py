"""The gate of every coalition page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django_htmx.http import reswap

from coalition.common.errors import DomainError
from coalition.common.htmx import came_from, redirect_client, wants_partial
from members.errors import CoalitionClosed, OnlyLooking
from members.http import CoalitionRequest
from members.permissions import Permission

SAFE = {"GET", "HEAD", "OPTIONS"}
P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
CoalitionView = Callable[Concatenate[CoalitionRequest, P], R]


def coalition_page(
    permission: Permission,
    *,
    when_closed: bool = False,
    when_looking: bool = False,
) -> Callable[[CoalitionView[P, R]], Callable[..., R]]:
    """Answer 403 to a member whose role lacks the permission.

    A closed coalition can be read: what writes answers only `when_closed`. So does
    whoever looks as a member: what writes answers only `when_looking`.

    Leaves the mark that the system check looks for and takes the `slug` of the URL,
    which the middleware has used, from the view's arguments.
    """

    def decorate(view: CoalitionView[P, R]) -> Callable[..., R]:
        @wraps(view)
        def gated(request: CoalitionRequest, *args: Any, **kwargs: Any) -> R:
            kwargs.pop("slug")
            writes = request.method not in SAFE
            if writes and request.membership.looks_as and not when_looking:
                return cast("R", _refuse(request, OnlyLooking()))
            if not request.membership.may(permission):
                raise PermissionDenied
            if request.coalition.closed_at and writes and not when_closed:
                return cast("R", _refuse(request, CoalitionClosed()))
            return view(request, *args, **kwargs)

        gated.coalition_permission = permission  # type: ignore[attr-defined]
        return gated

    return decorate


def _refuse(request: CoalitionRequest, reason: DomainError) -> HttpResponseBase:
    """Say why above the page they were on; under htmx what was typed stays there."""
    messages.error(request, str(reason))
    if wants_partial(request):
        said = render_to_string("components/_messages_oob.html", request=request)
        return reswap(HttpResponse(said, status=422), "none")
    home = reverse("web:home", kwargs={"slug": request.coalition.slug})
    return redirect_client(request, came_from(request, home))
