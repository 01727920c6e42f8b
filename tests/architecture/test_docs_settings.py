"""Every setting is in .env.example and in docs/operations.md, and no other is."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def names(path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / path).read_text(), re.MULTILINE))


def test_the_settings_are_documented():
    read = r"(?:\benv(?:\.\w+)?|environ\.get)\(\s*[\"']([A-Z_]+)[\"']"
    known = names("coalition/settings.py", read) | names("gunicorn.conf.py", read)
    assert names(".env.example", r"^#?([A-Z_]+)=") == known
    assert names("docs/operations.md", r"^\| `([A-Z_]+)` \|") == known
