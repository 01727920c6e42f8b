"""From the file back into a database, with its mail held."""

import os
import tempfile
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from coalition.management.backups import BackupError, Digest, Store
from coalition.management.backups.archive import JOURNALS, KEY, Manifest, key_print
from comms.sending.hold import hold_restored

# What a database holds before anybody has used it.
UNUSED: Final = frozenset(
    {
        "auth_permission",
        "comms_pumpowner",
        "comms_transportstate",
        "django_content_type",
        "django_migrations",
    }
)


def in_use(store: Store) -> dict[str, int]:
    """Return the tables with rows that somebody made."""
    return {
        name: digest.rows
        for name, digest in store.digests().items()
        if digest.rows and name not in UNUSED
    }


def refuse_unfit(manifest: Manifest, store: Store) -> None:
    """Say why this backup must not come here, before anything is touched."""
    if manifest.vendor != connection.vendor:
        raise BackupError(
            f"It is of {manifest.vendor}, and DATABASE_URL names {connection.vendor}."
        )
    if _major(manifest.server) > _major(store.version()):
        raise BackupError(
            f"It is of {manifest.vendor} {manifest.server}, newer than here."
        )
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {".".join(one) for one in loader.disk_migrations}
    if unknown := set(manifest.migrations) - known:
        raise BackupError(
            f"It was made by a newer version (with {max(unknown)}); install that first."
        )
    keys = map(key_print, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    if KEY not in manifest.files and manifest.key not in keys:
        raise BackupError(
            "It was made under another SECRET_KEY. Set that one, or name it in "
            "SECRET_KEY_FALLBACKS: without it, who unsubscribed would be mailed again."
        )


def put_in_place(manifest: Manifest, folder: Path, store: Store) -> None:
    """Load, compare with the manifest, bring up to date, and hold the mail."""
    store.load(folder / store.member)
    _refuse_other_rows(manifest.tables, store.digests())
    for name in JOURNALS:
        if name in manifest.files:
            _merge(folder / name, settings.VAR_DIR / name)
    if KEY in manifest.files:
        _replace(settings.VAR_DIR / KEY, (folder / KEY).read_text())
    call_command("migrate", interactive=False, verbosity=0)
    hold_restored()


def _refuse_other_rows(then: dict[str, Digest], now: dict[str, Digest]) -> None:
    if other := [name for name, digest in then.items() if now.get(name) != digest]:
        raise BackupError(
            "What was loaded is not what was saved. Do not use this database: "
            + ", ".join(sorted(other))
        )


def _merge(restored: Path, present: Path) -> None:
    """Keep knowing what was sent from here since then."""
    both = [path.read_text() for path in (restored, present) if path.exists()]
    lines = dict.fromkeys("".join(both).splitlines(keepends=True))
    _replace(present, "".join(lines))


def _replace(path: Path, text: str) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(draft).replace(path)


def _major(version: str) -> int:
    return int(version.partition(".")[0])
