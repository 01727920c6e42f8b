"""A real Chromium that looks at the pages of a live server."""

import importlib.util
import shutil
from collections.abc import Callable, Iterable, Iterator
from pprint import pformat
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from members.models import Membership
from tests import signing_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
WIDTHS = {"phone": (360, 390), "desktop": (1440,)}
# Only these rules of axe look at colors, so only they can differ in the dark.
# A mail is an article: its place is in somebody's mail program, not on a page of ours.
NOT_FOR_MAILS = {"landmark-one-main", "region"}
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
    client = signing_in.sign_in(Client(), membership.user)
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


def widths_that_overflow(page: "Page", size: str) -> list[int]:
    """Return the widths at which the page would scroll sideways."""
    found = []
    for width in WIDTHS[size]:  # the last is the window's own
        page.set_viewport_size({"width": width, "height": SIZES[size][1]})
        if wider_than_its_window(page):
            found.append(width)
    return found


# A status that the test asked for; and axe, which speaks to a frame without an origin.
NOT_OURS = ("with a status of", "Failed to execute 'postMessage' on 'DOMWindow'")


def wrong_here(page, size: str) -> dict[str, Any]:
    """Return all that is wrong with the page as it stands."""
    page.emulate_media(color_scheme="light")
    found: dict[str, Any] = {
        "light": faults(page),
        "too wide": widths_that_overflow(page, size),
    }
    page.emulate_media(color_scheme="dark")
    found["dark"] = faults(page, COLOR_RULES)
    if urlsplit(page.url).path.endswith("/body/"):
        found["light"] = [f for f in found["light"] if f[0] not in NOT_FOR_MAILS]
    found["console"] = [
        said for said in page.said if not any(each in said for each in NOT_OURS)
    ]
    del page.said[:]
    return {what: faults_of_it for what, faults_of_it in found.items() if faults_of_it}


def assert_fine(found: dict) -> None:
    assert not found, pformat(found)


def wrong_with(page, urls: Iterable[str], size: str) -> dict[str, Any]:
    found = {}
    for url in urls:
        page.goto(url)
        found[url] = wrong_here(page, size)
    return {url: wrong for url, wrong in found.items() if wrong}


FOCUSED = """() => {
  const at = document.activeElement;
  const labels = [...(at.labels ?? [])].map((label) => label.innerText);
  return [at.getAttribute("aria-label"), at.innerText, ...labels].join(" ");
}"""


def tab_to(page: "Page", words: str) -> None:
    """Press Tab until what has the focus is called so, as who has no mouse does."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    pytest.fail(f"Nobody gets to “{words}” with the keyboard.")
