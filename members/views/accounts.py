"""Signing in by an operator's one-time link; the theme of one's pages."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import no_content, see_other, wants_partial
from members.errors import SignInLinkSpent
from members.http import SignedInRequest
from members.models.user import Theme
from members.services.accounts import find_sign_in_link, use_sign_in_link

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whom the link signs in; only the button does it."""
    try:
        link = find_sign_in_link(secret)
        if request.method == "POST":
            login(request, use_sign_in_link(link=link), backend=BACKEND)
            return see_other("home")
    except SignInLinkSpent as refusal:
        context = {"refusal": refusal}
        return render(request, "account/sign_in_link.html", context, status=410)
    return render(request, "account/sign_in_link.html", {"link": link})


@require_POST
def theme_set(request: SignedInRequest) -> HttpResponse:
    """Keep the chosen theme with the account, so that no page flashes."""
    theme = request.POST.get("theme", "")
    if theme in Theme.values:
        request.user.theme = theme
        request.user.save(update_fields=["theme"])
    if wants_partial(request):
        return no_content(trigger="theme-changed")
    return see_other(_own_path(request.POST.get("next", "")))


def _own_path(path: str) -> str:
    safe = url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe and path.startswith("/") else "/"
