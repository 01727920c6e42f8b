"""Whoever starts a coalition proves an address first: the code that went to it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.web.adapters import may_guess
from comms.services.account_mail import LIFE, AccountMail, queue_account_mail

KEY: Final = "start"


def may_start() -> bool:
    return bool(settings.STARTING == "open")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who waits for a code in one browser; the code itself is kept nowhere."""

    email: str
    digest: str
    expires: float

    @classmethod
    def of(cls, session: SessionBase) -> Self | None:
        kept = session.get(KEY)
        return cls(**kept) if kept else None

    def is_proven_by(self, code: str, now: datetime) -> bool:
        """Say whether this is the code, which takes one of its few guesses."""
        in_time = now.timestamp() < self.expires
        return (
            may_guess(self.digest)
            and constant_time_compare(_digest(self.email, code), self.digest)
            and in_time
        )


def send_code(*, email: str, session: SessionBase) -> None:
    """Mail a code, whether the address is known or not: the answer tells nothing."""
    code = get_adapter().generate_login_code()
    expires = timezone.now() + LIFE
    waiting = Newcomer(email, _digest(email, code), expires.timestamp())
    session[KEY] = asdict(waiting)
    queue_account_mail(to=email, language=get_language() or "en", mail=_mail(code))


def _mail(code: str) -> AccountMail:
    minutes = LIFE // timedelta(minutes=1)
    paragraphs = [
        _("Your code to start a coalition:"),
        code,
        _("Enter it in the window that you left open. It is good for %(n)d minutes.")
        % {"n": minutes},
        _("Not you? Then do nothing: without the code nothing is made."),
    ]
    return AccountMail(_("Your code to start a coalition"), "\n\n".join(paragraphs))


def _digest(email: str, code: str) -> str:
    plain = code.replace("-", "").replace(" ", "").upper()
    return salted_hmac("coalition.start", f"{email}:{plain}").hexdigest()
