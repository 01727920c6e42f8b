"""One run of the pump: plan, take back, claim, render, fence, send, prove."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Final

from comms.inbound.addresses import bounce_address
from comms.models import Delivery, Lane
from comms.sending import hold, journal, owners, recovery
from comms.sending.claims import Claim, claim, is_anything_due, release, unproven
from comms.sending.fence import Refusal, fence
from comms.sending.mail import Later, Skip
from comms.sending.outbox import patiently, prove
from comms.sending.pacing import BROKEN_LINK_DELAY
from comms.sending.rendering import Letter, Render, Sealed, prepare
from comms.sending.replies import Verdict
from comms.sending.settle import hold as hold_back
from comms.sending.settle import put_back, settle, skip
from comms.sending.sql import database_time
from comms.sending.switches import (
    note_domain_recovery,
    note_host_recovery,
    note_planned,
)
from comms.sending.transports import Transport, configured_transport

logger = logging.getLogger(__name__)

BATCH: Final = 40
_THROTTLE_PAUSE: Final = 0.5
_SETTLE_SECONDS: Final = 60
_RELEASE_SECONDS: Final = 10
_HOST_IS_ILL: Final = {Verdict.TRANSIENT_HOST, Verdict.CONFIG_ERROR}
_HOST_IS_WELL: Final = set(Verdict) - _HOST_IS_ILL - {Verdict.UNCERTAIN}

Step = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class PumpResult:
    """What one run did; `replies` counts by class, `more` asks for another run."""

    planned: int
    taken_back: int
    expired: int
    sent: int
    skipped: int
    held: int
    replies: Mapping[str, int]
    more: bool


def pump(
    *,
    render: Render,
    lane: Lane = Lane.BULK,
    steps: Sequence[Step] = (),
    until_idle: bool = False,
    max_seconds: float = 45,
    stop: threading.Event | None = None,
) -> PumpResult:
    """Send what is due in a lane, for a while or until nothing is due now.

    `render` makes the mails of a whole batch at once; `steps` run before each look into
    the queue and return how much they changed. Any number of pumps may run at a time.
    """
    with owners.working(lane) as owner, closing(configured_transport()) as transport:
        run = _Run(
            render=render,
            lane=lane,
            owner=owner,
            transport=transport,
            stop=stop or threading.Event(),
            deadline=inf if until_idle else time.monotonic() + max_seconds,
        )
        state = hold.keep_in_step()
        run.may_repeat = hold.may_repeat(state)
        if not state.is_held:
            run.go(steps, until_idle=until_idle)
    return run.result()


@dataclass
class _Run:
    render: Render
    lane: Lane
    owner: str
    transport: Transport
    stop: threading.Event
    deadline: float
    counts: Counter[str] = field(default_factory=Counter)
    replies: Counter[str] = field(default_factory=Counter)
    host_was_ill: bool = False
    may_repeat: bool = False
    begun: set[int] = field(default_factory=set)  # of the batch in hand
    accepted: dict[int, str] = field(default_factory=dict)

    def go(self, steps: Sequence[Step], *, until_idle: bool) -> None:
        while True:
            self._prepare(steps)
            handled = self._drain()
            recovery.finish_issues()
            if not (until_idle and handled) or self._is_over():
                return

    def result(self) -> PumpResult:
        return PumpResult(
            planned=self.counts["planned"],
            taken_back=self.counts["taken_back"],
            expired=self.counts["expired"],
            sent=self.replies[Verdict.ACCEPTED],
            skipped=self.counts["skipped"],
            held=self.counts["held"],
            replies=dict(self.replies),
            more=self._is_over() and is_anything_due(self.lane),
        )

    def _is_over(self) -> bool:
        return self.stop.is_set() or time.monotonic() > self.deadline

    def _prepare(self, steps: Sequence[Step]) -> None:
        journal.rotate()
        self.counts["taken_back"] += recovery.take_back()
        self.counts["expired"] += recovery.expire()
        for step in steps:
            try:
                self.counts["planned"] += step(database_time())
            except Exception:
                # A plan that cannot be made must not keep made mail from leaving.
                logger.exception("A step before sending failed")
        if steps:
            note_planned()

    def _drain(self) -> int:
        """Send batch after batch; return how many messages were in hand."""
        handled = 0
        while not self._is_over():
            claimed = claim(
                lane=self.lane,
                owner=self.owner,
                limit=BATCH,
                paced=self.transport.paced and self.lane == Lane.BULK,
            )
            if claimed.deliveries:
                handled += len(claimed.deliveries)
                self._send_batch(claimed)
            elif claimed.throttled:
                self.stop.wait(_THROTTLE_PAUSE)
            else:
                break
        return handled

    def _send_batch(self, claimed: Claim) -> None:
        blocked: set[str] = set()
        self.begun, self.accepted = set(), {}
        try:
            due = self._without_repeats(claimed.deliveries)
            letters = prepare(self.render, due)
            for delivery in due:
                if self._is_over():
                    break
                if delivery.domain in blocked:
                    continue
                verdict = self._send(delivery, letters[delivery.pk])
                if verdict in _HOST_IS_ILL:
                    self.host_was_ill = True
                    break
                if verdict is Verdict.TRANSIENT_DOMAIN:
                    blocked.add(delivery.domain)
                elif verdict in _HOST_IS_WELL:
                    self._note_recovery(delivery, claimed, verdict)
        finally:
            patiently(lambda: self._release(claimed), seconds=_RELEASE_SECONDS)

    def _release(self, claimed: Claim) -> None:
        """Leave the batch as it is: a database that crashed may remember less."""
        for pk in unproven(claimed, self.accepted):
            prove(pk, self.accepted[pk])
        release(claimed, begun=self.begun)

    def _without_repeats(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Leave out what had left before the database was restored."""
        sent = journal.known(deliveries) if self.may_repeat else set()
        for pk in sent:
            prove(pk, journal.WORDS)
        return [delivery for delivery in deliveries if delivery.pk not in sent]

    def _send(self, delivery: Delivery, letter: Sealed) -> Verdict | None:
        """Bring one message to its end; None when no server has judged it."""
        if isinstance(letter, Letter):
            return self._deliver(delivery, letter)
        if isinstance(letter, Skip):
            skip(delivery, letter.reason)
            self.counts["skipped"] += 1
        elif isinstance(letter, Later):
            put_back(delivery, delay=BROKEN_LINK_DELAY)
        else:
            hold_back(delivery, "render_error", letter.words)
            self.counts["held"] += 1
        return None

    def _deliver(self, delivery: Delivery, letter: Letter) -> Verdict | None:
        reply = self.transport.connect()
        if reply.ok:
            reply = self.transport.open_message(
                envelope_from=bounce_address(delivery.pk) or delivery.envelope_from,
                to=delivery.to_addr,
            )
        if reply.ok:
            if refusal := fence(delivery, letter):
                self.transport.reset()
                self._let_go(delivery, refusal)
                return None
            self.begun.add(delivery.pk)
            reply = self.transport.data(letter.content)
        verdict = patiently(lambda: settle(delivery, reply), seconds=_SETTLE_SECONDS)
        self.replies[verdict] += 1
        if verdict is Verdict.ACCEPTED:
            self.accepted[delivery.pk] = str(reply)
        return verdict

    def _let_go(self, delivery: Delivery, refusal: Refusal) -> None:
        self.counts["fenced"] += 1
        if refusal.ends:
            skip(delivery, refusal.reason)
            self.counts["skipped"] += 1
        elif not refusal.lost:
            put_back(delivery, delay=BROKEN_LINK_DELAY)

    def _note_recovery(
        self, delivery: Delivery, claimed: Claim, verdict: Verdict
    ) -> None:
        if claimed.host_was_ill or self.host_was_ill:
            note_host_recovery()
            self.host_was_ill = False
        if verdict is Verdict.ACCEPTED and delivery.domain in claimed.ill_domains:
            note_domain_recovery(delivery.domain)
