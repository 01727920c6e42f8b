"""Answer htmx and plain requests from the same view."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event
from django_htmx.middleware import HtmxDetails

from coalition.common.errors import DomainError


class HttpResponseSeeOther(HttpResponseRedirectBase):
    status_code = 303


def wants_partial(request: HttpRequest) -> bool:
    """Say whether htmx will swap the answer into a part of the page."""
    htmx = HtmxDetails(request)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or only `partial` of it when htmx asked for a fragment."""
    fragment = partial is not None and wants_partial(request)
    name = f"{template}#{partial}" if fragment else template
    response = render(request, name, context, status=status)
    if fragment and len(get_messages(request)):
        toasts = render_to_string("components/_messages_oob.html", request=request)
        response.write(toasts)
    patch_vary_headers(response, ("HX-Request",))
    return response


def no_content(*, trigger: str) -> HttpResponse:
    """Tell the page what happened; whoever listens for it reloads itself."""
    return trigger_client_event(HttpResponse(status=204), trigger)


def see_other(to: Any, *args: Any, **kwargs: Any) -> HttpResponseSeeOther:
    """Redirect after a POST; takes what `django.shortcuts.redirect` takes."""
    return HttpResponseSeeOther(resolve_url(to, *args, **kwargs))


def redirect_client(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole window to `url`, also when only a fragment was asked for."""
    if wants_partial(request):
        return HttpResponseClientRedirect(url)
    if request.method in {"GET", "HEAD"}:
        return HttpResponseRedirect(url)
    return see_other(url)


def toast(request: HttpRequest, text: str, *, undo_url: str | None = None) -> None:
    """Say what happened; `undo_url` is POSTed to when the person takes it back."""
    messages.success(request, text, extra_tags=undo_url or "")


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form is bound to: nothing when it is only shown."""
    return request.POST if request.method == "POST" else None


def perform(request: HttpRequest, service: Callable[..., Any], **kwargs: Any) -> bool:
    """Call a service that needs no form; a refusal is said above the page."""
    try:
        service(**kwargs)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def came_from(request: HttpRequest, default: str) -> str:
    """Return the page of ours that the person was on, by `next` or the Referer."""
    for url in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        own = url_has_allowed_host_and_scheme(url, {request.get_host()})
        path = urlsplit(url).path if own else ""
        if path.startswith("/") and path != request.path:
            return url
    return default


def after_act(
    request: HttpRequest, *, event: str, page: str, worked: bool = True
) -> HttpResponse:
    """Answer an act: to htmx with what is to be said, and an event to whom it concerns.

    Whoever shows the record listens for the event and loads itself again.
    """
    if not wants_partial(request):
        return see_other(came_from(request, page))
    said = render_to_string("components/_messages_oob.html", request=request)
    response = HttpResponse(said, status=200 if worked else 422)
    return trigger_client_event(response, event)
