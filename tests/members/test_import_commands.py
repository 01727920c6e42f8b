"""The import commands: what they print, and how they end."""

import io
import json
import os
import subprocess
import sys
import time
from argparse import Namespace
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from coalition.common.tenancy import scope
from coalition.web.services.ending import close_coalition
from members.models import AuditEntry, Partner, Person, Via
from tests.common.hostile import HEADER, REFUSED
from tests.factories.members import PartnerFactory
from tests.utils import acting

KEYS = {"outcome", "records", "created", "updated", "unchanged", "errors", "warnings"}
COMMANDS = ("import_partners", "import_people", "import_tasks")


@pytest.fixture
def run(capsys, tmp_path):
    """Return a function that runs a command on bytes, as a shell would."""

    def act(command, data, *flags, slug="harbor"):
        path = tmp_path / "list.csv"
        path.write_bytes(data)
        return end(command, slug, str(path), *flags)

    def end(command, *args):
        code = 0
        try:
            call_command(command, *args)
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        assert printed.err == ""
        return Namespace(code=code, text=printed.out)

    act.on = end
    return act


def test_import_partners_is_a_dry_run_until_told_to_write(run, in_harbor):
    looked = run("import_partners", b"name\nHarbor Watch\n")
    assert looked.code == 0
    assert "1 new" in looked.text
    assert "dry run" in looked.text
    assert "--apply" in looked.text
    assert not Partner.objects.exists()

    written = run("import_partners", b"name\nHarbor Watch\n", "--apply")
    assert written.code == 0
    assert "dry run" not in written.text
    assert Partner.objects.get().name == "Harbor Watch"
    assert {entry.via for entry in AuditEntry.objects.all()} == {Via.IMPORT}


def test_import_people_writes_people(run, in_harbor):
    PartnerFactory(coalition=in_harbor, name="Acme")

    data = b"organisation,full_name,email\nAcme,Rosa Silva,rosa@example.org\n"

    assert run("import_people", data, "--apply").code == 0
    assert Person.objects.get().full_name == "Rosa Silva"


def test_import_prints_exactly_the_report_that_was_agreed(run, in_harbor):
    PartnerFactory(coalition=in_harbor, name="AFTINET")
    data = b"name,Colour\nAFTINET (Australia),red\n"

    ended = run("import_partners", data, "--json")

    assert ended.code == 0
    report = json.loads(ended.text)
    assert set(report) == KEYS
    assert report["outcome"] == "accepted_with_warnings"
    assert (report["records"], report["created"]) == (1, 1)
    assert (report["updated"], report["unchanged"], report["errors"]) == (0, 0, [])
    first, second = report["warnings"]
    assert set(first) == {"line", "column", "value", "message"}
    assert (first["line"], first["column"]) == (1, "Colour")
    assert (second["line"], second["column"]) == (2, "name")
    assert second["value"] == "AFTINET (Australia)"


def test_import_ends_with_one_when_rows_are_wrong(run, in_harbor):
    ended = run("import_partners", b"name\nAc\0me\nFine\n", "--apply", "--json")

    assert ended.code == 1
    report = json.loads(ended.text)
    assert report["outcome"] == "rejected_rows"
    assert report["errors"] == [
        {
            "line": 2,
            "column": "name",
            "value": "Ac\\x00me",
            "message": "There is a NUL character (an empty byte) in this cell.",
        }
    ]
    assert not Partner.objects.exists()


def test_import_tells_people_what_is_wrong_and_what_to_do(run, in_harbor):
    data = b"name,website\n" + b"Acme,bad address\n" * 130

    ended = run("import_partners", data)

    assert ended.code == 1
    assert "Errors: 130" in ended.text
    assert "line 2, website “bad address”: Enter a web address" in ended.text
    assert "and 30 more" in ended.text
    assert "Nothing was written" in ended.text


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("command", COMMANDS)
def test_import_refuses_hostile_files_without_a_traceback(
    run, in_harbor, command, case
):
    ended = run(command, REFUSED[case][0], "--apply", "--json")

    assert ended.code == 1
    report = json.loads(ended.text)
    assert set(report) == KEYS
    assert report["outcome"] == "rejected_file"
    assert len(report["errors"]) == 1


