import pytest
from django.test import Client
from django.urls import reverse

from coalition.common.devices import device
from members.services.accounts import make_sign_in_link
from tests.utils import at

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "name", "icon"),
    (
        (
            f"{MOZILLA} (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
            "Firefox on Android",
            "smartphone",
        ),
        (
            (
                f"{MOZILLA} (Linux; Android 10; K) {WEBKIT} Chrome/142.0.0.0 Mobile"
                " Safari/537.36"
            ),
            "Chrome on Android",
            "smartphone",
        ),
        (
            (
                f"{MOZILLA} (Linux; Android 10; K) {WEBKIT} SamsungBrowser/28.0"
                " Chrome/130.0.0.0 Mobile Safari/537.36"
            ),
            "Samsung Internet on Android",
            "smartphone",
        ),
        (
            (
                f"{MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15"
                " (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone",
            "smartphone",
        ),
        (
            (
                f"{MOZILLA} (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15"
                " (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1"
            ),
            "Chrome on iPad",
            "smartphone",
        ),
        (
            (
                f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
                " (KHTML, like Gecko) Version/26.0 Safari/605.1.15"
            ),
            "Safari on Mac",
            "monitor",
        ),
        (
            (
                f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0"
                " Safari/537.36 Edg/142.0.0.0"
            ),
            "Edge on Windows",
            "monitor",
        ),
        (
            f"{MOZILLA} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on Linux",
            "monitor",
        ),
        (
            (
                f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/142.0.0.0"
                " Safari/537.36"
            ),
            "Chrome on ChromeOS",
            "monitor",
        ),
        ("Firefox/145.0", "Firefox", "monitor"),
        ("Something (Windows)", "Windows", "monitor"),
        ("curl/8.5.0", "A device that does not say what it is", "monitor"),
        ("", "A device that does not say what it is", "monitor"),
    ),
)
def test_a_device_is_named_as_its_owner_knows_it(said, name, icon):
    assert (device(said).name, device(said).icon) == (name, icon)


def test_the_list_of_devices_names_them_and_ends_them(alice):
    """Those too that an operator's link signed in."""
    phone, desk = (
        Client(headers={"User-Agent": f"{MOZILLA} ({system}) Gecko Firefox/145.0"})
        for system in ("Android 15; Mobile", "X11; Linux x86_64")
    )
    for client in (phone, desk):
        client.post(make_sign_in_link(user=alice.user))
    page = desk.get(reverse("usersessions_list")).text
    assert "Firefox on Android" in page
    assert "Firefox on Linux" in page
    assert MOZILLA not in page
    desk.post(reverse("usersessions_list"))
    assert phone.get(at(alice, "web:home")).status_code == 302
    assert desk.get(at(alice, "web:home")).status_code == 200
