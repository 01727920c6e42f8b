"""Background work without Redis: two processes that outlive a crash, and no orphans."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.sending.processes import ROOT, run, running, scratch_environment
from tests.utils import eventually

SCRIPT = """
import django; django.setup()
from comms.services.account_mail import AccountMail, queue_account_mail
from comms.sending.doorbell import ring
mail = AccountMail("Your code", "123456")
queue_account_mail(to="alice@example.org", language="en", mail=mail)
ring("fast")
"""
QUEUE_MAIL = ("-c", SCRIPT)
BRING_LIST = """
import sys
import django; django.setup()
from coalition.common.tenancy import scope
from members.models import Coalition, Import, Via
from members.services.audit import Actor
from members.services.imports.steps import start_import
if sys.argv[1:]:
    harbor = Coalition.objects.create(slug="harbor", name="Harbor")
    with scope(coalition=harbor):
        by = Actor(harbor, None, Via.WEB)
        data = b"name\\nHarbor Watch\\n"
        start_import(kind="partners", data=data, original=data, file_name="", by=by)
with scope(coalition=Coalition.objects.get()):
    print(Import.objects.get().state)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def embedded(folder):
    with scratch_environment(folder, REDIS_URL="") as environment:
        yield environment


def mails(folder):
    return len(list((folder / "mailbox").glob("*.eml")))


def children_of(pid):
    listed = subprocess.run(
        ["pgrep", "--parent", str(pid)], stdout=subprocess.PIPE, text=True, check=False
    )
    return {int(line) for line in listed.stdout.split()}


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_work_sends_and_survives_the_death_of_its_children(embedded, folder):
    with running(embedded, "manage.py", "work") as work:
        run(embedded, *QUEUE_MAIL)
        eventually(lambda: mails(folder) == 1)
        for child in children_of(work.pid):
            os.kill(child, signal.SIGKILL)
        run(embedded, *QUEUE_MAIL)
        eventually(lambda: mails(folder) == 2)


def test_work_also_keeps_the_schedule(embedded):
    run(embedded, "-c", BRING_LIST, "begin")
    with running(embedded, "manage.py", "work"):
        eventually(lambda: "preview" in run(embedded, "-c", BRING_LIST))


def test_work_leaves_no_orphans_even_when_killed(embedded):
    with running(embedded, "manage.py", "work") as work:
        eventually(lambda: len(children_of(work.pid)) == 2)
        children = children_of(work.pid)
        work.kill()
    eventually(lambda: not any(map(is_running, children)))


def test_work_tells_of_its_runs_in_json(embedded):
    command = [sys.executable, "manage.py", "work", "--lane", "fast", "--json"]
    run(embedded, *QUEUE_MAIL)
    with subprocess.Popen(
        command, cwd=ROOT, env=embedded, stdout=subprocess.PIPE, text=True
    ) as work:
        told = json.loads(next(work.stdout or iter(())))
        work.terminate()
    assert (told["lane"], told["sent"]) == ("fast", 1)
