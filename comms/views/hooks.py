"""Where a mail provider tells us what came in, and what came back."""

from collections.abc import Callable
from email.errors import MessageError
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

TOO_LARGE: Final = 413
# What reading hostile JSON, forms or MIME raises. Not what a wrong setting, the network
# or the database does: after these the provider has to try again.
_UNREADABLE: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, MessageError),
    *(RecursionError, TypeError, ValueError),
)


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
    return _answer(pattern.callback.view_class(), request)


def _answer(view: Any, request: HttpRequest) -> HttpResponseBase:
    """Blame the post for what reading it raises; what we do with it comes after that."""
    view.run_validators = _reading(view.run_validators)
    view.parse_events = _reading(view.parse_events)
    view.setup(request)
    response: HttpResponseBase = view.dispatch(request)
    return response


def _reading(read: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    def reading(request: HttpRequest) -> Any:
        try:
            return read(request)
        except _UNREADABLE as error:
            what = type(error).__name__
            # Django logs that as a warning; the cause could quote what was posted.
            raise BadRequest(f"A post that cannot be read ({what})") from None

    return reading
