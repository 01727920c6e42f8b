"""A human as one coalition knows them, and the partners they stand for."""

from datetime import date
from typing import Final, Self

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from coalition.common.languages import spoken
from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from coalition.common.text import FoldedField, fold_search
from members.models.coalition import Coalition, validate_timezone
from members.models.partner import Partner, PartnerStatus

CALENDAR: Final = "calendar"  # the purpose of the link that a calendar reads


class CommentMail(models.TextChoices):
    """Of which comments a person is told by mail."""

    ALL = "all", _("Whatever I am part of")
    NAMED = "named", _("Only when somebody names me")
    NONE = "none", _("Nothing")


class PersonQuerySet(models.QuerySet["Person"]):
    def living(self) -> Self:
        """Leave out those who asked to be erased."""
        return self.filter(erased_at=None)

    def with_access(self) -> Self:
        """Keep those who can open our pages."""
        return self.living().filter(membership__state="active")

    def listed(self) -> Self:
        """Leave out the archive: whoever was removed."""
        return self.living().exclude(membership__state="removed")

    def archived(self) -> Self:
        return self.living().filter(membership__state="removed")

    def reachable(self, today: date) -> Self:
        """Keep who takes part: they have access, or are at an active partner.

        Whoever was suspended or removed is out, wherever they work.
        """
        here = Affiliation.objects.current(today).filter(
            partner__status=PartnerStatus.ACTIVE, partner__archived_at=None
        )
        active = models.Q(membership__state="active")
        no_access = models.Q(membership=None, pk__in=here.values("person"))
        return self.living().filter(active | no_access)

    def offered(self, current: int | None = None) -> Self:
        """Keep whom a form offers: who can answer, and who is chosen already."""
        shut = models.Q(membership__state__in=["suspended", "removed"])
        return self.living().filter(~shut | models.Q(pk=current))

    def matching(self, words: str, *, by_address: bool = False) -> Self:
        """Keep the people whose name or partner, or address, holds every word.

        Who may not read addresses must not find out by searching for one.
        """
        found = self
        for word in fold_search(words).split():
            # Not by a join: each word would multiply the rows by the affiliations.
            # Nor row by row: whoever is at a place that fits is found once for all.
            places = Partner.objects.filter(search_text__contains=word)
            there = Affiliation.objects.filter(partner__in=places).values("person")
            holds = models.Q(search_text__contains=word) | models.Q(pk__in=there)
            if by_address:
                holds |= models.Q(email__contains=word)
            found = found.filter(holds)
        return found

    def speaking_for(self, partner: Partner, today: date) -> Self:
        speaking = Affiliation.objects.speaking(today).filter(partner=partner)
        return self.filter(pk__in=speaking.values("person"))

    def with_partners(self) -> Self:
        return self.prefetch_related("affiliations__partner")


PersonManager = TenantManager.from_queryset(PersonQuerySet)


