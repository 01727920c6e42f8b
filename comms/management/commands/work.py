"""All background work without Redis: two processes, until told to stop."""

import json
import os
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from celery import current_app
from celery.beat import Scheduler
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from coalition.common.supervisor import (
    Child,
    end_with_parent,
    is_orphan,
    stop_on_signals,
    supervise,
)
from comms.jobs import run_pump
from comms.models import Lane
from comms.sending.claims import is_anything_due
from comms.sending.pump import PumpResult

_PAUSE_SECONDS: Final = {Lane.FAST: 1.0, Lane.BULK: 2.0}
_PLAN_SECONDS: Final = 10  # nobody rings here: look for what to plan or release


class Command(BaseCommand):
    help = "Send mail and run the scheduled jobs, without Redis, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lane", choices=Lane.values, help="run one lane only")
        parser.add_argument("--parent", type=int, help="end when this process does")
        parser.add_argument(
            "--json", action="store_true", help="tell of each run in a line of JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = stop_on_signals()
        if options["lane"]:
            parent = options["parent"]
            if parent:
                end_with_parent(parent)
            tell = self._tell if options["json"] else None
            _work(Lane(options["lane"]), stop=stop, parent=parent, tell=tell)
        else:
            asked = ["--json"] if options["json"] else []
            supervise([_child(lane, asked) for lane in Lane], stop=stop)

    def _tell(self, lane: Lane, result: PumpResult) -> None:
        self.stdout.write(json.dumps({"lane": lane.value, **asdict(result)}))
        self.stdout.flush()


def _child(lane: Lane, asked: list[str]) -> Child:
    here = ["--lane", lane.value, "--parent", str(os.getpid()), *asked]
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work", *here]
    return Child(f"work ({lane.value})", command)


def _work(
    lane: Lane,
    *,
    stop: threading.Event,
    parent: int | None,
    tell: Callable[[Lane, PumpResult], None] | None = None,
) -> None:
    """Look for due mail every second or two; the bulk lane also keeps the schedule."""
    current_app.loader.import_default_modules()  # the jobs of every app
    schedule = InProcessScheduler(current_app) if lane == Lane.BULK else None
    next_plan = 0.0
    while not stop.is_set() and not (parent and is_orphan(parent)):
        close_old_connections()
        if schedule:
            schedule.tick()
        is_time = schedule and time.monotonic() >= next_plan
        if is_time or is_anything_due(lane):
            result = run_pump(lane, stop=stop)
            if tell:
                tell(lane, result)
            next_plan = time.monotonic() + _PLAN_SECONDS
        stop.wait(_PAUSE_SECONDS[lane])


class InProcessScheduler(Scheduler):
    """Celery's beat, except that a due job runs here and now."""

    producer: Any = None  # the base class would connect to a broker

    def install_default_entries(self, data: Any) -> None:
        """Leave out the clean-up of results: there are none."""

    def apply_async(
        self,
        entry: Any,
        producer: Any = None,
        advance: bool = True,
        **kwargs: Any,
    ) -> Any:
        if advance:
            entry = self.reserve(entry)
        return self.app.tasks[entry.task].apply(entry.args, entry.kwargs)
