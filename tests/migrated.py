"""The embedded test database begins as a copy of one that was migrated before.

Running every migration takes longer than most tests. The copy stands under var/, named
after all the migrations, so that a changed one makes it anew.
"""

import hashlib
import shutil
from pathlib import Path
from secrets import token_hex

import pytest
from django.conf import settings
from django.db import connection

FOLDER = Path(settings.BASE_DIR) / "var" / "migrated"
MIGRATED = ("*/migrations/*.py", "requirements/base.txt")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Lay the copy where the database of this process is looked for."""
    if connection.vendor == "sqlite" and copy_path().exists():
        shutil.copy(copy_path(), database_path())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            if not copy_path().exists():
                keep_copy()
            # Django asks SQLite once a process: not while a test counts statements.
            _ = connection.features.supports_json_field


def keep_copy() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    draft = FOLDER / f"{token_hex(8)}.draft"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(draft)])
    draft.replace(copy_path())


def database_path() -> Path:
    return Path(connection.settings_dict["TEST"]["NAME"])


def copy_path() -> Path:
    digest = hashlib.sha256()
    for pattern in MIGRATED:
        for file in sorted(Path(settings.BASE_DIR).glob(pattern)):
            digest.update(file.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:16]}.sqlite3"
