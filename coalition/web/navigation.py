"""Where people can go: the places of a coalition, by permission."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.permissions import Permission


@dataclass(frozen=True)
class Place:
    """A link of the navigation, before it is known who looks."""

    url_name: str
    label: str | Promise
    icon: str
    permission: Permission | None = None
    query: str = ""
    # Other paths of the coalition that belong to it, from its slug on.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    url: str
    label: str | Promise
    icon: str
    current: str


@dataclass(frozen=True)
class Section:
    title: str | Promise
    links: list[Link]


HOME = Place("web:home", _("Home"), "house", Permission.HOME_VIEW)
SEARCH = Place("web:search", _("Search"), "search", Permission.HOME_VIEW)
GOALS = Place("goals:goal_list", _("Goals"), "target", Permission.GOALS_VIEW)
SETTINGS = Place(
    "web:coalition_edit", _("Settings"), "settings-2", Permission.COALITION_EDIT
)

SECTIONS: tuple[tuple[str | Promise, tuple[Place, ...]], ...] = (
    ("", (HOME, SEARCH)),
    (
        _("Direction"),
        (
            GOALS,
            Place(
                "tasks:task_list",
                _("Action plan"),
                "list-checks",
                Permission.TASKS_VIEW,
                also=("assignments/", "consultations/"),
            ),
        ),
    ),
    (
        _("People"),
        (
            Place(
                "members:partner_list",
                _("Partners"),
                "building-2",
                Permission.PARTNERS_VIEW,
            ),
            Place(
                "members:person_list",
                _("People"),
                "users-round",
                Permission.PEOPLE_VIEW,
            ),
            Place(
                "web:invitation_list",
                _("Invitations"),
                "user-plus",
                Permission.PEOPLE_EDIT,
            ),
            Place(
                "tasks:role_list",
                _("Standing roles"),
                "user-round-check",
                Permission.TASKS_VIEW,
                also=("terms/",),
            ),
            Place(
                "members:group_list",
                _("Working groups"),
                "waypoints",
                Permission.PEOPLE_VIEW,
            ),
            Place("members:access_list", _("Access"), "lock", Permission.PEOPLE_VIEW),
            Place(
                "members:offer_list",
                _("What we lend"),
                "hand-helping",
                Permission.PARTNERS_VIEW,
            ),
            Place(
                "members:agreement_list",
                _("Agreement"),
                "handshake",
                Permission.PARTNERS_VIEW,
            ),
            Place("web:transfer", _("In and out"), "table-2", Permission.LISTS_EXPORT),
        ),
    ),
    (
        _("Rhythm"),
        (
            Place(
                "tasks:check_in_schedule_list",
                _("Check-ins"),
                "clipboard-check",
                Permission.CHECKINS_VIEW,
            ),
            Place(
                "tasks:hurdle_list",
                _("Hurdles and asks"),
                "construction",
                Permission.TASKS_VIEW,
                also=("asks/",),
            ),
            Place(
                "comms:update_list",
                _("Updates"),
                "mail",
                Permission.UPDATES_VIEW,
                also=("archive/", "mail/gallery/"),
            ),
            Place(
                "comms:feedback_list",
                _("Feedback"),
                "message-square-text",
                Permission.FEEDBACK_WRITE,
            ),
        ),
    ),
    ("", (SETTINGS,)),
)
TABS = (
    HOME,
    Place("tasks:task_list", _("Tasks"), "list-checks", Permission.TASKS_VIEW),
    GOALS,
    Place(
        "members:partner_list", _("Partners"), "building-2", Permission.PARTNERS_VIEW
    ),
    Place("comms:archive_list", _("Updates"), "mail", Permission.UPDATES_READ),
)
COALITIONS = Place("home", _("Your coalitions"), "coalition")
ACCOUNT = (
    Place(
        "members:profile_edit",
        _("Your profile"),
        "user-round-check",
        Permission.PROFILE_EDIT,
    ),
    Place(
        "comms:mail_preferences",
        _("How you hear from us"),
        "bell",
        Permission.MAIL_CHOOSE,
    ),
    Place("account_email", _("E-mail address"), "mail"),
    Place("mfa_index", _("Signing in"), "lock"),
    Place("usersessions_list", _("Devices"), "monitor"),
)


def url_of(place: Place, slug: str | None) -> str | None:
    """Return its address, or None when the place is not built yet."""
    address = _address_of(get_resolver(), place.url_name, slug)
    return None if address is None else address + place.query


@lru_cache(maxsize=4096)
def _address_of(_routes: URLResolver, url_name: str, slug: str | None) -> str | None:
    """Write each once, for as long as the routes are these."""
    kwargs = {"slug": slug} if slug and ":" in url_name else {}
    try:
        return reverse(url_name, kwargs=kwargs)
    except NoReverseMatch:
        return None


def links(
    places: Iterable[Place],
    *,
    slug: str | None,
    permissions: frozenset[Permission],
    path: str,
) -> Iterator[Link]:
    """Yield what this person may open; `current` says where they are."""
    for place in places:
        if place.permission and place.permission not in permissions:
            continue
        url = url_of(place, slug)
        if url is None:
            continue
        within = place is not HOME and url != "/" and _is_within(path, url, place, slug)
        current = "page" if path == url else "true" if within else ""
        yield Link(url, place.label, place.icon, current)


def _is_within(path: str, url: str, place: Place, slug: str | None) -> bool:
    home = url_of(HOME, slug) if place.also else None
    return path.startswith((url, *(f"{home}{part}" for part in place.also if home)))
