"""Access: a person's role in a coalition, and the one-time links that sign them in."""

from datetime import date, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models.functions import JSONArray
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from coalition.common.json_rows import JSONRows
from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.grant import PermissionGrant
from members.models.person import Person
from members.permissions import (
    GRANTABLE,
    PERMISSION_WORDS,
    ROLE_PERMISSIONS,
    MemberRole,
    Permission,
)

GRANT = ("permission", "because", "from_on", "to_on")


class MembershipState(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    REMOVED = "removed", _("Removed")


# Whose access was ended opens nothing any more, not even by a link.
SHUT = (MembershipState.SUSPENDED, MembershipState.REMOVED)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(state=MembershipState.ACTIVE)

    def who_may(self, permission: Permission, today: date | None = None) -> Self:
        """Keep those whose access holds, and who have the permission on this day."""
        roles = [role for role in MemberRole if permission in ROLE_PERMISSIONS[role]]
        has = models.Q(role__in=roles)
        if permission in GRANTABLE:
            current = PermissionGrant.objects.current(today or timezone.localdate())
            own = current.filter(person=models.OuterRef("person_id"))
            has |= models.Q(models.Exists(own.filter(permission=permission)))
        return self.active().filter(has)

    def with_grants(self) -> Self:
        """Load in the same statement what each may do because of what they hold."""
        # Which day it is depends on the coalition; none is two days behind.
        living = PermissionGrant.objects.living(
            timezone.now().date() - timedelta(days=2)
        )
        own = living.filter(person=models.OuterRef("person_id")).order_by()
        rows = own.values("person").annotate(rows=JSONRows(JSONArray(*GRANT)))
        return self.annotate(grants_loaded=models.Subquery(rows.values("rows")))

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
        own = self._of_role
        if not own >= GRANTABLE.keys():
            own |= frozenset().union(*self.granted.values())
        return own & ROLE_PERMISSIONS[self.looks_as] if self.looks_as else own

    @property
    def granted(self) -> dict[str, frozenset[Permission]]:
        """Map each name of what they hold today to what it adds to their role's."""
        found: dict[str, frozenset[Permission]] = {}
        if self.looks_as or not self._grants:
            return found
        today = str(timezone.localdate(timezone=ZoneInfo(self.coalition.timezone)))
        for name, because, from_on, to_on in self._grants:
            adds = name in GRANTABLE and name not in self._of_role
            if adds and from_on <= today <= (to_on or today):
                found[because] = found.get(because, frozenset()) | {Permission(name)}
        return dict(sorted(found.items()))

    @property
    def because(self) -> list[tuple[str, list[str]]]:
        """For pages: what they hold, and what each lets them do, in words."""
        return [
            (name, [str(PERMISSION_WORDS[each]) for each in GRANTABLE if each in adds])
            for name, adds in self.granted.items()
        ]

    @cached_property
    def _grants(self) -> list[Any]:
        """Return rows of `GRANT`, dates as texts; one statement if not loaded along."""
        if "grants_loaded" in self.__dict__:
            return self.__dict__["grants_loaded"] or []
        if self._state.adding:
            return []
        rows = PermissionGrant.objects.filter(person=self.person_id)
        return [
            (name, because, str(first), str(last) if last else None)
            for name, because, first, last in rows.values_list(*GRANT)
        ]

    @property
    def _of_role(self) -> frozenset[Permission]:
        return ROLE_PERMISSIONS[MemberRole(self.role)]

    @property
    def role_seen(self) -> str:
        return str(MemberRole(self.looks_as or self.role).label)

    def may(self, permission: Permission) -> bool:
        if self.looks_as and permission not in ROLE_PERMISSIONS[self.looks_as]:
            return False
        # Asked of the role first: most memberships are loaded without grants.
        return permission in self._of_role or (
            permission in GRANTABLE and permission in self.permissions
        )

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
