"""A backup taken under load, and the way back from it: real processes, on both databases."""

import json
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from coalition.management.backups import postgresql
from tests.journeys.installation import Installation, read_until, visitor
from tests.sending.processes import running_sink, scratch_database
from tests.sending.sink import read_journal
from tests.utils import eventually

pytestmark = pytest.mark.xdist_group("run")
PEOPLE = 40
COORDINATOR = "alice@example.org"
UNLIMITED = {"MAIL_RATE_PER_MINUTE": "0", "MAIL_DOMAIN_RATE_PER_MINUTE": "0"}
# A server that was just started is given one lease until the dead are told apart.
SOON = {"MAIL_LEASE_SECONDS": "5", "MAIL_UNCERTAIN_DELAY_SECONDS": "1"}
PICTURE = bytes(range(256))
GIVE_A_LOGO = """
from coalition.common.tenancy import scopes_disabled
from members.models import Partner, PartnerLogo
with scopes_disabled():
    partner = Partner.objects.get(pk=1)
    partner.logo = PartnerLogo.objects.create(
        coalition=partner.coalition, data=bytes(range(256))
    )
    partner.save(update_fields=["logo"])
"""
HELD = "comms_transportstate"  # where a restored database differs on purpose


@contextmanager
def installed(folder: Path, **settings: str) -> Iterator[Installation]:
    """Give an installation a folder and an empty database of its own."""
    folder.mkdir()
    with scratch_database(folder) as url:
        yield Installation(folder, {"DATABASE_URL": url, **UNLIMITED, **settings})


def refused(here: Installation, *arguments: str, typed: str = "") -> str:
    """Return the words with which a command refuses."""
    with here.started(*arguments) as process:
        _, said = process.communicate(typed)
    assert process.returncode == 1
    assert "Traceback" not in said
    return said


def manifest_of(path: Path) -> dict:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def start_coalition(here: Installation) -> None:
    here.manage("migrate", "--verbosity", "0")
    here.manage(
        *("create_coalition", "harbor", "--name", "Healthy Harbor"),
        *("--coordinator", COORDINATOR),
    )


def release_update(here: Installation) -> None:
    """Queue an update for many people."""
    partners, people = here.var / "partners.csv", here.var / "people.csv"
    partners.write_text("name\nHarbor Watch\n")
    header = "organisation,full_name,email,consent_digest\n"
    rows = (f"Harbor Watch,Person {n},p{n}@example.org,yes\n" for n in range(PEOPLE))
    people.write_text(header + "".join(rows))
    here.manage("import_partners", "harbor", str(partners), "--apply")
    here.manage("import_people", "harbor", str(people), "--apply")
    here.manage("shell", "--command", GIVE_A_LOGO)
    number = here.manage("compose_update", "harbor").strip()
    here.manage("approve_update", number, "--by", COORDINATOR, "--release-now")


@contextmanager
def busy_coordinator(here: Installation) -> Iterator[list[str]]:
    """Let somebody write on the pages for as long as the block lasts."""
    written: list[str] = []
    browser, stop = visitor(), threading.Event()
    link = here.manage("login_link", COORDINATOR).strip().removeprefix(here.url(""))
    here.post(link, by=browser)

    def write() -> None:
        while not stop.is_set():
            name = f"Partner {len(written)}"
            here.post("/c/harbor/partners/new/", by=browser, name=name)
            written.append(name)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def mail_health(here: Installation) -> int:
    try:
        here.get("/healthz/mail")
    except HTTPError as error:
        return error.code
    return 200


def everybody(*journals: Path) -> list[str]:
    return sorted(entry["rcpt"] for path in journals for entry in read_journal(path))


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """A backup that was made while pages, background work and mail were busy."""
    folder = tmp_path_factory.mktemp("saved")
    path, journal = folder / "coalition.zip", folder / "sink"
    with (
        running_sink(journal, faults="slow=1") as sink,
        installed(folder / "first", EMAIL_URL=sink.url) as here,
    ):
        start_coalition(here)
        release_update(here)
        with here.running() as process:
            read_until(process, "Ctrl-C")
            with busy_coordinator(here) as written:
                eventually(lambda: len(written) > 2 and len(read_journal(journal)) > 2)
                here.manage("backup", str(path))
                after = len(written), len(read_journal(journal))
                eventually(lambda: len(written) > after[0] + 2)
                eventually(lambda: len(read_journal(journal)) > after[1] + 2)
    assert len(read_journal(journal)) < PEOPLE
    return path, journal, (here.var / "sent.journal").read_text()


