"""The gate of every coalition page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from members.http import CoalitionRequest
from members.permissions import Permission

P = ParamSpec("P")
CoalitionView = Callable[Concatenate[CoalitionRequest, P], HttpResponse]


def coalition_page(
    permission: Permission,
) -> Callable[[CoalitionView[P]], Callable[..., HttpResponse]]:
    """Answer 403 to a member whose role lacks the permission.

    Leaves the mark that the system check looks for and takes the `slug` of the URL,
    which the middleware has used, from the view's arguments.
    """

    def decorate(view: CoalitionView[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def gated(request: CoalitionRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            kwargs.pop("slug")
            if not request.membership.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gated.coalition_permission = permission  # type: ignore[attr-defined]
        return gated

    return decorate
