"""What the pinned lists must say, so that they install next year as they do today."""

import re
from importlib.metadata import distributions
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LISTS = Path(settings.BASE_DIR) / "requirements"
PIN = re.compile(r"^([\w.-]+)(?:\[([\w,.-]+)\])?==", re.MULTILINE)


def pins(name: str) -> dict[str, set[str]]:
    """Return the extras that a list pins with each of its packages."""
    found = PIN.findall((LISTS / name).read_text())
    return {canonicalize_name(pkg): set(extras.split(",")) for pkg, extras in found}


def wanted_extras(pinned: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Return (package, extra) for each extra that a pinned package asks of another."""
    return {
        (canonicalize_name(requirement.name), extra)
        for dist in distributions()
        if canonicalize_name(dist.name) in pinned
        for requirement in map(Requirement, dist.requires or ())
        for extra in requirement.extras
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    }


# pip holds `name[extra]` to the pin of `name` only when the list spells the extra, too;
# else it takes the newest release, has no hash for it and refuses to install.
@pytest.mark.parametrize("name", ("dev.txt", "browser.txt"))
def test_a_package_asked_for_with_an_extra_is_pinned_with_it(name):
    pinned = pins(name)
    wanted = wanted_extras(pinned)
    assert ("coverage", "toml") in wanted
    assert {w for w in wanted if w[1] not in pinned.get(w[0], set())} == set()


@pytest.mark.parametrize("name", ("base", "dev", "browser"))
def test_the_extras_of_a_list_are_in_its_pins(name):
    lines = (LISTS / f"{name}.in").read_text().splitlines()
    asked = [Requirement(x) for x in lines if x and x[0].isalpha()]
    pinned = pins(f"{name}.txt")
    assert {
        r.name for r in asked if not r.extras <= pinned[canonicalize_name(r.name)]
    } == set()
