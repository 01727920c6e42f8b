"""The page behind every unsubscribe link: it shows nothing and stops the mail."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coalition.common.languages import spoken
from coalition.common.signing import read_token
from coalition.common.tenancy import scope
from comms.services.consent import people_at, stop_mail, undo_stop
from comms.updates.links import UNSUBSCRIBE
from members.models import Coalition
from members.reading import in_language


@csrf_exempt  # RFC 8058: a mail program posts here; the token is the authority
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET; stop on POST, answering 200 without a redirect, however often."""
    parts = read_token(UNSUBSCRIBE, token)
    if parts is None:
        return render(request, "link_unknown.html", status=404)
    number, addr_hmac = parts
    coalition = Coalition.objects.filter(pk=number).first()
    done = ""
    if request.method == "POST":
        done = "undone" if "undo" in request.POST else "stopped"
        if coalition:
            _act(coalition, addr_hmac, done)
    context = {"coalition": coalition, "done": done}
    return in_language(
        _language(coalition, addr_hmac) if coalition else get_language(),
        lambda: render(request, "comms/unsubscribe.html", context),
    )


def _language(coalition: Coalition, addr_hmac: str) -> str:
    with scope(coalition=coalition):
        found = people_at(addr_hmac)
    return spoken(found[0].language if found else "", coalition.language)


def _act(coalition: Coalition, addr_hmac: str, done: str) -> None:
    if done == "undone":
        undo_stop(coalition=coalition, addr_hmac=addr_hmac)
    else:
        stop_mail(coalition=coalition, addr_hmac=addr_hmac)