@pytest.fixture
def second(tmp_path) -> Iterator[Installation]:
    """An empty machine, with a mail server of its own."""
    with (
        running_sink(tmp_path / "sink") as sink,
        installed(tmp_path / "second", EMAIL_URL=sink.url, **SOON) as here,
    ):
        yield here


def test_a_backup_is_whole_and_nobody_elses_to_read(saved):
    path, _, _ = saved
    manifest = manifest_of(path)
    assert path.stat().st_mode & 0o077 == 0
    assert manifest["tables"]["members_coalition"]["rows"] == 1
    assert manifest["tables"]["comms_delivery"]["rows"] > PEOPLE
    assert manifest["files"].keys() >= {"secret_key", "sent.journal"}
    assert not {"django_session", "cache"} & manifest["tables"].keys()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    assert not list(path.parent.glob(".backup-*"))


def test_what_comes_back_is_what_was_there_and_sends_nothing_until_told_to(
    saved, second
):
    path, first_journal, _ = saved
    second_journal = second.var.parent / "sink"
    said = second.manage("restore", str(path))
    assert "Mail is held" in said

    # Row counts and checksums of every table, taken anew.
    again = path.with_name("again.zip")
    second.manage("backup", str(again))
    then, now = manifest_of(path)["tables"], manifest_of(again)["tables"]
    assert {name for name in then if then[name] != now[name]} == {HELD}
    again.unlink()
    assert now["members_partner"]["rows"] > 3

    with second.running() as process:
        read_until(process, "Ctrl-C")
        eventually(lambda: mail_health(second) == 503)
        # Even the code to sign in stays: the operator signs in by a link.
        second.post("/accounts/login/code/", by=visitor(), email=COORDINATOR)
        browser = visitor()
        link = second.manage("login_link", COORDINATOR).strip()
        second.post(link.removeprefix(second.url("")), by=browser)
        assert "Mail is held" in second.get("/c/harbor/", by=browser)
        with browser.open(second.url("/c/harbor/partners/1/logo/")) as logo:
            assert logo.read() == PICTURE
        assert json.loads(second.manage("pump", "--json"))["bulk"]["sent"] == 0
        assert "mail_reconcile" in refused(second, "pump", "--resume")
        assert read_journal(second_journal) == []

        # The first machine's mail server knows what it took after the backup.
        second.manage("mail_reconcile", "--sent", str(first_journal))
        assert read_journal(second_journal) == []
        second.manage("pump", "--resume", "--lane", "fast")
        eventually(lambda: mail_health(second) == 200)
        updates = {f"p{n}@example.org" for n in range(PEOPLE)} | {COORDINATOR}
        eventually(lambda: set(everybody(first_journal, second_journal)) >= updates)
    everyone = everybody(first_journal, second_journal)
    assert [a for a in everyone if a != COORDINATOR] == sorted(updates - {COORDINATOR})
    second.manage("mail_audit", "harbor")


def test_what_this_machine_knows_is_not_sent_again(saved, second):
    path, first_journal, sent = saved
    (second.var / "sent.journal").write_text(sent)
    second.manage("restore", str(path))
    assert set((second.var / "sent.journal").read_text().splitlines()) >= set(
        sent.splitlines()
    )
    assert second.manage("shell", "--no-imports", "-c", COUNT).split() == ["0", "0"]
    found = json.loads(second.manage("mail_reconcile", "--json"))
    second.manage("pump", "--resume", "--until-idle")
    everyone = everybody(first_journal, second.var.parent / "sink")
    assert found["settled"] > 0
    assert len(everyone) == len(set(everyone))


# Sessions that came back, and partners without the entry that tells who made them.
COUNT = """
from django.contrib.sessions.models import Session
from django_scopes import scopes_disabled
from members.models import AuditEntry, Partner
with scopes_disabled():
    acts = AuditEntry.objects.filter(action="create", model="members.partner")
    print(Session.objects.count(), Partner.objects.count() - acts.count())
"""
ASLEEP = """
from django.db import connection
connection.cursor().execute("SELECT 1")
print("here", flush=True)
input()
"""


