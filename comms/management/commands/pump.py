"""One run of the pump: send what is due."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from coalition.common.supervisor import stop_on_signals
from comms.jobs import run_pump
from comms.management.commands.mail_resume import resume_or_refuse
from comms.models import Lane
from comms.sending.pump import PumpResult


class Command(BaseCommand):
    help = "Send what is due, then stop. Any number of pumps may run at the same time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until-idle", action="store_true", help="stop when nothing is due now"
        )
        parser.add_argument("--lane", choices=Lane.values, help="only this lane")
        parser.add_argument(
            "--resume", action="store_true", help="first do what mail_resume does"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["resume"]:
            resume_or_refuse()
        stop = stop_on_signals()
        lanes = [Lane(options["lane"])] if options["lane"] else [Lane.FAST, Lane.BULK]
        results = {
            lane.value: run_pump(lane, until_idle=options["until_idle"], stop=stop)
            for lane in lanes
        }
        if options["json"]:
            self.stdout.write(json.dumps({k: asdict(v) for k, v in results.items()}))
        else:
            self.stdout.write(
                "\n".join(_in_words(lane, result) for lane, result in results.items())
            )


def _in_words(lane: str, result: PumpResult) -> str:
    counts = {k: v for k, v in asdict(result).items() if v and isinstance(v, int)}
    refused = {k: v for k, v in result.replies.items() if k != "accepted"}
    words = ", ".join(f"{k} {v}" for k, v in {**counts, **refused}.items())
    return f"{lane}: {words or 'nothing to do'}"
