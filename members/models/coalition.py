"""The tenant."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common import languages
from coalition.common.models import TimeStampedModel


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


class Coalition(TimeStampedModel):
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
    mail_paused_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
