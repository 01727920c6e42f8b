"""Tell what a file is before any line of it is read, and turn it into text."""

import re

from django.utils.translation import gettext as _

from coalition.common.tabular.problems import FileRejectedError

MAX_BYTES = 5 * 1024 * 1024
HEAD = 4096
UTF8_BOM = b"\xef\xbb\xbf"

_LINE_END = re.compile(rb"\r\n|\r|\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP = re.compile(
    rb"<(?:!doctype|!--|html|head|title|body|table|meta|script|style|div|p|pre)\b",
    re.IGNORECASE,
)
_COMPRESSED = (
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
)
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def decode(data: bytes) -> str:
    """Return the text of a UTF-8 file without its mark, or refuse it by what it is."""
    reason = _foreign_format(data)
    if reason:
        raise FileRejectedError(reason)
    if len(data) > MAX_BYTES:
        raise FileRejectedError(
            _("The file is larger than 5 MiB. Split it into smaller files.")
        )
    data = data.removeprefix(UTF8_BOM)
    if not data.strip():
        raise FileRejectedError(_("The file is empty."))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start) from None
    if _CONTROL.search(_first_line(data)):
        raise FileRejectedError(_binary())
    return text


def _foreign_format(data: bytes) -> str | None:
    if data.startswith((_OLD_OFFICE, *_ZIPS)):
        return _office_or_zip(data)
    if data.startswith(_COMPRESSED):
        return _(
            "This is a compressed file. Unpack it, then import the CSV file in it."
        )
    if data.startswith(_UTF16_BOMS) or _looks_like_utf16(data[:HEAD]):
        return _("The file is written in UTF-16. Save it again as “CSV UTF-8”.")
    return _document(data[:HEAD].removeprefix(UTF8_BOM).lstrip())


def _document(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return _("This is a PDF. Export the list as “CSV UTF-8” where it was made.")
    if _MARKUP.match(head):
        return _("This is an HTML page, not a CSV file. Save the list as “CSV UTF-8”.")
    if head.startswith(b"<?xml"):
        return _("This is an XML file, not a CSV file. Save the list as “CSV UTF-8”.")
    return None


def _office_or_zip(data: bytes) -> str:
    excel = _(
        "This is an Excel file, not a CSV file. In Excel choose “Save as” and"
        " “CSV UTF-8 (comma delimited)”."
    )
    # Enough to name it kindly; the archive itself is never opened.
    if data.startswith(_OLD_OFFICE) or b"xl/" in data:
        return excel
    if b"opendocument.spreadsheet" in data[:HEAD]:
        return _(
            "This is a LibreOffice spreadsheet, not a CSV file. Choose “Save as” and"
            " “Text CSV” with UTF-8 and commas."
        )
    return _("This is a zip file. Unpack it, then import the CSV file in it.")


def _looks_like_utf16(head: bytes) -> bool:
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    return half > 1 and max(even, odd) > 0.4 * half and min(even, odd) < 0.1 * half


def _first_line(data: bytes) -> bytes:
    return _LINE_END.split(data.lstrip(), maxsplit=1)[0]


def _not_utf8(data: bytes, place: int) -> FileRejectedError:
    if _CONTROL.search(data[:HEAD]):
        return FileRejectedError(_binary())
    line = len(_LINE_END.findall(data[:place])) + 1
    return FileRejectedError(
        _(
            "Line %(line)s holds a byte (0x%(byte)s) that is not UTF-8. Save the file"
            " again as “CSV UTF-8”."
        )
        % {"line": line, "byte": f"{data[place]:02X}"},
        line=line,
    )


def _binary() -> str:
    return _("This is a binary file, not a CSV file. Save the list as “CSV UTF-8”.")
