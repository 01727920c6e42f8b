"""A list brought in: read, looked at, written as a whole, and taken back in time."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.person import Person

# So long a list can be taken back, and so long what it said is kept.
KEPT_FOR = timedelta(hours=24)


class ImportKind(models.TextChoices):
    PARTNERS = "partners", _("Partners")
    PEOPLE = "people", _("People")
    TASKS = "tasks", _("Tasks")


class ImportState(models.TextChoices):
    COLUMNS = "columns", _("Columns to be named")
    READING = "reading", _("Being read")
    PREVIEW = "preview", _("Waits for your word")
    WRITING = "writing", _("Being written")
    APPLIED = "applied", _("Brought in")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    DISCARDED = "discarded", _("Not brought in")


BUSY = (ImportState.READING, ImportState.WRITING, ImportState.UNDOING)
OPEN = (ImportState.COLUMNS, ImportState.READING, ImportState.PREVIEW)


class ImportQuerySet(models.QuerySet["Import"]):
    def for_page(self) -> Self:
        """Leave the file itself in the database: it can be large."""
        return self.defer("data").select_related("person", "undone_by")


ImportManager = TenantManager.from_queryset(ImportQuerySet)


class Import(TimeStampedModel):
    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    state = models.CharField(max_length=10, choices=ImportState.choices)
    # Nobody when it came by the command line.
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    # Personal data: gone as soon as it is written or given up, within a day at most.
    data = models.BinaryField(null=True)
    titles = models.JSONField(default=list)
    layout = models.JSONField(null=True)
    answers = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True)
    records = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    notice = models.TextField(blank=True)
    claimed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = ImportManager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="members_import_state_idx")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ImportKind.values),
                name="members_import_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values),
                name="members_import_state",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["applied", "undoing", "undone"], applied_at__isnull=False
                )
                | models.Q(
                    ~models.Q(state__in=["applied", "undoing", "undone"]),
                    applied_at=None,
                ),
                name="members_import_applied",
            ),
            models.CheckConstraint(
                condition=models.Q(data=None)
                | models.Q(state__in=["columns", "reading", "preview", "writing"]),
                name="members_import_file_kept_while_needed",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or self.get_kind_display()

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    @property
    def can_be_read_again(self) -> bool:
        return self.state in {ImportState.COLUMNS, ImportState.PREVIEW}

    @property
    def undo_until(self) -> datetime | None:
        return self.applied_at and self.applied_at + KEPT_FOR

    def can_be_undone(self, now: datetime | None = None) -> bool:
        until = self.undo_until
        in_time = until is not None and (now or timezone.now()) < until
        return in_time and self.state == ImportState.APPLIED


class RowOutcome(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("As it was")
    ERROR = "error", _("To correct")


class ImportRow(models.Model):
    """One row of the list: what it does or did, and what is wrong with it."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices)
    name = models.CharField(max_length=200, blank=True)
    target_pk = models.PositiveBigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    # Records that the row made beside its own, as [model, number].
    made = models.JSONField(default=list)
    cells = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    has_warnings = models.BooleanField(default=False)
    # Whom a new partner resembles, and what was answered.
    twin = models.JSONField(null=True)
    kept = models.TextField(blank=True)

    objects = TenantManager["ImportRow"]("source__coalition")

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "line"], name="members_importrow_once"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=RowOutcome.values),
                name="members_importrow_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.name}"
