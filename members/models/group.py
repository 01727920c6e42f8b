"""Working groups: people from several partners who do one thing together."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.person import Person


class WorkingGroupQuerySet(models.QuerySet["WorkingGroup"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


WorkingGroupManager = TenantManager.from_queryset(WorkingGroupQuerySet)


class WorkingGroup(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("what it is for"), blank=True, max_length=2000)
    open_to_all = models.BooleanField(
        _("whoever wants may join"), default=True, db_default=True
    )
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = WorkingGroupManager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="members_workinggroup_tenant"
            ),
            models.UniqueConstraint(
                fields=["coalition", "name"],
                condition=models.Q(closed_at=None),
                name="members_workinggroup_name",
                violation_error_message=_("There is a group of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def current(self) -> Self:
        return self.filter(left_at=None)

    def of_open_groups(self) -> Self:
        return self.filter(group__closed_at=None)


GroupMemberManager = TenantManager.from_queryset(GroupMemberQuerySet)


class GroupMember(models.Model):
    """Somebody is in a working group, or was: whoever left keeps a date."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    group = models.ForeignKey(
        WorkingGroup, on_delete=models.CASCADE, related_name="members"
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="group_places"
    )
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, editable=False)
    # Who leads a group keeps it: its words, and who is in it.
    leads = models.BooleanField(_("leads it"), default=False, db_default=False)

    objects = GroupMemberManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=models.Q(left_at=None),
                name="members_groupmember_once",
                violation_error_message=_("This person is in the group already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.group}"
