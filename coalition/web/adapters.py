"""How allauth meets our rules: no open sign-up, mail through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from invitations, imports and the command line only."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: Any) -> None:
        """Hand the message to the outbox."""
        raise NotImplementedError
