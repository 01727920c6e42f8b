"""How far a long list is, while its one transaction still runs."""

import os
import sys
from subprocess import run

import pytest
from django.core.cache import caches
from django.db import transaction

from members.models import Import
from members.models.imports import ImportKind, ImportState
from members.services.imports.progress import Meter, Phase, progress_of
from members.services.imports.steps import apply_import, start_import, undo_import
from members.services.imports.work import AT_ONCE, work_off
from tests.factories.members import ImportFactory
from tests.utils import HTMX, acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
ENV = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
ROWS = 1200


@pytest.fixture
def by(alice):
    return acting(alice)


@pytest.fixture
def told(monkeypatch):
    """Return what a page would have been told, each time that anything was written."""
    seen = []
    real = caches["progress"].set

    def keep(key, value, timeout):
        real(key, value, timeout)
        seen.append(progress_of(Import.objects.get()))

    monkeypatch.setattr(caches["progress"], "set", keep)
    return seen


def begin(by):
    data = ("name\n" + "".join(f"Partner {n}\n" for n in range(ROWS))).encode()
    return start_import(
        kind=ImportKind.PARTNERS, data=data, original=data, file_name="", by=by
    )


def shown(told):
    return [(p.phase, f"{p.step}/{p.steps}", p.done, p.total) for p in told if p]


def test_a_long_list_tells_how_far_it_is_at_each_step(by, told):
    imported = begin(by)
    work_off(imported)
    assert shown(told) == [
        *(("check", "1/2", done, ROWS) for done in (0, 500, 1000, 1200)),
        *(("keep", "2/2", done, ROWS) for done in (0, 500, 1000, 1200)),
    ]
    assert progress_of(Import.objects.get()) is None

    told.clear()
    imported.refresh_from_db()
    apply_import(imported=imported, seen=imported.fingerprint, by=by)
    work_off(imported)
    assert ("write", "2/3", 500, ROWS) in shown(told)
    assert shown(told)[-1][:2] == ("note", "3/3")
    percents = [p.percent for p in told if p]
    assert percents == sorted(percents)

    told.clear()
    undo_import(imported=imported, by=by)
    work_off(imported)
    assert ("remove", "1/2", 1000, ROWS) in shown(told)
    assert shown(told)[-1][:2] == ("note", "2/2")


def test_the_page_shows_the_numbers(client_of, alice):
    imported = ImportFactory(
        coalition=alice.coalition, state=ImportState.WRITING, records=AT_ONCE + 1
    )
    url = at(alice, "members:import_detail", imported.pk)
    page = client_of(alice).get(url).text
    assert "<progress" in page
    assert "Step" not in page
    meter = Meter(imported)
    meter.begin(Phase.WRITE, 1000)
    meter.add(500)
    page = client_of(alice).get(url, headers=HTMX).text
    assert 'value="50" max="100"' in page
    assert "Step 2 of 3" in page
    assert "500 of 1000 records written" in page
    assert "Look again" in page
    meter.end()
    assert "Step" not in client_of(alice).get(url).text


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_what_a_transaction_has_not_finished(in_harbor):
    imported = ImportFactory(coalition=in_harbor, state=ImportState.WRITING)
    look = (
        "import sys, django; django.setup();"
        "from django.core.cache import caches;"
        "print(caches['progress'].get(sys.argv[1]))"
    )
    with transaction.atomic():
        Import.objects.update(records=7)
        Meter(imported).begin(Phase.WRITE, 7)
        command = [sys.executable, "-c", look, f"import:{imported.pk}"]
        told = run(command, capture_output=True, text=True, check=True, env=ENV)
    Meter(imported).end()
    assert told.stdout.strip() == "('write', 0, 7)"


def test_what_was_told_of_another_act_is_not_shown(in_harbor):
    imported = ImportFactory(coalition=in_harbor, state=ImportState.READING)
    Meter(imported).begin(Phase.WRITE, 10)
    assert progress_of(imported) is None
    Meter(imported).end()


def test_a_list_goes_on_when_nothing_can_be_told(by, monkeypatch):
    def full(*_args):
        raise OSError("No space left on device")

    monkeypatch.setattr(caches["progress"], "set", full)
    imported = begin(by)
    work_off(imported)
    imported.refresh_from_db()
    assert imported.state == ImportState.PREVIEW
