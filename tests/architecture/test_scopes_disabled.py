"""Only these files may look past the coalition in scope."""

from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ALLOWED = (
    "coalition/common/tenancy.py",  # where it comes from
    "coalition/web/views/home.py",  # my coalitions, before one is chosen
    "members/middleware.py",
    "members/decorators.py",
    "comms/sending/*.py",
    "*/jobs.py",
    "*/management/commands/*.py",
    "*/admin.py",
    "tests/*",
    "bench/*",
)


def test_scopes_are_disabled_only_in_the_allowed_files():
    names = [
        str(path.relative_to(ROOT))
        for app in ("coalition", "members", "goals", "tasks", "comms")
        for path in (ROOT / app).rglob("*.py")
        if "scopes_disabled" in path.read_text()
    ]
    assert [n for n in names if not any(fnmatch(n, a) for a in ALLOWED)] == []
