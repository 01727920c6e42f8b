"""What a browser says it is, in a few words that its owner knows again."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Each names all that came before it as well, so the first that is found counts.
BROWSERS: Final = {
    "Edg": "Edge",  # also EdgA and EdgiOS
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "DuckDuckGo/": "DuckDuckGo",
    "Vivaldi/": "Vivaldi",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
# An iPad that asks for pages of a desk says it is a Mac; nobody can tell.
SYSTEMS: Final = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "Mac",
    "Linux": "Linux",
}
IN_THE_HAND: Final = {"iPhone", "iPad", "Android"}
UNKNOWN: Final = gettext_lazy("A device that does not say what it is")


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    icon: str


def device(user_agent: str) -> Device:
    """Name the browser and the system; of neither more than it says itself."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    names = {"browser": browser, "system": system}
    if browser and system:
        name = _("%(browser)s on %(system)s") % names
    else:
        name = str(browser or system or UNKNOWN)
    return Device(name, "smartphone" if system in IN_THE_HAND else "monitor")


def _first(words: dict[str, str], user_agent: str) -> str:
    return next((name for word, name in words.items() if word in user_agent), "")
