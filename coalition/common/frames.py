"""Bodies that may run nothing: a mail as its reader would see it, or a bare file."""

from collections.abc import Callable
from typing import Any, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin

View = Callable[..., HttpResponse]

BODY_POLICY: dict[str, Any] = {
    "script-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF],
    "frame-ancestors": [SELF],
}

# Whoever opens such a file by itself gets one that can do nothing.
INERT_POLICY: dict[str, Any] = {
    "script-src": [NONE],
    "style-src": [NONE],
    "img-src": [NONE],
    "font-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "sandbox": [True],
}


def mail_body(view: View) -> View:
    """Answer with the body itself: its own styles, no script, framed by us alone."""
    return cast("View", csp_replace(BODY_POLICY)(xframe_options_sameorigin(view)))


def mail_page(view: View) -> View:
    """Answer with the body as a page of its own, which nobody may frame."""
    alone = {**BODY_POLICY, "frame-ancestors": [NONE]}
    return cast("View", csp_replace(alone)(view))


def framed(html: str, *, palette: str = "") -> HttpResponse:
    """Answer with a mail whose links leave the frame, where the frame lets them.

    With a palette, light or dark, it looks as on a device that is set so: whatever a
    mail says of the other is put out of force.
    """
    html = html.replace("<head>", '<head><base target="_top">', 1)
    if palette:
        media = "all" if palette == "dark" else "not all"
        html = html.replace("@media (prefers-color-scheme: dark)", f"@media {media}")
        html = html.replace("color-scheme: light dark", f"color-scheme: {palette}")
    return HttpResponse(html)


def shows_mail(view: View) -> View:
    """Let a page hold a frame with such a body."""
    return cast("View", csp_update({"frame-src": [SELF]})(view))


def inert(view: View) -> View:
    """Answer with a file that may neither run nor load anything."""
    return cast("View", csp_replace(INERT_POLICY)(view))
