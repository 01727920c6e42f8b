"""Rules for cells whose values are listed elsewhere: zones, languages."""

import difflib
import re
import zoneinfo
from collections.abc import Iterable, Mapping
from functools import cache

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from coalition.common.names import fold
from coalition.common.tabular.problems import CellError

SUGGESTIONS = 3
LANGUAGE_MAX = 10

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}")


def zone(value: str) -> str:
    """Return the name of an IANA time zone in its proper spelling."""
    name = _zones().get(_zone_key(value))
    if name is None:
        raise CellError(lambda: _unknown_zone(value))
    return name


def language(value: str) -> str:
    """Return a code such as "en" or "pt-br"."""
    code = value.casefold().replace("_", "-")
    if not _LANGUAGE.fullmatch(code):
        raise CellError(lambda: _unknown_language(value))
    return code


def suggest(value: str, among: Mapping[str, str]) -> list[str]:
    """Return the values whose keys come close, best first, each once."""
    close = difflib.get_close_matches(value, among, n=2 * SUGGESTIONS, cutoff=0.65)
    return list(dict.fromkeys(among[key] for key in close))[:SUGGESTIONS]


def either(values: Iterable[str]) -> str:
    return _(" or ").join(f"“{value}”" for value in values)


def _zone_key(value: str) -> str:
    return value.casefold().replace(" ", "_")


@cache
def _zones() -> dict[str, str]:
    # "Factory" and "localtime" are in some copies of the database; nobody lives there.
    names = zoneinfo.available_timezones() - {"Factory", "localtime"}
    return {name.casefold(): name for name in sorted(names)}


def _unknown_zone(value: str) -> str:
    # Offsets are no help: Etc/GMT+2 is west of Greenwich, and "PST" is near "EST".
    places = {
        key: name
        for key, name in _zones().items()
        if "/" in key and not key.startswith("etc/")
    }
    # People write the town; the zone is called after it.
    towns = {key.rpartition("/")[2]: name for key, name in places.items()}
    names = suggest(_zone_key(value)[:80], {**towns, **places})
    return _("There is no such time zone. Perhaps %(names)s?") % {
        "names": either(names or ["Europe/Brussels"])
    }


def _unknown_language(value: str) -> str:
    codes: dict[str, str] = {}
    for code, info in LANG_INFO.items():
        if "name" in info:
            codes |= {
                fold(info["name"]): code,
                fold(info["name_local"]): code,
            }
    return _("Write the language as a code, for example %(names)s.") % {
        "names": either(suggest(fold(value)[:80], codes) or ["en", "pt-br"])
    }
