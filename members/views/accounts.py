"""Signing in by an operator's one-time link."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.common.entrance import sign_in
from coalition.common.htmx import see_other
from members.errors import SignInLinkSpent
from members.services.accounts import find_sign_in_link, use_sign_in_link


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whom the link signs in; only the button does it."""
    try:
        link = find_sign_in_link(secret)
        if request.method == "POST":
            sign_in(request, use_sign_in_link(link=link))
            return see_other("home")
    except SignInLinkSpent as refusal:
        context = {"refusal": refusal}
        return render(request, "account/sign_in_link.html", context, status=410)
    return render(request, "account/sign_in_link.html", {"link": link})
