"""The gate of every coalition page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase

from members.http import CoalitionRequest
from members.permissions import Permission

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
CoalitionView = Callable[Concatenate[CoalitionRequest, P], R]


def coalition_page(
    permission: Permission,
) -> Callable[[CoalitionView[P, R]], Callable[..., R]]:
    """Answer 403 to a member whose role lacks the permission.

    Leaves the mark that the system check looks for and takes the `slug` of the URL,
    which the middleware has used, from the view's arguments.
    """

    def decorate(view: CoalitionView[P, R]) -> Callable[..., R]:
        @wraps(view)
        def gated(request: CoalitionRequest, *args: Any, **kwargs: Any) -> R:
            kwargs.pop("slug")
            if not request.membership.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gated.coalition_permission = permission  # type: ignore[attr-defined]
        return gated

    return decorate
