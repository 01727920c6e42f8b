"""The app's own settings with a fast hasher and nothing left on disk."""

import os
import tempfile

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="coalition-tests-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests-" * 5)
os.environ.setdefault("LOG_LEVEL", "WARNING")

from coalition.settings import *  # noqa: F403
from coalition.settings import CACHES, DATABASES, SQLITE, STORAGES
from coalition.settings import VAR_DIR as SHARED_DIR

VAR_DIR = SHARED_DIR / os.environ.get("PYTEST_XDIST_WORKER", "alone")
VAR_DIR.mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "progress": CACHES["progress"] | {"LOCATION": VAR_DIR / "progress"},
}
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = True
SIGN_IN_SECONDS = 0
if SQLITE:
    # A file: in memory, all threads of a live server would share one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "tests.sqlite3")}
