"""The rate buckets, of the whole installation and of each recipient domain."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from comms.models import Delivery, DomainState, TransportState
from comms.sending.pacing import Bucket


def room_now(state: TransportState, now: datetime, wanted: int) -> int:
    """Return how many of the wanted messages the installation may send now."""
    return _bucket_of_transport(state, now).room(wanted)


def spend(state: TransportState, now: datetime, taken: int) -> None:
    if settings.MAIL_RATE_PER_MINUTE:
        bucket = _bucket_of_transport(state, now).minus(taken)
        state.tokens, state.refilled_at = bucket.tokens, now
        state.save(update_fields=["tokens", "refilled_at"])


def _bucket_of_transport(state: TransportState, now: datetime) -> Bucket:
    rate = settings.MAIL_RATE_PER_MINUTE
    return Bucket(rate, state.tokens, state.refilled_at).at(now)


def _bucket_of_domain(state: DomainState, now: datetime) -> Bucket:
    rate = settings.MAIL_DOMAIN_RATE_PER_MINUTE
    return Bucket(rate, state.tokens, state.refilled_at).at(now)


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
            self._buckets[domain] = _bucket_of_domain(state, self._now)

    def _take(self, domain: str) -> bool:
        bucket = self._buckets[domain]
        if not bucket.room(1):
            self.dry.add(domain)
            return False
        self._buckets[domain] = bucket.minus(1)
        return True

    def _dry_domains(self) -> set[str]:
        since = self._now - timedelta(minutes=2 / settings.MAIL_DOMAIN_RATE_PER_MINUTE)
        used_up = DomainState.objects.filter(tokens__lt=1, refilled_at__gt=since)
        states = list(used_up)
        return {
            state.domain
            for state in states
            if not _bucket_of_domain(state, self._now).room(1)
        }
