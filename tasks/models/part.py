"""The small parts of a task: what is to be ticked off, and links to papers."""

from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.tenancy import TenantManager
from tasks.models.task import Task

URL_MAX = 1000
is_web = URLValidator(schemes=("http", "https"))


class ChecklistItem(models.Model):
    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checklist")
    text = models.CharField(_("step"), max_length=200)
    position = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = TenantManager["ChecklistItem"]()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_by=None) | models.Q(done_at__isnull=False),
                name="tasks_checklistitem_done_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class TaskLink(models.Model):
    """A paper, a form, a folder: it stays where it is, and is named here."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="links")
    title = models.CharField(_("what it is"), max_length=200)
    url = models.URLField(
        _("address"),
        max_length=URL_MAX,
        validators=[is_web],
    )

    objects = TenantManager["TaskLink"]()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(url__istartswith="http://")
                | models.Q(url__istartswith="https://"),
                name="tasks_tasklink_web",
                violation_error_message=_(
                    "Paste an address that begins with https:// or http://."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> str:
        """Return where it leads, so that nobody clicks blindly."""
        return urlsplit(self.url).hostname or ""
