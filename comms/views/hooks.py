"""Where a mail provider tells us what came in, and what came back."""

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

TOO_LARGE: Final = 413


def _providers() -> dict[str, URLPattern]:
    patterns: list[URLPattern] = import_string("anymail.urls.urlpatterns")
    return {pattern.name or "": pattern for pattern in patterns}


# Only where it is used: it brings the code of every provider.
PROVIDERS: Final = SimpleLazyObject(_providers)


@csrf_exempt  # a provider posts here: the shared secret and its signature are checked
@login_not_required
@never_cache
@require_POST
def mail_hook(request: HttpRequest, provider: str, what: str) -> HttpResponseBase:
    """Let django-anymail check and read what the one provider we use posts."""
    if not (settings.MAIL_WEBHOOK_SECRET and provider == settings.MAIL_PROVIDER):
        raise Http404
    pattern = PROVIDERS.get(f"{provider}_{what}_webhook")
    if pattern is None:
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return HttpResponse(status=TOO_LARGE)
    response: HttpResponseBase = pattern.callback(request)
    return response
