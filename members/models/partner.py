"""A member organisation in one coalition, and the other names it goes by."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from coalition.common.text import FoldedField, fold_search
from members.models.coalition import Coalition
from members.models.logo import PartnerLogo


class PartnerStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    LEFT = "left", _("Left")


class PartnerQuerySet(models.QuerySet["Partner"]):
    def active(self) -> Self:
        return self.filter(status=PartnerStatus.ACTIVE)

    def listed(self) -> Self:
        """Leave out the archive: its partners are in no list, picker or count."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None)

    def nameable(self) -> Self:
        """Keep those that agreed to be named in public, and are with us."""
        return self.active().listed().filter(listing_agreed_at__isnull=False)

    def with_public_logo(self) -> Self:
        """Keep those of them whose logo may stand beside the name."""
        return self.nameable().filter(logo__isnull=False, logo_agreed_at__isnull=False)

    def matching(self, words: str) -> Self:
        """Keep the partners whose name, place, sector or tags hold every word."""
        found = self
        for word in fold_search(words).split():
            # Not by a join: each word would multiply the rows by the aliases.
            alias = PartnerAlias.objects.filter(
                partner=models.OuterRef("pk"), name_key__contains=word
            )
            found = found.filter(
                models.Q(search_text__contains=word) | models.Exists(alias)
            )
        return found

    def offered(self, current: int | None = None) -> Self:
        """Keep what a form offers: all but the archive, and what is chosen already."""
        return self.filter(models.Q(archived_at=None) | models.Q(pk=current))


PartnerManager = TenantManager.from_queryset(PartnerQuerySet)


class Partner(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=200)
    name_key = FoldedField(max_length=400, sources=("name",))
    website = models.URLField(_("website"), max_length=300, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    sector = models.CharField(_("sector"), max_length=100, blank=True)
    communities = models.JSONField(
        _("communities it speaks for"), default=list, blank=True
    )
    why_joined = models.TextField(_("why it joined"), blank=True, max_length=2000)
    notes = models.TextField(_("notes"), blank=True, max_length=20_000)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=PartnerStatus.choices,
        default=PartnerStatus.ACTIVE,
    )
    # When the status was recorded: an update tells of who joined by this, while
    # `joined_on` is the date that people state.
    status_since = models.DateTimeField(auto_now_add=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    # Consent to be named in public: when it was given, and by whom. No date is no.
    listing_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    listing_agreed_by = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    logo = models.OneToOneField(
        PartnerLogo,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("logo"),
    )
    logo_alt = models.CharField(
        _("words in the logo"), max_length=200, blank=True, default="", db_default=""
    )
    # Consent to show the logo in public: of its own, and no date is no.
    logo_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    logo_agreed_by = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = FoldedField(
        max_length=2000,
        sources=("name", "country", "region", "sector", "communities", "tags"),
        fold=fold_search,
    )

    objects = PartnerManager()

    class Meta:
        ordering = ["name_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "name_key"],
                name="members_partner_unique_name",
                violation_error_message=_("A partner of this name is here already."),
            ),
            models.UniqueConstraint(
                fields=["coalition", "id"], name="members_partner_tenant"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PartnerStatus.values),
                name="members_partner_status",
            ),
            models.CheckConstraint(
                condition=models.Q(joined_on=None)
                | models.Q(left_on=None)
                | models.Q(left_on__gte=models.F("joined_on")),
                name="members_partner_left_after_joined",
                violation_error_message=_("It cannot leave before it joined."),
            ),
            models.CheckConstraint(
                condition=models.Q(listing_agreed_at=None, listing_agreed_by=None)
                | models.Q(
                    listing_agreed_at__isnull=False, listing_agreed_by__isnull=False
                ),
                name="members_partner_listing_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(logo_agreed_at=None, logo_agreed_by=None)
                | models.Q(logo_agreed_at__isnull=False, logo_agreed_by__isnull=False),
                name="members_partner_logo_agreed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_named(self) -> bool:
        """Say of one what `nameable` asks of all."""
        with_us = self.status == PartnerStatus.ACTIVE and self.archived_at is None
        return with_us and self.listing_agreed_at is not None

    @property
    def may_show_logo(self) -> bool:
        agreed = self.logo_id is not None and self.logo_agreed_at is not None
        return self.may_be_named and agreed

    @property
    def status_word(self) -> str:
        """For lists: `get_status_display` gathers all the words for each row."""
        return str(PartnerStatus(self.status).label)


class PartnerAlias(models.Model):
    """Another spelling of a partner's name; real lists have many."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="aliases"
    )
    name = models.CharField(_("name"), max_length=200)
    name_key = FoldedField(max_length=400, sources=("name",))

    objects = TenantManager["PartnerAlias"]()

    class Meta:
        ordering = ["name_key"]
        indexes = [
            models.Index(
                fields=["coalition", "partner"], name="members_alias_of_partner"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "name_key"],
                name="members_partneralias_unique_name",
                violation_error_message=_("Another partner goes by this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
