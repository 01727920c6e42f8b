"""Rules for one cell: text in, a clean value out, or a CellError that helps."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.addresses import clean_email
from coalition.common.names import FILLERS, fold
from coalition.common.tabular.problems import CellError, printable

EARLIEST = dt.date(1900, 1, 1)
FUTURE_DAYS = 366
PLANNED_DAYS = 20 * 366

_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_NEEDS_GUARD = re.compile(r"'*[=+\-@\t\r]")
_SPREADSHEET_ERROR = re.compile(
    r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|BUSY!"
    r"|CONNECT!|UNKNOWN!|EXTERNAL!|PYTHON!|GETTING_DATA"
    r"|NV|N/D|BEZUG!|WERT!|ZAHL!|NOM\?|VALEUR!|NOMBRE!|¡[A-Z/0]+!|¿NOMBRE\?)"
    r"|#{3,}|Err:\d{3}",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DOMAIN_FIRST = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?")
_PHONE = re.compile(
    r"(?=\D*\d)[\d\s()+./,;\u2013-]+((ext\.?|x|#)\s*\d+)?", re.IGNORECASE
)
_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
_is_url = URLValidator(schemes=["http", "https"])

Rule = Callable[[str], object]


def guard(text: str) -> str:
    """Keep a spreadsheet from taking an exported text for a formula."""
    return "'" + text if _NEEDS_GUARD.match(text) else text


def plain(raw: str, *, multiline: bool) -> str:
    """Return the tidy text of a cell; hidden and control characters are errors."""
    text = raw[1:] if _GUARDED.match(raw) else raw
    if not text.isprintable() or not FILLERS.isdisjoint(text):
        for char in text:
            _refuse_hidden(char, multiline=multiline)
    if "\ufffd" in text:
        raise CellError(_("Letters were lost here (�) when the file was converted."))
    text = unicodedata.normalize("NFC", text)
    lines = text.splitlines() if multiline else [" ".join(text.split())]
    text = "\n".join(lines).strip()
    if _SPREADSHEET_ERROR.fullmatch(text):
        raise CellError(_("The spreadsheet put an error here instead of a value."))
    return text


def _refuse_hidden(char: str, *, multiline: bool) -> None:
    if multiline and char in "\t\r\n":
        return
    kind = unicodedata.category(char)
    code = f"U+{ord(char):04X}"
    if char == "\0":
        raise CellError(_("There is a NUL character (an empty byte) in this cell."))
    if char in "\r\n\x85" or kind in {"Zl", "Zp"}:
        raise CellError(_("There is a line break in this cell; keep it to one line."))
    if kind == "Cc" or char in "\ufffe\uffff":
        raise CellError(
            _("There is a control character (%(code)s) in this cell.") % {"code": code}
        )
    # Two joiners are part of how Persian, Hindi and other languages are written.
    if char in FILLERS or (kind == "Cf" and char not in "\u200c\u200d"):
        raise CellError(
            _("There is a hidden character (%(name)s, %(code)s) in this cell.")
            % {"name": unicodedata.name(char, "?"), "code": code}
        )


def text(max_length: int) -> Callable[[str], str]:
    def rule(value: str) -> str:
        if len(value) > max_length:
            raise CellError(
                _("This has %(count)s characters; at most %(limit)s fit.")
                % {"count": len(value), "limit": max_length}
            )
        return value

    return rule


def website(max_length: int) -> Callable[[str], str]:
    fits = text(max_length)

    def rule(value: str) -> str:
        address = fits(value)
        if _DOMAIN_FIRST.fullmatch(address):
            address = f"https://{address}"
        try:
            _is_url(address)
        except ValidationError:
            raise CellError(_bad_website()) from None
        # A name before the host makes a link look as if it led elsewhere.
        if "@" in address.split("/")[2] or "\\" in address:
            raise CellError(_bad_website())
        return fits(address)

    return rule


def _bad_website() -> str:
    return _("Enter a web address such as https://example.org, or leave this blank.")


def email(max_length: int) -> Callable[[str], str]:
    fits = text(max_length)

    def rule(value: str) -> str:
        try:
            return fits(clean_email(value))
        except ValidationError as error:
            raise CellError(str(error.message)) from None

    return rule


def date(value: str) -> dt.date:
    """Return a day that has come, or will within a year."""
    return _day(value, FUTURE_DAYS)


def plan_date(value: str) -> dt.date:
    """Return a day that somebody may plan for."""
    return _day(value, PLANNED_DAYS)


def _day(value: str, ahead: int) -> dt.date:
    match = _ISO_DATE.fullmatch(value)
    if not match:
        raise CellError(_("Write dates as YYYY-MM-DD, for example 2026-05-14."))
    try:
        day = dt.date(*map(int, match.groups()))
    except ValueError:
        raise CellError(
            _("There is no such day. Dates are YYYY-MM-DD, for example 2026-05-14.")
        ) from None
    latest = timezone.now().date() + dt.timedelta(days=ahead)
    if not EARLIEST <= day <= latest:
        raise CellError(_("Is the year right? This is too long ago or too far ahead."))
    return day


def phone(max_length: int) -> Callable[[str], str]:
    fits = text(max_length)

    def rule(value: str) -> str:
        if _SCIENTIFIC.fullmatch(value):
            raise CellError(
                _("The spreadsheet shortened this number. Format the column as text.")
            )
        if not _PHONE.fullmatch(fits(value)):
            raise CellError(_("Enter a phone number such as +32 2 555 01 00."))
        return value

    return rule


def tags(*, each: int, most: int) -> Callable[[str], list[str]]:
    """Several tags stand in one cell, with semicolons or commas between them."""
    fits = text((each + len("; ")) * most)

    def rule(value: str) -> list[str]:
        found: dict[str, str] = {}
        for part in re.split("[;,]", fits(value)):
            if tag := part.strip():
                found.setdefault(fold(tag), tag)
        if any(len(tag) > each for tag in found.values()):
            raise CellError(
                _("A tag has at most %(limit)s characters.") % {"limit": each}
            )
        if len(found) > most:
            raise CellError(_("At most %(limit)s tags fit.") % {"limit": most})
        return list(found.values())

    return rule


def choice(words: dict[str, object], *, refused: Callable[[str], str]) -> Rule:
    """Accept exactly these words, whatever their case; `refused` says why not."""

    def rule(value: str) -> object:
        key = fold(value)
        if key not in words:
            raise CellError(refused(printable(value)))
        return words[key]

    return rule
