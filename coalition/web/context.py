"""What every page's frame needs; nothing is looked up before a template asks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from coalition.common.middleware import holds_token
from coalition.web.navigation import (
    ACCOUNT,
    COALITIONS,
    HOME,
    SEARCH,
    SECTIONS,
    TABS,
    Link,
    Section,
    url_of,
)
from coalition.web.navigation import links as links_of
from coalition.web.starting import may_start
from coalition.web.stopped_mail import MailStop, stopped_mail
from comms.models import UpdateSchedule
from members.models import Membership, Partner, User
from members.permissions import Permission


class Chrome:
    """The frame around a page: `app` for those who lead, `portal` for members."""

    csrf_cookie = settings.CSRF_COOKIE_NAME

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._membership: Membership | None = getattr(request, "membership", None)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        return self._membership.permissions if self._membership else frozenset()

    @cached_property
    def _user(self) -> User | None:
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @property
    def signed_in(self) -> bool:
        return self._user is not None

    @property
    def may_start(self) -> bool:
        return may_start()

    @property
    def frame(self) -> str:
        if self._membership is None:
            return "bare"
        return "app" if self._membership.leads else "portal"

    @property
    def looks_as_member(self) -> bool:
        return bool(self._membership and self._membership.looks_as)

    @cached_property
    def mail_stop(self) -> MailStop | None:
        """Return why all mail is stopped, for those who send some."""
        sends = Permission.UPDATES_SEND in self.permissions
        return stopped_mail() if sends else None

    @cached_property
    def setup_url(self) -> str:
        """Return where setting up goes on, "" once the rhythm, its last step, is set."""
        if Permission.COALITION_EDIT not in self.permissions or not self._slug:
            return ""
        if UpdateSchedule.objects.exists():
            return ""
        return reverse("web:setup_rhythm", kwargs={"slug": self._slug})

    @cached_property
    def offers_example(self) -> bool:
        """Whether there is nothing here to look at yet, for whoever sets it up."""
        if Permission.COALITION_EDIT not in self.permissions or not self._membership:
            return False
        is_example = self._membership.coalition.is_example
        return not is_example and not Partner.objects.exists()

    @property
    def theme(self) -> str:
        return self._user.theme if self._user else "system"

    @property
    def theme_url(self) -> str:
        return reverse("theme_set") if self._user else ""

    @property
    def holds_token(self) -> bool:
        return holds_token(self._request)

    @property
    def accent(self) -> str:
        return self._membership.coalition.accent if self._membership else ""

    @property
    def person_name(self) -> str:
        if self._membership:
            return self._membership.person.full_name
        return self._user.email if self._user else ""

    @property
    def role_name(self) -> str:
        return self._membership.role_seen if self._membership else ""

    @property
    def _slug(self) -> str | None:
        return self._membership.coalition.slug if self._membership else None

    @property
    def home_url(self) -> str:
        return (self._slug and url_of(HOME, self._slug)) or reverse("home")

    def _links(self, places: Any) -> list[Link]:
        return list(
            links_of(
                places,
                slug=self._slug,
                permissions=self.permissions,
                path=self._request.path,
            )
        )

    @cached_property
    def nav(self) -> list[Section]:
        sections = [Section(title, self._links(places)) for title, places in SECTIONS]
        return [section for section in sections if section.links]

    @cached_property
    def tabs(self) -> list[Link]:
        return self._links(TABS) if self._membership else []

    @cached_property
    def granted_places(self) -> list[Link]:
        """For the frame without a side: the places that a standing role opens."""
        if self._membership is None or self._membership.leads:
            return []
        granted = frozenset().union(*self._membership.granted.values())
        places = [place for _title, section in SECTIONS for place in section]
        return self._links(p for p in places if p.permission in granted)

    @cached_property
    def more_places(self) -> list[Link]:
        """For the frame without a side: where the tabs do not lead."""
        if self._membership is None or self._membership.leads:
            return []
        near = {place.url_name for place in (*TABS, SEARCH)}
        places = [place for _title, section in SECTIONS for place in section]
        return self._links(p for p in places if p.url_name not in near)

    @cached_property
    def account_pages(self) -> list[Link]:
        return self._links(ACCOUNT)

    @property
    def search_url(self) -> str | None:
        return url_of(SEARCH, self._slug) if self._slug else None

    @property
    def account_links(self) -> list[Link]:
        return self._links([COALITIONS]) + self.account_pages


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Return `chrome`, and `permissions` to hide what a view would refuse."""
    around = Chrome(request)
    return {"chrome": around, "permissions": around.permissions}
