"""A real Chromium that looks at the pages of a live server."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from members.models import Membership

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
WIDTHS = (360, 390, 1440)
# Only these rules of axe look at colors, so only they can differ in the dark.
COLOR_RULES = ["color-contrast", "link-in-text-block"]


def pytest_collection_modifyitems(items):
    missing = not CHROMIUM or not importlib.util.find_spec("playwright")
    for item in items:
        if missing and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip("needs Chromium and playwright"))


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread, which Django takes for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def sign_in(context: "BrowserContext", membership: Membership, url: str) -> None:
    client = Client()
    assert membership.user
    client.force_login(membership.user)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": url}])


def listen(page: Any) -> Any:
    """Collect in `said` what the page says on the console, and every error."""
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    return page


@pytest.fixture
def window(chromium, live_server) -> Iterator[Callable]:
    """Open a window of its own, with its own session: on a desk, or a phone to touch."""
    opened = []

    def open_window(
        membership: Membership | None = None, *, size="desktop", **options: Any
    ) -> "Page":
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
            is_mobile=size == "phone",
            **options,
        )
        opened.append(context)
        context.set_default_timeout(20_000)
        if membership:
            sign_in(context, membership, live_server.url)
        return listen(context.new_page())

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def visit(chromium, live_server) -> Iterator[Callable]:
    """Open a path as somebody, or as a stranger; `said` collects the console."""
    context = chromium.new_context()

    def go(path: str, membership: Membership | None = None, *, size="desktop"):
        if membership:
            sign_in(context, membership, live_server.url)
        page = listen(context.new_page())
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.goto(live_server.url + path)
        return page

    yield go
    context.close()


def faults(page: "Page", rules: list[str] | None = None) -> list[tuple[str, list]]:
    """Return what axe-core finds: WCAG A and AA up to 2.2, and best practice."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], [n["target"] for n in rule["nodes"]]) for rule in found]


def wider_than_its_window(page: "Page") -> bool:
    # Not innerWidth: it grows on a phone that zooms out to show all.
    root = "document.documentElement"
    return page.evaluate(f"{root}.scrollWidth > {root}.clientWidth")


def widths_that_overflow(page: "Page") -> list[int]:
    """Return the widths at which the page would scroll sideways."""
    found = []
    before = page.viewport_size or {"width": 1440, "height": 900}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": before["height"]})
        if wider_than_its_window(page):
            found.append(width)
    page.set_viewport_size(before)
    return found
