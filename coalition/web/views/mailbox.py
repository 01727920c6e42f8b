"""The pages of the local mailbox: on this machine, for whoever sits at it."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coalition.common.frames import framed, mail_body, shows_mail
from coalition.common.htmx import render_page
from coalition.web.mailbox import StoredMail, stored_mail, stored_mails

View = Callable[..., HttpResponse]
THIS_MACHINE = [".localhost", "127.0.0.1", "[::1]"]
# Any of these tells of a proxy: then the address of the other end tells nothing.
FORWARDED = (
    *("Forwarded", "Via", "X-Real-IP"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"),
)


def mailbox_page(view: View) -> View:
    """Answer 404 where mail really leaves, and to every other machine.

    Sign-in codes lie here in the open: only who can read the files may see them.
    """

    @login_not_required
    @never_cache
    @require_safe
    @wraps(view)
    def local(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.PRODUCTION or not settings.MAILBOX_MODE or not _is_local(request):
            raise Http404
        return view(request, *args, **kwargs)

    return local


def _is_local(request: HttpRequest) -> bool:
    """Say whether nothing stands between, and no name of elsewhere points here."""
    if any(name in request.headers for name in FORWARDED):
        return False
    host, _port = split_domain_port(request.get_host())
    try:
        address = ipaddress.ip_address(request.META["REMOTE_ADDR"])
    except (KeyError, ValueError):
        return False
    return address.is_loopback and validate_host(host, THIS_MACHINE)


@mailbox_page
def mailbox(request: HttpRequest) -> HttpResponse:
    context = {"mails": stored_mails()}
    return render_page(request, "web/mailbox.html", context, partial="mails")


@shows_mail
@mailbox_page
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    return render_page(request, "web/mailbox_mail.html", {"mail": _mail(name)})


@mail_body
@mailbox_page
def mailbox_body(request: HttpRequest, name: str) -> HttpResponse:
    return framed(_mail(name).html)


def _mail(name: str) -> StoredMail:
    mail = stored_mail(name)
    if mail is None:
        raise Http404
    return mail