class Person(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    full_name = models.CharField(_("name"), max_length=200)
    name_key = FoldedField(max_length=400, sources=("full_name",))
    # NULL, not "", for no address: the unique constraint lets it pass.
    email = models.EmailField(  # noqa: DJ001
        _("e-mail"), max_length=254, null=True, blank=True
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validate_timezone]
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    access_needs = models.TextField(
        _("what makes taking part easier"), blank=True, max_length=1000
    )
    notes = models.TextField(_("notes"), blank=True, max_length=20_000)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    consent_digest = models.BooleanField(_("agreed to get updates"), default=False)
    consent_at = models.DateTimeField(null=True, blank=True, editable=False)
    comment_mail = models.CharField(
        _("comments by e-mail"),
        max_length=5,
        choices=CommentMail.choices,
        default=CommentMail.ALL,
    )
    check_in_mail = models.BooleanField(
        _("check-ins by e-mail"), default=True, db_default=True
    )
    away_until = models.DateField(_("on leave until"), null=True, blank=True)
    # A number that nobody guesses; the address of their calendar holds while it stands.
    calendar_key = models.BigIntegerField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = FoldedField(max_length=600, sources=("full_name",), fold=fold_search)

    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        ordering = ["name_key", "id"]
        indexes = [
            models.Index(
                fields=["coalition", "name_key", "id"], name="members_person_by_name"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "email"],
                name="members_person_unique_email",
                violation_error_message=_(
                    "Somebody here has this e-mail address already."
                ),
            ),
            models.UniqueConstraint(
                fields=["coalition", "id"], name="members_person_tenant"
            ),
            models.CheckConstraint(
                condition=models.Q(email=None) | models.Q(email=Lower("email")),
                name="members_person_email_lower",
            ),
            models.CheckConstraint(
                condition=~models.Q(email=""), name="members_person_email_not_empty"
            ),
            models.CheckConstraint(
                condition=models.Q(comment_mail__in=CommentMail.values),
                name="members_person_comment_mail",
            ),
            models.CheckConstraint(
                condition=models.Q(consent_digest=False)
                | models.Q(consent_at__isnull=False),
                name="members_person_consent_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def first_name(self) -> str:
        return self.full_name.split()[0] if self.full_name.strip() else ""

    @property
    def spoken(self) -> str:
        """The language to write to them in."""
        return spoken(self.language, self.coalition.language)

    @property
    def zone_name(self) -> str:
        return self.timezone or self.coalition.timezone

    @property
    def calendar_link(self) -> Link | None:
        """Where a calendar reads what is theirs, None until they asked for it."""
        if self.calendar_key is None:
            return None
        return Link(
            CALENDAR, self.coalition_id, self.pk, self.pk, version=self.calendar_key
        )

    @property
    def is_with_us(self) -> bool:
        """Say whether nobody took their access, and they were not erased."""
        membership = getattr(self, "membership", None)
        shut = membership is not None and membership.state != "active"
        return self.erased_at is None and not shut

    def is_away(self, today: date) -> bool:
        return self.away_until is not None and self.away_until >= today


class AffiliationKind(models.TextChoices):
    DELEGATE = "delegate", _("Delegate")
    ALTERNATE = "alternate", _("Alternate")
    STAFF = "staff", _("Staff")


# Who works at a partner does not therefore speak for it.
SPEAKING = (AffiliationKind.DELEGATE, AffiliationKind.ALTERNATE)


class Authority(models.TextChoices):
    DECIDES = "decides", _("May decide")
    ASKS = "asks", _("Must ask their board")


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def current(self, today: date) -> Self:
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=today))

    def speaking(self, today: date) -> Self:
        """Keep the delegates and alternates whose time has begun and not ended."""
        begun = models.Q(from_on=None) | models.Q(from_on__lte=today)
        return self.current(today).filter(begun, kind__in=SPEAKING)


AffiliationManager = TenantManager.from_queryset(AffiliationQuerySet)


class Affiliation(VersionedModel):
    """A person speaks for, or works at, a partner; one may stand for several."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="affiliations"
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="affiliations"
    )
    kind = models.CharField(
        _("speaks as"),
        max_length=10,
        choices=AffiliationKind.choices,
        default=AffiliationKind.DELEGATE,
    )
    authority = models.CharField(
        _("authority"),
        max_length=8,
        choices=Authority.choices,
        default=Authority.DECIDES,
    )
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("to"), null=True, blank=True)

    objects = AffiliationManager()

    class Meta:
        ordering = ["id"]
        # They begin with the coalition because every query does: without statistics
        # SQLite would take the index on that alone.
        indexes = [
            models.Index(
                fields=["coalition", "partner"], name="members_affiliation_partner"
            ),
            models.Index(
                fields=["coalition", "person"], name="members_affiliation_person"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "partner"],
                condition=models.Q(to_on=None),
                name="members_affiliation_once",
                violation_error_message=_("This person is at this partner already."),
            ),
            models.CheckConstraint(
                condition=models.Q(from_on=None)
                | models.Q(to_on=None)
                | models.Q(to_on__gte=models.F("from_on")),
                name="members_affiliation_ends_after_start",
                violation_error_message=_("It cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.partner})"

    @property
    def speaks(self) -> bool:
        return self.kind in SPEAKING

    def is_current(self, today: date) -> bool:
        return self.to_on is None or self.to_on >= today
