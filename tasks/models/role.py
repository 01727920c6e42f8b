"""Standing roles: what the coalition always needs somebody for, and who does it."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from members.permissions import GRANTABLE, PERMISSION_WORDS

TERM_ENDS = "term_ends"  # the kind of notice before a term is over


class HowFilled(models.TextChoices):
    VOLUNTEERS = "volunteers", _("Whoever volunteers")
    APPOINTED = "appointed", _("The coordinator asks somebody")
    ELECTED = "elected", _("The partners elect somebody")
    ROTATES = "rotates", _("Partners take turns")


class RoleQuerySet(models.QuerySet["Role"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


RoleManager = TenantManager.from_queryset(RoleQuerySet)


class Role(TimeStampedModel, VersionedModel):
    """A standing role; not to be confused with MemberRole, which is access."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("what it is for"), blank=True, max_length=2000)
    duties = models.TextField(_("what one does"), blank=True, max_length=5000)
    ask_about = models.CharField(
        _("what to ask them about"), blank=True, max_length=200
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    term_months = models.PositiveSmallIntegerField(
        _("months in a term"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    how_filled = models.CharField(
        _("how it is filled"),
        max_length=10,
        choices=HowFilled.choices,
        default=HowFilled.VOLUNTEERS,
    )
    # Names of Permission, each in GRANTABLE: what its holders may do beside their access.
    permissions = models.JSONField(
        _("what it allows"),
        default=list,
        blank=True,
        db_default=models.Value([], models.JSONField()),
    )
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = RoleManager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="tasks_role_tenant"
            ),
            models.UniqueConstraint(
                fields=["coalition", "name"],
                condition=models.Q(closed_at=None),
                name="tasks_role_name",
                violation_error_message=_("There is a role of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(seats__gte=1), name="tasks_role_seats"
            ),
            models.CheckConstraint(
                condition=models.Q(how_filled__in=HowFilled.values),
                name="tasks_role_how_filled",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def allows(self) -> list[str]:
        """What its holders may do, in words."""
        return [
            str(PERMISSION_WORDS[each])
            for each in GRANTABLE
            if each in self.permissions
        ]


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def living(self, today: date) -> Self:
        """Keep those that are not over, also what has not begun."""
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=today))

    def current(self, today: date) -> Self:
        return self.living(today).filter(from_on__lte=today)


RoleAssignmentManager = TenantManager.from_queryset(RoleAssignmentQuerySet)


class RoleAssignment(TimeStampedModel, VersionedModel):
    """Who holds a role, from and to (the last day it is theirs)."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="holders")
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="roles_held"
    )
    partner = models.ForeignKey(
        "members.Partner",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles_held",
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    handover_notes = models.TextField(
        _("notes for who comes next"), blank=True, max_length=10_000
    )

    objects = RoleAssignmentManager()

    class Meta:
        ordering = ["-from_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on=None)
                | models.Q(to_on__gte=models.F("from_on")),
                name="tasks_roleassignment_ends_after_start",
                violation_error_message=_("It must not end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["role", "person"],
                condition=models.Q(to_on=None),
                name="tasks_roleassignment_once",
                violation_error_message=_("This person holds the role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"
