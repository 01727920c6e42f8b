"""Error pages that need more than a template."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Lead back to a signed link: it is all that its page asks of who holds it."""
    by_link = request.resolver_match and request.resolver_match.url_name == "link"
    context = {"back_url": request.path if by_link else ""}
    return render(request, "403_csrf.html", context, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Tell a database that is away (503) from a fault of ours (500), and no more."""
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    return HttpResponse(render_to_string("500.html"), status=503 if away else 500)