MISSING = (
    ("nowhere", "list.csv", "no coalition “nowhere”"),
    ("harbor", "missing.csv", "cannot be opened"),
    ("harbor", ".", "cannot be opened"),
    ("harbor", "a\0b", "cannot be opened"),
    ("har\0bor", "list.csv", "no coalition"),
    ("har\udcffbor", "list.csv", "no coalition"),
    ("harbor", "a\udcffb", "cannot be opened"),
)


@pytest.mark.parametrize("place", MISSING)
def test_import_says_what_it_cannot_find(run, in_harbor, place):
    slug, file, words = place

    ended = run.on("import_partners", slug, file)

    assert ended.code == 1
    assert words in ended.text


@pytest.mark.parametrize("place", MISSING)
def test_import_reports_what_it_cannot_find(run, in_harbor, place):
    slug, file, words = place

    ended = run.on("import_partners", slug, file, "--json")

    assert ended.code == 1
    report = json.loads(ended.text)
    assert report["outcome"] == "rejected_file"
    assert words in report["errors"][0]["message"]


def test_import_reads_standard_input(run, in_harbor, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(b"name\nHarbor Watch\n"))
    monkeypatch.setattr(sys, "stdin", stream)

    assert run.on("import_partners", "harbor", "-", "--apply").code == 0
    assert Partner.objects.exists()


def test_import_prints_on_a_terminal_that_lacks_letters(run, harbor, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("name,Größe\nAcme,1\n".encode())
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")

    call_command("import_partners", "harbor", str(path), stdout=terminal)

    terminal.flush()
    assert b"Gr\\xf6\\xdfe" in terminal.buffer.getvalue()


def test_import_never_fails_on_any_bytes(run, harbor):
    @hypothesis.settings(
        max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.binary(max_size=200) | st.binary(max_size=200).map(HEADER.__add__))
    def check(data):
        ended = run("import_partners", data, "--json")
        report = json.loads(ended.text)
        assert ended.code == int(report["outcome"].startswith("rejected"))

    check()


def test_import_stays_in_its_coalition(run, harbor, charlie):
    run("import_partners", b"name\nHarbor Watch\n", "--apply")

    with scope(coalition=charlie.coalition):
        assert not Partner.objects.exists()
    with scope(coalition=harbor):
        assert Partner.objects.count() == 1


@pytest.fixture
def manage(tmp_path):
    """Return a function that starts manage.py on a database that children share."""
    environment = os.environ | {"VAR_DIR": str(tmp_path)}
    database = settings.DATABASES["default"]
    if connection.vendor == "postgresql":
        environment["DATABASE_URL"] = urlunsplit(
            urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + database["NAME"])
        )

    def start(*args):
        command = [sys.executable, "manage.py", *args]
        return subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE
        )

    return start


@pytest.mark.torture
@pytest.mark.django_db(transaction=True)
def test_import_killed_half_way_writes_all_or_nothing(
    transactional_db, manage, tmp_path
):
    path = tmp_path / "list.csv"
    path.write_text("name\n" + "".join(f"Partner {n}\n" for n in range(4_000)))
    arguments = ["import_partners", "harbor", str(path), "--json"]
    manage("migrate", "-v0").communicate()
    start = ["create_coalition", "harbor", "--name", "Harbor"]
    manage(*start, "--coordinator", "rosa@example.org").communicate()
    begun = time.monotonic()
    manage(*arguments).communicate()
    once = time.monotonic() - begun

    for tenths in range(4, 13):
        child = manage(*arguments, "--apply")
        time.sleep(tenths / 10 * once)
        child.kill()
        child.communicate()
        printed, _none = manage(*arguments).communicate()
        assert json.loads(printed)["created"] in {0, 4_000}


def test_import_commands_write_nothing_into_a_closed_coalition(run, in_harbor, alice):
    close_coalition(coalition=in_harbor, by=acting(alice))
    refused = run("import_partners", b"name\nHarbor Watch\n", "--apply")
    assert refused.code == 1
    assert "This coalition is closed" in refused.text
    assert not Partner.objects.exists()
