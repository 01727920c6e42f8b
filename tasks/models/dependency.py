"""What must be done before what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.tenancy import TenantManager
from tasks.models.task import Task


class TaskDependency(models.Model):
    """`task` waits until `needs` is done; that there is no circle, a service checks."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="needed")
    needs = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="waiting")

    objects = TenantManager["TaskDependency"]()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "task dependencies"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "needs"],
                name="tasks_taskdependency_once",
                violation_error_message=_("This is said already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(task=models.F("needs")),
                name="tasks_taskdependency_not_itself",
                violation_error_message=_("A task does not wait for itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.needs} → {self.task}"
