"""One message to one person in the outbox, what befell it, and who is switched off."""

from collections.abc import Mapping
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.tenancy import TenantManager


class Lane(models.TextChoices):
    """Two processes: sign-in mail never waits behind an update."""

    FAST = "fast", _("Fast")
    BULK = "bulk", _("Bulk")


class DeliveryStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("On its way")
    SENT = "sent", _("Delivered")
    FAILED = "failed", _("Could not deliver")
    SKIPPED = "skipped", _("Left out")
    HELD = "held", _("Waits for you")


class LeftOut(models.TextChoices):
    """Why a person of the coalition gets no message; a Delivery keeps it as reason."""

    NO_ADDRESS = "no_address", _("We have no e-mail address")
    NO_CONSENT = "no_consent", _("Has not agreed to get updates")
    NOT_A_MEMBER = "not_a_member", _("Not active here, and at no active partner")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    NO_UPDATES = "no_updates", _("Wants announcements, but no updates")
    NO_ANNOUNCEMENTS = "no_announcements", _("Wants updates, but no announcements")
    NOT_CONCERNED = (
        "not_concerned",
        _("Wants only what concerns them; nothing here does"),
    )
    HARD_BOUNCE = "hard_bounce", _("The address does not exist")
    SOFT_BOUNCE = "soft_bounce", _("Mail to the address kept coming back")
    COMPLAINT = "complaint", _("Marked our mail as spam")
    MANUAL = "manual", _("Switched off by a coordinator")
    ERASED = "erased", _("Asked to be erased")
    SUPPRESSED = "suppressed", _("Switched off after this was released")
    EMPTY = "empty", _("Nothing was left to tell")
    STOPPED = "stopped", _("Stopped by a coordinator")
    WITHDRAWN = "withdrawn", _("Taken back before it left")
    # Said of whoever a preview is for: no message has this reason.
    NOT_ADDRESSED = "not_addressed", _("Not among those it is for")


DELIVERY_ARROWS: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = {
    DeliveryStatus.QUEUED: frozenset(
        {
            DeliveryStatus.SENDING,
            DeliveryStatus.SENT,  # a late proof beats the token
            DeliveryStatus.FAILED,
            DeliveryStatus.SKIPPED,
            DeliveryStatus.HELD,
        }
    ),
    DeliveryStatus.SENDING: frozenset(
        {
            DeliveryStatus.QUEUED,
            DeliveryStatus.SENT,
            DeliveryStatus.FAILED,
            DeliveryStatus.SKIPPED,
            DeliveryStatus.HELD,
        }
    ),
    DeliveryStatus.HELD: frozenset(
        {DeliveryStatus.QUEUED, DeliveryStatus.SKIPPED, DeliveryStatus.SENT}
    ),
    DeliveryStatus.SENT: frozenset(),
    DeliveryStatus.FAILED: frozenset(),
    DeliveryStatus.SKIPPED: frozenset(),
}


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def unfinished(self) -> Self:
        return self.filter(status__in=[DeliveryStatus.QUEUED, DeliveryStatus.SENDING])

    def begun(self) -> Self:
        """Keep what left or was about to: a proof may come after the reader."""
        return self.exclude(data_started_at=None, accepted_at=None)


DeliveryManager = TenantManager.from_queryset(DeliveryQuerySet)


class Delivery(models.Model):
    """Bodies are not kept: they are rendered at claim; hash and size are.

    Sign-in mail belongs to no coalition and carries its code encrypted in `secret`,
    wiped when sent.
    """

    coalition = models.ForeignKey(
        "members.Coalition", on_delete=models.PROTECT, null=True
    )
    issue = models.ForeignKey(
        "comms.Issue", on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    person = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="deliveries",
    )
    kind = models.CharField(max_length=20)
    # What a notice is about, in the terms of who writes its kind.
    source = models.CharField(max_length=60, blank=True)
    lane = models.CharField(max_length=4, choices=Lane.choices, default=Lane.BULK)
    language = models.CharField(max_length=10, default="en")
    to_addr = models.CharField(max_length=320, blank=True)
    to_norm = models.CharField(max_length=320, blank=True)
    domain = models.CharField(max_length=255, blank=True)
    envelope_from = models.CharField(max_length=320, blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    status = models.CharField(
        max_length=8, choices=DeliveryStatus.choices, default=DeliveryStatus.QUEUED
    )
    reason = models.CharField(max_length=300, blank=True)
    not_before = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    uncertain = models.PositiveIntegerField(default=0)
    claim_token = models.UUIDField(null=True)
    owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    data_started_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=500, blank=True)
    error_class = models.CharField(max_length=20, blank=True)
    render_sha256 = models.CharField(max_length=64, blank=True)
    render_size = models.PositiveIntegerField(default=0)
    secret = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DeliveryManager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["lane", "not_before", "id"],
                condition=models.Q(status="queued"),
                name="comms_delivery_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(status="sending"),
                name="comms_delivery_leases",
            ),
            models.Index(fields=["issue", "status"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "to_norm"],
                condition=~models.Q(to_norm=""),
                name="comms_delivery_one_per_address",
            ),
            models.UniqueConstraint(
                fields=["issue", "person"], name="comms_delivery_one_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=DeliveryStatus.values),
                name="comms_delivery_status",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(
                        status="sending",
                        claim_token__isnull=False,
                        lease_until__isnull=False,
                    )
                    & ~models.Q(owner="")
                )
                | (
                    ~models.Q(status="sending")
                    & models.Q(claim_token=None, owner="", lease_until=None)
                ),
                name="comms_delivery_sending_owned",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sent")
                | models.Q(accepted_at__isnull=False),
                name="comms_delivery_sent_proven",
            ),
            models.CheckConstraint(
                condition=models.Q(to_addr="", status__in=["skipped", "failed", "sent"])
                | ~models.Q(to_addr=""),
                name="comms_delivery_addressed",
            ),
        ]

    def __str__(self) -> str:
        return self.dedupe_key


class DeliveryEvent(models.Model):
    """Append-only: what happened to a delivery, in order."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="events"
    )
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20)
    detail = models.CharField(max_length=500, blank=True)

    objects = TenantManager["DeliveryEvent"]("delivery__coalition")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"


class SuppressionReason(models.TextChoices):
    HARD_BOUNCE = "hard_bounce", _("The address does not exist")
    SOFT_BOUNCE = "soft_bounce", _("Mail to the address kept coming back")
    COMPLAINT = "complaint", _("Marked as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    ERASED = "erased", _("Asked to be erased")
    MANUAL = "manual", _("Switched off by a coordinator")


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def active(self) -> Self:
        return self.filter(lifted_at=None)


SuppressionManager = TenantManager.from_queryset(SuppressionQuerySet)


class Suppression(models.Model):
    """An address that gets nothing, as a keyed hash; no coalition: nowhere at all.

    The manager shows a coalition its own rows; the fence reads both kinds.
    """

    coalition = models.ForeignKey(
        "members.Coalition", on_delete=models.PROTECT, null=True, blank=True
    )
    addr_hmac = models.CharField(max_length=64)
    reason = models.CharField(max_length=12, choices=SuppressionReason.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = SuppressionManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "addr_hmac", "reason"],
                condition=models.Q(lifted_at=None, coalition__isnull=False),
                name="comms_suppression_once",
            ),
            models.UniqueConstraint(
                fields=["addr_hmac", "reason"],
                condition=models.Q(lifted_at=None, coalition=None),
                name="comms_suppression_once_everywhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.addr_hmac[:8]}"