def test_a_database_in_use_is_replaced_only_once_its_name_is_typed(saved, second):
    path, _, _ = saved
    second.manage("restore", str(path))
    assert "is not empty" in refused(second, "restore", str(path))
    said = refused(second, "restore", str(path), "--force", typed="yes\n")
    assert "Nothing was changed" in said
    assert "exists already" in refused(second, "backup", str(path))

    name = second.settings["DATABASE_URL"].rpartition("/")[2]
    with second.started("shell", "--no-imports", "-c", ASLEEP) as other:
        assert other.stdout.readline() == "here\n"
        said = refused(second, "restore", str(path), "--force", typed=f"{name}\n")
        assert "in use" in said
        other.communicate("\n")
    with second.started("restore", str(path), "--force") as restore:
        said, _ = restore.communicate(f"{name}\n")
    kept = max((second.var / "backups").glob("*.zip"))
    assert str(kept) in said
    assert kept.parent.stat().st_mode & 0o077 == 0
    assert second.manage("restore", str(kept), "--check").startswith("Whole:")
    assert f"{PEOPLE + 1} people" in second.manage("list_coalitions")


def test_restore_tells_when_the_rows_are_not_those_that_were_saved(saved, second):
    tables = manifest_of(saved[0])["tables"]
    tables["members_partner"]["rows"] += 1
    other = rewritten(saved[0], second.var / "other.zip", tables=tables)
    assert "members_partner" in refused(second, "restore", str(other))


def rewritten(path: Path, target: Path, **changes: object) -> Path:
    """Copy a backup with another manifest."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                data = json.dumps(json.loads(data) | changes).encode()
            new.writestr(name, data)
    return target


@pytest.mark.parametrize(
    ("changes", "words"),
    (
        ({"format": 2}, "newer version"),
        ({"migrations": ["comms.9999_from_the_future"]}, "comms.9999_from_the_future"),
        ({"vendor": "oracle"}, "It is of oracle"),
        ({"server": "99.1"}, "newer than here"),
        ({"files": {}, "key": "of elsewhere"}, "another SECRET_KEY"),
        ({"files": {"secret_key": "0"}}, "damaged: secret_key"),
        ({"files": {"nothing": "0"}}, "no backup that can be read"),
        ({"tables": None}, "no backup that can be read"),
    ),
)
def test_restore_refuses_what_does_not_fit_before_it_touches_anything(
    saved, tmp_path, db, changes, words
):
    other = rewritten(saved[0], tmp_path / "other.zip", **changes)
    for more in ([], ["--check"], ["--force"]):
        with pytest.raises(CommandError, match=words):
            call_command("restore", str(other), *more)
    assert not list(Path(settings.VAR_DIR).glob(".restore-*"))


def test_a_backup_that_was_cut_off_is_refused(saved, tmp_path, db):
    other = tmp_path / "other.zip"
    other.write_bytes(saved[0].read_bytes()[:-2000])
    for path in (other, tmp_path / "nowhere.zip"):
        with pytest.raises(CommandError, match="no backup that can be read"):
            call_command("restore", str(path))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no tools")
@pytest.mark.parametrize("said", ("pg_dump (PostgreSQL) 9.6.24", "", None))
def test_backup_says_which_tools_to_install(tmp_path, monkeypatch, db, said):
    tool = tmp_path / "pg_dump"
    if said is not None:
        tool.write_text(f"#!/bin/sh\necho '{said}'\n")
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgresql, "FOLDERS", ())
    with pytest.raises(CommandError, match="postgresql-client-1"):
        call_command("backup", str(tmp_path / "b.zip"))
    assert not (tmp_path / "b.zip").exists()


def test_sqlite_copy_keeps_every_link(saved, tmp_path):
    with zipfile.ZipFile(saved[0]) as archive:
        if "database.sqlite3" not in archive.namelist():
            pytest.skip("PostgreSQL checks them while it loads.")
        copy = archive.extract("database.sqlite3", tmp_path)
    with sqlite3.connect(copy) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
