"""The state of sending: the one transport, the domains, the living pumps."""

from django.db import models


class PausedBy(models.TextChoices):
    OPERATOR = "operator", "a person, on purpose"
    TROUBLE = "trouble", "the pump, because to try on would do harm"
    RESTORE = "restore", "a database that is not the one which sent last"


class TransportState(models.Model):
    """One row for the installation: the stop switch, the breaker, the rate bucket."""

    name = models.CharField(max_length=20, primary_key=True, default="default")
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(
        max_length=8, choices=PausedBy.choices, default=PausedBy.TROUBLE
    )
    paused_name = models.CharField(max_length=100, blank=True, db_default="")
    reason = models.CharField(max_length=300, blank=True)
    # An operator's stop may leave the codes for signing in alone.
    stops_sign_in = models.BooleanField(default=True, db_default=True)
    # Both stand in var/epoch, too: see comms.sending.hold.
    installation = models.CharField(max_length=32, blank=True)
    epoch = models.PositiveBigIntegerField(default=0)
    restored_at = models.DateTimeField(null=True)
    reconciled_at = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True)
    fail_streak = models.PositiveIntegerField(default=0)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(null=True)
    # The pace a server asked for last, a minute: see comms.sending.pacing.learned_rate.
    slowed_to = models.FloatField(null=True)
    slowed_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_shut(self) -> bool:
        """Say whether not even the codes for signing in leave."""
        return self.paused_at is not None and self.stops_sign_in

    @property
    def is_held(self) -> bool:
        """Say whether mail waits for a person to look at what was sent before."""
        return self.paused_at is not None and self.paused_by == PausedBy.RESTORE


class DomainState(models.Model):
    domain = models.CharField(max_length=255, primary_key=True)
    blocked_until = models.DateTimeField(null=True)
    fail_streak = models.PositiveIntegerField(default=0)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(null=True)
    slowed_to = models.FloatField(null=True)
    slowed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.domain


class PumpOwner(models.Model):
    """A pump that may own claims; whether it lives, its lock tells (no clock)."""

    owner = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    lane = models.CharField(max_length=4)
    started_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.owner
