"""Access: a person's role in a coalition, and the one-time links that sign them in."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.person import Person
from members.permissions import ROLE_PERMISSIONS, MemberRole, Permission


class MembershipState(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    REMOVED = "removed", _("Removed")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(state=MembershipState.ACTIVE)

    def who_may(self, permission: Permission) -> Self:
        """Keep those whose access holds, and whose role has the permission."""
        roles = [role for role in MemberRole if permission in ROLE_PERMISSIONS[role]]
        return self.active().filter(role__in=roles)

    def of_user(self, user_id: int) -> Self:
        return self.active().filter(user_id=user_id, person__erased_at=None)


MembershipManager = TenantManager.from_queryset(MembershipQuerySet)


class Membership(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, related_name="membership"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships",
    )
    role = models.CharField(
        _("access"),
        max_length=12,
        choices=MemberRole.choices,
        default=MemberRole.MEMBER,
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=MembershipState.choices,
        default=MembershipState.ACTIVE,
    )

    objects = MembershipManager()

    # Whose view its holder takes during one request: not stored, and adds nothing.
    looks_as: MemberRole | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "user"], name="members_membership_one_per_user"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=MemberRole.values),
                name="members_membership_role",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=MembershipState.values),
                name="members_membership_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"

    @property
    def role_word(self) -> str:
        """For lists: `get_role_display` gathers all the words for each row."""
        return str(MemberRole(self.role).label)

    @property
    def permissions(self) -> frozenset[Permission]:
        own = ROLE_PERMISSIONS[MemberRole(self.role)]
        return own & ROLE_PERMISSIONS[self.looks_as] if self.looks_as else own

    @property
    def role_seen(self) -> str:
        return str(MemberRole(self.looks_as or self.role).label)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def leads(self) -> bool:
        """Coordinators and the steering group work in the dashboard."""
        return self.may(Permission.DASHBOARD_VIEW)


class SignInLink(models.Model):
    """An operator's one-time sign-in link; only the hash of its secret is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"
