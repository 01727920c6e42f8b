"""Time zones to choose from: by region, by the name of a city."""

from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# The database of zones knows more areas; what is outside these is a name of old.
AREAS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}

Zones = list[tuple[str, list[tuple[str, str]]]]


def zone_choices() -> list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]:
    """Return choices for a form: nothing chosen, by area, and UTC."""
    areas = [(str(AREAS[area]), zones) for area, zones in _zones()]
    return [("", gettext("Choose a city in your zone")), *areas, ("UTC", "UTC")]


@cache
def _zones() -> Zones:
    areas: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for zone in sorted(available_timezones()):
        area, _slash, city = zone.partition("/")
        if area in areas:
            areas[area].append((zone, city_of(city)))
    return list(areas.items())


def city_of(zone: str) -> str:
    """Return what a zone's last part is called: Buenos Aires, Argentina."""
    return ", ".join(reversed(zone.replace("_", " ").split("/")))
