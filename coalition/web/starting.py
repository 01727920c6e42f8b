"""Whoever starts a coalition proves an address first: the code that went to it."""

from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from coalition.web.mailed_codes import send_code

PURPOSE: Final = "start"


def may_start() -> bool:
    return bool(settings.STARTING == "open")


def send_start_code(*, email: str, session: SessionBase) -> None:
    send_code(
        purpose=PURPOSE,
        email=email,
        session=session,
        what=_("Your code to start a coalition"),
        unasked=_("Not you? Then do nothing: without the code nothing is made."),
    )
