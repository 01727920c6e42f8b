"""A code that is mailed to an address, and comes back in the same browser."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from allauth.account.adapter import get_adapter
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.web.adapters import may_guess
from comms.services.account_mail import LIFE, AccountMail, queue_account_mail

MINUTES: Final = LIFE // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MailedCode:
    """Which address waits for a code, and for what; the code is kept nowhere."""

    purpose: str
    email: str
    digest: str
    expires: float

    @classmethod
    def of(cls, session: SessionBase, purpose: str) -> Self | None:
        kept = session.get(purpose)
        return cls(purpose, **kept) if kept else None

    def is_proven_by(self, code: str, now: datetime) -> bool:
        """Say whether this is the code, which takes one of its few guesses."""
        in_time = now.timestamp() < self.expires
        return (
            may_guess(self.digest)
            and constant_time_compare(
                _digest(self.purpose, self.email, code), self.digest
            )
            and in_time
        )


def send_code(
    *, purpose: str, email: str, session: SessionBase, what: str, unasked: str
) -> None:
    """Mail a code, whether the address is known or not: the answer tells nothing.

    `what` says what the code is for; `unasked`, what to do when it was not asked for.
    """
    code = get_adapter().generate_login_code()
    session[purpose] = {
        "email": email,
        "digest": _digest(purpose, email, code),
        "expires": (timezone.now() + LIFE).timestamp(),
    }
    lines = [
        f"{what}:",
        code,
        _("Enter it in the window that you left open. It is good for %(n)d minutes.")
        % {"n": MINUTES},
        unasked,
    ]
    mail = AccountMail(what, "\n\n".join(lines))
    queue_account_mail(to=email, language=get_language() or "en", mail=mail)


def _digest(purpose: str, email: str, code: str) -> str:
    plain = code.replace("-", "").replace(" ", "").upper()
    return salted_hmac(f"coalition.{purpose}", f"{email}:{plain}").hexdigest()
