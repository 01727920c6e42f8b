"""Ask who it is before what weighs much: in our views, and in allauth's."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from coalition.web.views.again import ask_again
from members.recent_sign_in import SignInIsOld, signed_in_lately

# What changes how somebody signs in.
ACCOUNT_ROUTES: Final = {
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}


class RecentSignInMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name  # type: ignore[union-attr]
        if name not in ACCOUNT_ROUTES or not request.user.is_authenticated:
            return None
        return None if signed_in_lately(request) else ask_again(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        return ask_again(request) if isinstance(exception, SignInIsOld) else None
