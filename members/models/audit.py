"""The append-only record of who did what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.person import Person


class Via(models.TextChoices):
    WEB = "web", _("web page")
    LINK = "link", _("mail link")
    MAIL = "mail", _("mail")
    IMPORT = "import", _("import")
    JOB = "job", _("schedule")
    COMMAND = "command", _("command line")


class AuditEntry(models.Model):
    """One act; a trigger refuses to change it, and the actor may be nobody (a job)."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    via = models.CharField(max_length=8, choices=Via.choices)
    action = models.CharField(max_length=60)
    model = models.CharField(max_length=60)
    target_pk = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    objects = TenantManager["AuditEntry"]()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["coalition", "model", "target_pk"]),
            # Looked through for mail every minute, in every coalition.
            models.Index(
                fields=["at"],
                condition=models.Q(action="access"),
                name="members_audit_access_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.model} {self.target_pk}"
