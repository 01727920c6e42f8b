"""The file of a backup: a zip of the database, of what lies beside it, and a manifest."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.crypto import salted_hmac

from coalition.management.backups import BackupError, Digest, Store

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
MALFORMED: Final = (AttributeError, KeyError, TypeError, ValueError)
# What else of VAR_DIR belongs to the rows: the key that signed and encrypted them (none
# when SECRET_KEY comes from elsewhere), and what was sent while the copy was made.
KEY: Final = "secret_key"
JOURNALS: Final = ("sent.journal.1", "sent.journal")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup was made of, so that it can be checked where it is restored."""

    vendor: str
    server: str
    key: str
    tables: dict[str, Digest]
    migrations: list[str]
    files: dict[str, str]
    site: str = field(default_factory=lambda: settings.SITE_URL)
    made_at: str = field(
        default_factory=lambda: timezone.now().isoformat(timespec="seconds")
    )
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @classmethod
    def read(cls, text: bytes) -> Self:
        values: dict[str, Any] = json.loads(text)
        if values.get("format") != FORMAT:
            raise BackupError("It was made by a newer version; install that one first.")
        tables = {name: Digest(**digest) for name, digest in values["tables"].items()}
        return cls(**values | {"tables": tables})


def write_archive(path: Path, store: Store) -> Manifest:
    """Write a backup that is whole or absent, and nobody else's to read."""
    if path.exists():
        raise BackupError(f"{path} exists already.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        copy = Path(folder, store.member)
        tables = store.dump(copy)
        # After the copy: they know of all that it holds, and of what left meanwhile.
        files = {store.member: copy} | _beside(Path(folder))
        manifest = Manifest(
            vendor=connection.vendor,
            server=store.version(),
            key=key_print(settings.SECRET_KEY),
            tables=tables,
            migrations=sorted(".".join(one) for one in _applied()),
            files={name: _sha256(file) for name, file in files.items()},
        )
        draft = Path(folder, "archive")
        draft.touch(mode=0o600)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            for name, file in files.items():
                archive.write(file, name)
        _keep(draft, path)
    return manifest


@contextmanager
def opened_archive(path: Path) -> Iterator[tuple[Manifest, Path]]:
    """Unpack a backup into a folder, once every file in it is what it was."""
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix=".restore-") as name:
        folder = Path(name)
        try:
            manifest = _unpack(path, folder)
        except (OSError, zipfile.BadZipFile, *MALFORMED) as error:
            words = f"{path} is no backup that can be read: {error}"
            raise BackupError(words) from error
        yield manifest, folder


def _unpack(path: Path, folder: Path) -> Manifest:
    with zipfile.ZipFile(path) as archive:
        manifest = Manifest.read(archive.read(MANIFEST))
        for name, sha256 in manifest.files.items():
            if _sha256(Path(archive.extract(name, folder))) != sha256:
                raise BackupError(f"It is damaged: {name} is not what it was.")
    return manifest


def key_print(key: str) -> str:
    """Return what tells keys apart and gives none away."""
    return salted_hmac(
        "coalition.backup", "", secret=key, algorithm="sha256"
    ).hexdigest()


def _applied() -> list[tuple[str, str]]:
    return list(MigrationRecorder(connection).applied_migrations())


def _beside(folder: Path) -> dict[str, Path]:
    """Copy what lies beside the database: mail that leaves meanwhile adds to it."""
    key, ours = settings.VAR_DIR / KEY, settings.SECRET_KEY
    names = [*JOURNALS]
    if key.exists() and key.read_text().strip() == ours:
        names.append(KEY)
    found = {name: settings.VAR_DIR / name for name in names}
    return {
        name: Path(shutil.copyfile(file, folder / name))
        for name, file in found.items()
        if file.exists()
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(draft: Path, path: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    path.hardlink_to(draft)
