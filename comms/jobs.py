"""The doorbell's other end: one run of the pump, in a worker or in this process."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from celery import shared_task

from coalition.common.tenancy import scopes_disabled
from coalition.common.tracing import traced
from comms.models import Delivery, IssueKind, Lane
from comms.notices.kinds import KINDS
from comms.notices.queue import queue_notices
from comms.notices.render import render_notices
from comms.sending import doorbell
from comms.sending.mail import Later
from comms.sending.pump import PumpResult, Step, pump
from comms.sending.rendering import Made, Render
from comms.services.account_mail import KIND as ACCOUNT
from comms.services.account_mail import render_account_mail
from comms.services.anonymous import open_boxes
from comms.services.planning import compose_due, plan, release_due
from comms.services.testing import KIND as TEST
from comms.updates.render import render_issues, render_tests

logger = logging.getLogger(__name__)

# Who makes the mail of each kind, and what is to be done before sending.
RENDERERS: Final[Mapping[str, Render]] = {
    ACCOUNT: render_account_mail,
    IssueKind.UPDATE: render_issues,
    IssueKind.ANNOUNCEMENT: render_issues,
    TEST: render_tests,
    **dict.fromkeys(KINDS, render_notices),
}


def tell(now: datetime) -> int:
    """Queue the notices of all coalitions at once."""
    with scopes_disabled():
        return queue_notices(now)


STEPS: Final[Sequence[Step]] = (open_boxes, tell, plan, compose_due, release_due)


def run_pump(
    lane: Lane, *, until_idle: bool = False, stop: threading.Event | None = None
) -> PumpResult:
    """Run the pump of a lane with everything that makes its mail."""
    steps = STEPS if lane == Lane.BULK else ()
    with traced():
        result = pump(
            render=render, lane=lane, steps=steps, until_idle=until_idle, stop=stop
        )
        counts = {name: n for name, n in asdict(result).items() if n}
        if counts:
            logger.info("The pump ran", extra={"facts": {"lane": lane.value, **counts}})
    return result


def render(batch: Sequence[Delivery]) -> Mapping[int, Made]:
    """Let each kind's renderer make its part of a batch."""
    mails: dict[int, Made] = {}
    for kind in {delivery.kind for delivery in batch}:
        make = RENDERERS.get(kind, _leave)
        mails |= make([row for row in batch if row.kind == kind])
    return mails


def _leave(batch: Sequence[Delivery]) -> Mapping[int, Made]:
    """While an update is brought out, a newer process may queue what is new to us."""
    return {row.pk: Later() for row in batch}


@shared_task
def ring() -> int:
    return _ring(Lane.BULK)


@shared_task
def ring_fast() -> int:
    return _ring(Lane.FAST)


def _ring(lane: Lane) -> int:
    result = run_pump(lane)
    if result.more:
        doorbell.ring(lane)
    return result.sent
