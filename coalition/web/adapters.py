"""How allauth meets our rules: no open sign-up, mail through the outbox."""

from collections.abc import Callable
from functools import wraps
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import (
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
)
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.common.addresses import clean_email
from comms.models import Lane
from comms.sending import doorbell
from comms.services.account_mail import AccountMail, queue_account_mail
from comms.updates.links import absolute
from members.services.accounts import ensure_account, follow_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from invitations, imports and the command line only."""
        return False

    def clean_email(self, email: str) -> str:
        return clean_email(email)

    def is_safe_url(self, url: str | None) -> bool:
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # it is no address at all
            return False

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Let only the account that asked confirm: another's click must not serve it."""
        user = email_address.user
        if request.user != user:
            return False
        with transaction.atomic():
            old = user.email
            confirmed = bool(super().confirm_email(request, email_address))
            taken = follow_address(user=user, old=old) if confirmed else []
        for coalition in taken:
            words = _("In %(coalition)s somebody else has this address. Ask there.")
            messages.warning(request, words % {"coalition": coalition})
        return confirmed

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: object
    ) -> str:
        return _ours(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _ours(super().get_reset_password_from_key_url(key))

    def send_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
    ) -> None:
        """Hand the message to the outbox, and ring."""
        message = self.render_mail(template_prefix, email, context)
        html = {kind: body for body, kind in getattr(message, "alternatives", ())}
        mail = AccountMail(message.subject, message.body, html.get("text/html", ""))
        queue_account_mail(to=email, language=get_language() or "en", mail=mail)
        doorbell.ring(Lane.FAST)


def _ours(url: str) -> str:
    """Let a link in a mail lead here, whatever Host the request claimed."""
    return absolute(urlsplit(url)._replace(scheme="", netloc="").geturl())


class SignInCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Ask for a code; whom a coalition knows as a member gets an account by it."""

    def clean_email(self) -> str:
        self.cleaned_data["email"] = clean_email(self.cleaned_data["email"])
        ensure_account(email=self.cleaned_data["email"])
        return str(super().clean_email())


class SignInCodeGuessForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """Count guesses where each counts: a session forgets some that come at once."""

    def clean_code(self) -> str:
        if not may_guess(self.expected_code):
            raise get_adapter().validation_error("incorrect_code")
        return str(super().clean_code())


def may_guess(code: str) -> bool:
    """Take one of the guesses that a code has; adding a key works for one alone."""
    key = salted_hmac("coalition.guess", code).hexdigest()
    return any(
        cache.add(f"guess:{key}:{n}", "", app_settings.LOGIN_BY_CODE_TIMEOUT)
        for n in range(app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS)
    )


class SignInForm(LoginForm):  # type: ignore[misc]
    def clean_login(self) -> str:
        return clean_email(super().clean_login())


class LostPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    """Mail to the address we know, never to the spelling that was typed."""

    def clean_email(self) -> str:
        self.cleaned_data["email"] = clean_email(self.cleaned_data["email"])
        return str(super().clean_email())


def unhurried(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer after an even while: a quick answer would tell that nobody is known."""

    @wraps(view)
    def even(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        began = monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            sleep(max(0, settings.SIGN_IN_SECONDS - (monotonic() - began)))
        return response

    return even


class NewAddressView(ConfirmEmailView):  # type: ignore[misc]
    def logout_other_user(self, confirmation: object) -> None:
        """Sign nobody out: opening a link changes nothing."""
