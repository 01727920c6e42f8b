"""Starting a coalition: an address, the code that went to it, then its name."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import posted, redirect_client, see_other, toast
from coalition.web.mailed_codes import MailedCode
from coalition.web.setup import STEPS
from coalition.web.starting import PURPOSE, may_start, send_start_code
from comms.models import Lane
from comms.sending import doorbell
from members.forms.coalitions import StartForm
from members.forms.newcomers import CodeForm, NewcomerForm
from members.models import User, Via
from members.services.accounts import ensure_account
from members.services.coalitions import start_coalition

METHODS = ["GET", "HEAD", "POST"]


@login_not_required
@never_cache
@require_http_methods(METHODS)
def start(request: HttpRequest) -> HttpResponse:
    """Name a coalition; whoever is not signed in proves an address before."""
    if not may_start():
        context = {"operator": settings.OPERATOR}
        status = 403 if request.method == "POST" else 200
        return render(request, "web/start_closed.html", context, status=status)
    if isinstance(request.user, User):
        return _name_it(request, request.user)
    return _ask_address(request)


@login_not_required
@never_cache
@require_http_methods(METHODS)
def start_code(request: HttpRequest) -> HttpResponse:
    """Take the code, make the account, sign in."""
    newcomer = MailedCode.of(request.session, PURPOSE)
    if newcomer is None or not may_start() or isinstance(request.user, User):
        return redirect_client(request, reverse("start"))
    form = CodeForm(posted(request))
    if form.is_valid():
        if newcomer.is_proven_by(form.cleaned_data["code"], timezone.now()):
            return _let_in(request, newcomer)
        form.add_error("code", _("That is not the code. The newest one counts."))
    return _show(request, "web/start_code.html", form, newcomer=newcomer)


def _ask_address(request: HttpRequest) -> HttpResponse:
    form = NewcomerForm(posted(request))
    if form.is_valid() and _is_not_too_often(
        request, form, "start_code", key=form.cleaned_data["email"]
    ):
        send_start_code(**form.cleaned_data, session=request.session)
        doorbell.ring(Lane.FAST)
        return see_other("start_code")
    return _show(request, "web/start.html", form)


def _let_in(request: HttpRequest, newcomer: MailedCode) -> HttpResponse:
    del request.session[PURPOSE]
    user = ensure_account(email=newcomer.email, proven=True)
    record_authentication(request, user, "code")
    # Whoever has a second factor is asked for it, as at any other sign-in.
    answer: HttpResponse = perform_login(
        request, user, redirect_url=reverse("start"), email=newcomer.email
    )
    return answer


def _name_it(request: HttpRequest, user: User) -> HttpResponse:
    form = StartForm(posted(request))
    if (
        form.is_valid()
        and _is_not_too_often(request, form, "start", user=user)
        and form.attempt(start_coalition, coordinator_email=user.email, via=Via.WEB)
    ):
        toast(request, _("%(name)s is yours.") % {"name": form.result})
        return see_other("web:setup_partners", slug=form.result.slug)
    return _show(request, "web/start_name.html", form, steps=STEPS, at=1)


def _is_not_too_often(
    request: HttpRequest, form: Any, action: str, **whose: Any
) -> bool:
    if ratelimit.consume(request, action=action, **whose):
        return True
    form.add_error(None, _("Too many tries. Wait a while, then try again."))
    return False


def _show(
    request: HttpRequest, template: str, form: Any, **context: Any
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
