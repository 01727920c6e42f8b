"""The WSGI entry point."""

import gc
import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")


class Request(WSGIRequest):
    """Reads everything as UTF-8, as our forms send it, whatever charset it claims.

    Python knows some that are no text at all, or that make characters nobody can write.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ)
        # What we never set: PostgreSQL would not look up a NUL.
        self.COOKIES = {k: v for k, v in self.COOKIES.items() if v.isprintable()}

    @property
    def encoding(self) -> None:
        return None

    @encoding.setter
    def encoding(self, charset: str | None) -> None:
        """Hear the claim and go on in UTF-8."""


class Handler(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Handler()
# A page makes tens of thousands of objects that are gone when it is sent. Looking for
# circles after every 700, and through all that was loaded above, took an eighth of it.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
