"""Every template compiles; none carries script or style inline."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(
    str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()
)
PAGES = [name for name in NAMES if not name.startswith("email/")]
INLINE = re.compile(
    r"""<script(?![^>]*\s(?:src=|type="application/json")) | <style | \sstyle= | \son[a-z]+= | hx-on | javascript:""",
    re.IGNORECASE | re.VERBOSE,
)


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_page_template_carries_nothing_inline(name):
    # Mail clients know no other style than inline; browsers are told to refuse it.
    assert INLINE.findall((ROOT / name).read_text()) == []
