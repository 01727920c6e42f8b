"""Showing once more who one is, before something that weighs much."""

from dataclasses import dataclass
from typing import Final, Self

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget

from coalition.common.htmx import came_from, wants_partial
from coalition.web.mailed_codes import MailedCode, send_code
from comms.models import Lane
from comms.sending import doorbell
from members.forms.newcomers import CodeForm

PURPOSE: Final = "again"  # and the prefix of our fields, beside those that are kept
SEND, TO, SENT_BY = f"{PURPOSE}-send", f"{PURPOSE}-to", f"{PURPOSE}-by"


@dataclass(frozen=True, slots=True)
class Held:
    """What waits until they have shown who they are: a page, or a form with its fields."""

    to: str
    is_form: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def stopped(cls, request: HttpRequest) -> Self:
        return cls(request.get_full_path(), request.method == "POST", _kept(request))

    @classmethod
    def waiting(cls, request: HttpRequest) -> Self:
        """Read it from our own page."""
        to = request.POST.get(TO) or request.GET.get(REDIRECT_FIELD_NAME, "")
        if not (to.startswith("/") and get_adapter().is_safe_url(to)):
            to = reverse("home")
        return cls(to, SENT_BY in request.POST, _kept(request))


def _kept(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not name.startswith(f"{PURPOSE}-")
    )


def ask_again(request: HttpRequest) -> HttpResponse:
    """Answer whoever must show who they are; what they sent waits in the page."""
    page = _show(request, Held.stopped(request))
    if wants_partial(request):
        return reswap(retarget(page, "body"), "innerHTML")
    return page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Mail a code, take it, and go on with what was to be done."""
    held = Held.waiting(request)
    if request.method != "POST":
        return _show(request, held)
    code = MailedCode.of(request.session, PURPOSE)
    if SEND in request.POST or code is None:
        return _send(request, held)
    form = CodeForm(request.POST, prefix=PURPOSE)
    if form.is_valid():
        if _is_theirs(request, code) and code.is_proven_by(
            form.cleaned_data["code"], timezone.now()
        ):
            return _go_on(request, held)
        form.add_error("code", _("That is not the code. The newest one counts."))
    return _show(request, held, form)


def _is_theirs(request: HttpRequest, code: MailedCode) -> bool:
    return code.email == request.user.email  # type: ignore[union-attr]


def _send(request: HttpRequest, held: Held) -> HttpResponse:
    if not ratelimit.consume(request, action=PURPOSE, user=request.user):
        messages.error(request, _("Too many tries. Wait a while, then try again."))
        return _show(request, held)
    send_code(
        purpose=PURPOSE,
        email=request.user.email,  # type: ignore[union-attr]
        session=request.session,
        what=_("Your code to show that it is you"),
        unasked=_("Not you? Then somebody uses your account: sign out everywhere."),
    )
    doorbell.ring(Lane.FAST)
    return _show(request, held, CodeForm(prefix=PURPOSE))


def _go_on(request: HttpRequest, held: Held) -> HttpResponse:
    """Let the browser send what waits to where it was meant for."""
    del request.session[PURPOSE]
    record_authentication(request, request.user, "code", reauthenticated=True)
    return HttpResponseRedirect(held.to, preserve_request=held.is_form)


def _show(request: HttpRequest, held: Held, form: Form | None = None) -> HttpResponse:
    """Show the page; without `form`, before a code was asked for."""
    back = came_from(request, reverse("home")) if held.is_form else held.to
    context = {
        "held": held,
        "form": form,
        "ways": _other_ways(request, back),
        "cancel_url": back,
    }
    status = 422 if held.is_form or (form and form.errors) else 200
    return render(request, "account/again.html", context, status=status)


def _other_ways(request: HttpRequest, back: str) -> list[tuple[str, str]]:
    """Return words and address for a password, and for a second factor, they have."""
    words = {
        "reauthenticate": ("account_reauthenticate", _("With your password")),
        "mfa_reauthenticate": ("mfa_reauthenticate", _("With your second factor")),
    }
    query = urlencode({REDIRECT_FIELD_NAME: back})
    flows = get_reauthentication_flows(request.user)
    return [
        (text, f"{reverse(name)}?{query}")
        for name, text in (words[flow["id"]] for flow in flows)
    ]
