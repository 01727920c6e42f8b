"""What is sent is kept up to a limit: in memory, and on disk."""

import io
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

MIB = 1024 * 1024
LIMIT = 5 * MIB
SLACK = 64 * 1024  # what is read at once


HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n'
    b"Content-Type: image/png\r\n\r\n"
)
TAIL = b'\r\n--b\r\nContent-Disposition: form-data; name="q"\r\n\r\nyes\r\n--b--\r\n'


class Zeros(io.RawIOBase):
    """A form with a file of nothing, as long as one likes, that takes no room."""

    def __init__(self, size: int) -> None:
        self._head, self._left, self._tail = io.BytesIO(HEAD), size, io.BytesIO(TAIL)

    def read(self, size: int = -1, /) -> bytes:
        if found := self._head.read(size):
            return found
        count = min(size, self._left)
        self._left -= count
        return bytes(count) or self._tail.read(size)


def request_with(size: int) -> HttpRequest:
    environ: dict[str, Any] = {
        "CONTENT_TYPE": "multipart/form-data; boundary=b",
        "CONTENT_LENGTH": str(len(HEAD) + size + len(TAIL)),
        "wsgi.input": Zeros(size),
    }
    return RequestFactory().generic("POST", "/", **environ)


@pytest.mark.parametrize("size", (LIMIT - 1, LIMIT, LIMIT + 1))
def test_a_file_about_as_large_as_may_be_is_kept_whole_or_seen_as_too_large(size):
    with closing(request_with(size)) as request:
        kept = request.FILES["file"].size
    assert kept == size or kept > LIMIT


def test_a_huge_file_is_not_kept(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    request = request_with(200 * MIB)
    file = request.FILES["file"]
    assert LIMIT < file.size <= LIMIT + SLACK
    assert sum(path.stat().st_size for path in Path(tmp_path).iterdir()) == file.size
    # What stands after it is read all the same: the form can answer.
    assert request.POST["q"] == "yes"
    request.close()


def test_many_files_count_together(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    files = [SimpleUploadedFile(f"{n}.png", bytes(3 * MIB)) for n in range(6)]
    data = {f"f{n}": file for n, file in enumerate(files)}
    request = RequestFactory().post("/", data)
    kept = sum(file.size for file in request.FILES.values())
    assert LIMIT < kept <= LIMIT + SLACK
    request.close()
