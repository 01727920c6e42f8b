"""The forms of passkeys, proof against answers that no browser gives."""

from typing import Any

from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError


class CredentialField(forms.JSONField):
    """Refuses what Python's parser chokes on: endless numbers, bottomless lists."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise ValidationError(
                self.error_messages["invalid"], "invalid", {"value": ""}
            ) from None


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class PasskeyForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class PasskeySignInForm(webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class PasskeyAgainForm(webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()
