"""Run everything on this machine: pages, background work, and a mailbox."""

import hashlib
import os
import socket
import sys
import time
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from coalition.common.supervisor import (
    Child,
    end_with_parent,
    stop_on_signals,
    supervise,
)
from coalition.management import demo
from members.models import Coalition, User
from members.services.accounts import make_sign_in_link

HOST = "127.0.0.1"
SHOWN = "localhost"  # where passkeys work too, which they do at no number
HIGHEST_PORT = 65_535
PYTHON = sys.executable


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parent", type=int, help="end when this process does")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"]:
            end_with_parent(options["parent"])
        port = _port()
        with _listen(port) as listener:
            self._bring_up_to_date()
            self._greet(f"http://{SHOWN}:{port}")
            connection.close()
            supervise(_children(listener), stop=stop_on_signals())

    def _bring_up_to_date(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(_("Bringing the database up to date …"))
            call_command("migrate", verbosity=0)
        self._collect_static_files()
        if settings.DEMO and not Coalition.objects.exists():
            self.stdout.write(_("Making a coalition to look at …"))
            call_command("seed_demo", stdout=StringIO())

    def _collect_static_files(self) -> None:
        stamp = settings.VAR_DIR / "static.stamp"
        now = _static_fingerprint()
        if (
            stamp.exists()
            and stamp.read_text() == now
            and settings.STATIC_ROOT.exists()
        ):
            return
        self.stdout.write(_("Collecting static files …"))
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)

    def _greet(self, here: str) -> None:
        say = self.stdout.write
        say(_("Coalition is at %(url)s") % {"url": f"{here}/"})
        if not Coalition.objects.exists():
            self._offer_start(here)
        if settings.MAILBOX_MODE:
            say(_("Its mail goes to %(url)s") % {"url": f"{here}/mailbox/"})
        if not settings.PRODUCTION:
            self._offer_sign_in(here)
        say(_("Press Ctrl-C to stop."))
        self.stdout.flush()

    def _offer_start(self, here: str) -> None:
        if settings.STARTING == "open":
            self.stdout.write(_("Start yours at %(url)s") % {"url": f"{here}/start/"})
        else:
            self.stdout.write(_("Start one with: manage.py create_coalition"))

    def _offer_sign_in(self, here: str) -> None:
        roles = {demo.COORDINATOR: _("coordinator"), demo.DELEGATE: _("delegate")}
        for user in User.objects.filter(email__in=roles).order_by("id"):
            link = make_sign_in_link(user=user)
            say = _("Sign in once as the demo's %(role)s: %(url)s")
            self.stdout.write(say % {"role": roles[user.email], "url": here + link})


def _port() -> int:
    named = os.environ.get("PORT") or "8000"
    if named.isdecimal() and 0 < int(named) <= HIGHEST_PORT:
        return int(named)
    raise CommandError(
        _("“%(port)s” is no port. Name one as in PORT=8001 make run.") % {"port": named}
    )


def _listen(port: int) -> socket.socket:
    """Hold the port for as long as we run: no request is refused during a restart."""
    try:
        return socket.create_server((HOST, port), backlog=2048)
    except OSError as error:
        raise CommandError(
            _("Port %(port)s is in use. Name another one, as in PORT=8001 make run.")
            % {"port": port}
        ) from error


def _static_fingerprint() -> str:
    files = sorted(
        (path, (info := Path(storage.path(path)).stat()).st_size, info.st_mtime_ns)
        for finder in get_finders()
        for path, storage in finder.list([])
    )
    return hashlib.sha256(repr(files).encode()).hexdigest()


def _children(listener: socket.socket) -> list[Child]:
    fd = listener.fileno()
    gunicorn = [PYTHON, "-m", "gunicorn", "coalition.wsgi", "--bind", f"fd://{fd}"]
    web = Child("web", gunicorn, inherit=(fd,))
    pages_first = time.monotonic() + 2
    work = _background_work().items()
    return [web, *(Child(name, command, due=pages_first) for name, command in work)]


def _background_work() -> dict[str, list[str]]:
    if settings.EMBEDDED:
        return {"work": [PYTHON, str(settings.BASE_DIR / "manage.py"), "work"]}
    celery = [PYTHON, "-m", "celery", "--quiet", "--app", "coalition"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "1"]
    return {
        "worker": [*worker, "--queues", "bulk", "--hostname", "bulk@%h"],
        "worker-fast": [*worker, "--queues", "fast", "--hostname", "fast@%h"],
        "beat": [*celery, "beat", "--loglevel", "WARNING"],
    }
