"""Headers that every answer carries, and a way to the log-in for htmx."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render, resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from coalition.common.signing import TOKEN_PATHS

NOT_ALLOWED = HttpResponseNotAllowed.status_code
GetResponse = Callable[[HttpRequest], HttpResponse]

SWITCHED_OFF = (
    *("accelerometer", "autoplay", "browsing-topics", "camera"),
    *("display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation"),
    *("gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer"),
    *("microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock"),
    *("serial", "usb", "window-management", "xr-spatial-tracking"),
)
# Passkeys are ours.
OURS = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=()" for name in SWITCHED_OFF), *(f"{name}=(self)" for name in OURS)]
)


def holds_token(request: HttpRequest) -> bool:
    return request.path.startswith(TOKEN_PATHS)


class SecurityHeadersMiddleware:
    """Add what neither Django nor django-csp sets."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        secret = holds_token(request)
        if secret:
            response["Referrer-Policy"] = "no-referrer"
        personal = response.cookies or settings.SESSION_COOKIE_NAME in request.COOKIES
        if secret or (personal and not request.path.startswith(settings.STATIC_URL)):
            response["Cache-Control"] = "no-store"
        return response


class HtmxRedirectMiddleware:
    """Never put a log-in page into a fragment: send the whole window there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not HtmxDetails(request) or not _leads_to_login(response):
            return response
        window = HttpResponseClientRedirect(
            _back_to_page(request, response["Location"])
        )
        window.cookies = response.cookies
        return window


def _leads_to_login(response: HttpResponse) -> bool:
    entrance = resolve_url(settings.LOGIN_URL).removesuffix("login/")
    return response.get("Location", "").startswith(entrance)


def _back_to_page(request: HttpRequest, location: str) -> str:
    """Come back to the page, which is not the fragment that was asked for."""
    target = urlsplit(location)
    query = parse_qs(target.query)
    page = _page_shown(request)
    if page and REDIRECT_FIELD_NAME in query:
        query[REDIRECT_FIELD_NAME] = [page]
    return target._replace(query=urlencode(query, doseq=True)).geturl()


def _page_shown(request: HttpRequest) -> str:
    """Return the path of the page that htmx says it is on, "" for none of ours."""
    try:
        page = HtmxDetails(request).current_url_abs_path or ""
    except ValueError:  # it is no address at all
        return ""
    return page if page.startswith("/") else ""


class NotAllowedPageMiddleware:
    """Show a way on to whoever opens the address that a form is sent to."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "GET" or response.status_code != NOT_ALLOWED:
            return response
        page = render(request, "405.html", status=NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page
