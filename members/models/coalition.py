"""The tenant."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coalition.common import languages
from coalition.common.models import TimeStampedModel, VersionedModel


def validate_timezone(value: str) -> None:
    """Refuse a name that the time-zone database does not know."""
    if value not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone, for example Europe/Madrid."),
            params={"name": value},
        )


class Accent(models.TextChoices):
    HARBOR = "", _("Harbor")
    OCEAN = "ocean", _("Ocean")
    PINE = "pine", _("Pine")
    PLUM = "plum", _("Plum")
    CLAY = "clay", _("Clay")


class Coalition(VersionedModel, TimeStampedModel):
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("purpose"), blank=True, max_length=2000)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_timezone]
    )
    language = models.CharField(
        _("language"), max_length=10, default="en", choices=languages.choices
    )
    accent = models.CharField(
        _("accent"), max_length=8, blank=True, default="", choices=Accent.choices
    )
    postal_address = models.CharField(_("postal address"), max_length=300, blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    second_approval = models.BooleanField(
        _("a second person approves"), default=False, db_default=False
    )
    is_example = models.BooleanField(default=False, editable=False)
    mail_paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    deletion_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(mail_paused_at__isnull=False),
                name="members_coalition_closed_mails_nobody",
            ),
            models.CheckConstraint(
                condition=Q(is_example=False) | Q(mail_paused_at__isnull=False),
                name="members_coalition_example_mails_nobody",
            ),
            models.CheckConstraint(
                condition=Q(deletion_at=None) | Q(closed_at__isnull=False),
                name="members_coalition_deletion_closes",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
