"""The WSGI entry point."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")


class Request(WSGIRequest):
    """Reads everything as UTF-8, as our forms send it, whatever charset it claims.

    Python knows some that are no text at all, or that make characters nobody can write.
    """

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
