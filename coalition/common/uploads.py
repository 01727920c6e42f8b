"""Uploads that cannot fill the memory or the disk, whatever is sent."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUploadHandler(FileUploadHandler):
    """Passes on what may be kept and a little more, so that a form sees it is too much.

    It stands before the handlers that keep: what it drops they never see.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._passed = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self._passed > settings.UPLOAD_MAX_SIZE:
            return None
        self._passed += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handler that kept it."""
