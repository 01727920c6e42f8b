"""Let mail go out again, whoever or whatever stopped it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coalition.common.errors import DomainError
from comms.models import Lane
from comms.sending import doorbell, hold


def resume_or_refuse() -> bool:
    try:
        return hold.resume()
    except DomainError as refusal:
        raise CommandError(str(refusal)) from refusal


class Command(BaseCommand):
    help = "Let mail go out again: lift a stop, a pause after trouble, or a hold."

    def handle(self, *args: Any, **options: Any) -> None:
        resumed = resume_or_refuse()
        for lane in Lane:
            doorbell.ring(lane)
        self.stdout.write("Mail goes out again." if resumed else "Nothing was stopped.")
