"""The rate buckets, of the whole installation and of each recipient domain."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from comms.models import Delivery, DomainState, TransportState
from comms.sending.pacing import SLOWEST, Bucket, learned_rate, slower


def room_now(state: TransportState, now: datetime, wanted: int) -> int:
    """Return how many of the wanted messages the installation may send now."""
    return _bucket(state, now).room(wanted)


def spend(state: TransportState, now: datetime, taken: int) -> None:
    if settings.MAIL_RATE_PER_MINUTE:
        bucket = _bucket(state, now).minus(taken)
        state.tokens, state.refilled_at = bucket.tokens, now
        state.save(update_fields=["tokens", "refilled_at"])


def slow_down(state: TransportState | DomainState, now: datetime) -> None:
    """Halve the pace, since the server says that it was too fast; does not save."""
    state.slowed_to, state.slowed_at = slower(_rate(state, now)), now


def _rate(state: TransportState | DomainState, now: datetime) -> float:
    limit = (
        settings.MAIL_DOMAIN_RATE_PER_MINUTE
        if isinstance(state, DomainState)
        else settings.MAIL_RATE_PER_MINUTE
    )
    return learned_rate(limit, state.slowed_to, state.slowed_at, now)


def _bucket(state: TransportState | DomainState, now: datetime) -> Bucket:
    return Bucket(_rate(state, now), state.tokens, state.refilled_at).at(now)


class DomainMeter:
    """The buckets of the domains met in one claim."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._buckets: dict[str, Bucket] = {}
        self.dry = self._dry_domains()

    def admit(self, rows: Sequence[Delivery]) -> list[Delivery]:
        """Keep the rows whose domain has room, and take that room."""
        self._load({row.domain for row in rows} - self._buckets.keys())
        return [row for row in rows if self._take(row.domain)]

    def save(self) -> None:
        states = [
            DomainState(domain=domain, tokens=bucket.tokens, refilled_at=self._now)
            for domain, bucket in self._buckets.items()
        ]
        DomainState.objects.bulk_create(
            states,
            update_conflicts=True,
            unique_fields=["domain"],
            update_fields=["tokens", "refilled_at"],
        )

    def _load(self, domains: Iterable[str]) -> None:
        fresh = {domain: DomainState(domain=domain) for domain in domains}
        known = DomainState.objects.in_bulk(fresh)
        for domain, state in (fresh | known).items():
            self._buckets[domain] = _bucket(state, self._now)

    def _take(self, domain: str) -> bool:
        bucket = self._buckets[domain]
        if not bucket.room(1):
            self.dry.add(domain)
            return False
        self._buckets[domain] = bucket.minus(1)
        return True

    def _dry_domains(self) -> set[str]:
        since = self._now - timedelta(minutes=2 / SLOWEST)
        used_up = DomainState.objects.filter(tokens__lt=1, refilled_at__gt=since)
        states = list(used_up)
        return {
            state.domain for state in states if not _bucket(state, self._now).room(1)
        }
