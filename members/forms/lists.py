"""The query strings of the lists; what they cannot read they ignore."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import FilterForm
from members.models import Partner, WorkingGroup
from members.models.partner import PartnerStatus
from members.models.person import PersonQuerySet
from members.permissions import MemberRole
from members.queries.lists import (
    ARCHIVED,
    Missing,
    PartnerFilter,
    PersonFilter,
    PersonState,
    Public,
    partner_facets,
    partners_matching,
    people_matching,
)


class ListForm(FilterForm):
    """Words, and what narrows the list."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def say(self, placeholder: Any) -> None:
        """Say what the words are looked for in."""
        self.fields["q"].widget.attrs["placeholder"] = placeholder

    @property
    def narrowing(self) -> list[forms.BoundField]:
        return [field for field in self if field.name != "q"]

    @property
    def is_narrow(self) -> bool:
        return any(self.value(field.name) for field in self.narrowing)

    @property
    def is_asked(self) -> bool:
        return self.is_narrow or bool(self.value("q"))


class PartnerFilterForm(ListForm):
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("Every status")),
            *PartnerStatus.choices,
            (ARCHIVED, _("In the archive")),
        ],
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    tag = forms.ChoiceField(label=_("Tag"), required=False)
    missing = forms.ChoiceField(
        label=_("What is missing"),
        required=False,
        choices=[
            ("", _("Nothing in particular")),
            (Missing.AGREEMENT, _("Agreement not accepted")),
            (Missing.DELEGATE, _("Nobody speaks for it")),
        ],
    )

    public = forms.ChoiceField(
        label=_("In public"),
        required=False,
        choices=[
            ("", _("In public or not")),
            (Public.NAME, _("May be named")),
            (Public.LOGO, _("May be named, with its logo")),
            (Public.NOTHING, _("Not to be named")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(_("Name, place, sector or tag"))
        self.facets = facets = partner_facets()
        self._offer("country", facets.countries, _("Every country"))
        self._offer("region", facets.regions, _("Every region"))
        self._offer("sector", facets.sectors, _("Every sector"))
        self._offer("tag", facets.tags, _("Every tag"))

    def _offer(self, name: str, words: Iterable[str], every: Any) -> None:
        """Offer the words in use; a choice of nothing is no choice."""
        choices = [(word, word) for word in words]
        if choices:
            self.fields[name].choices = [("", every), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def partners(self) -> QuerySet[Partner]:
        """Return the partners that were asked for, by name."""
        names = ("status", "country", "region", "sector", "tag", "missing", "public")
        wanted = PartnerFilter(
            words=self.value("q"), **{name: self.value(name) for name in names}
        )
        found = partners_matching(wanted, self.facets, timezone.localdate())
        return found.order_by("name_key")


YES_NO = (("yes", _("Yes")), ("no", _("No")))
STATES = (
    ("", _("Everybody here")),
    (PersonState.ACTIVE, _("With access")),
    (PersonState.NEW, _("With access, no account yet")),
    (PersonState.SUSPENDED, _("Suspended")),
    (PersonState.REMOVED, _("Removed, in the archive")),
    (PersonState.ALL, _("Everybody, also the archive")),
)


class PersonFilterForm(ListForm):
    partner = forms.CharField(
        label=_("Partner"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("A part of its name")}),
    )
    group = forms.ChoiceField(label=_("Working group"), required=False)
    state = forms.ChoiceField(label=_("Who is with us"), required=False, choices=STATES)
    role = forms.ChoiceField(
        label=_("Access"),
        required=False,
        choices=[("", _("Every access")), *MemberRole.choices],
    )
    consent = forms.ChoiceField(
        label=_("Agreed to get updates"),
        required=False,
        choices=[("", _("Agreed or not")), *YES_NO],
    )
    address = forms.ChoiceField(
        label=_("Has an e-mail address"),
        required=False,
        choices=[("", _("With or without address")), *YES_NO],
    )

    def __init__(
        self,
        *args: Any,
        by_address: bool = True,
        by_state: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.say(_("Name, address or partner") if by_address else _("Name or partner"))
        self._by_address = by_address
        groups = WorkingGroup.objects.open().values_list("pk", "name")
        self.fields["group"].choices = [("", _("In any group or none")), *groups]  # type: ignore[attr-defined]
        if not by_address:
            del self.fields["consent"], self.fields["address"]
            shown = [each for each in STATES if each[0] != PersonState.NEW]
            self.fields["state"].choices = shown  # type: ignore[attr-defined]
        if not by_state:
            del self.fields["state"]

    def people(self) -> PersonQuerySet:
        """Return the people asked for; not everybody may search by address."""
        wanted = PersonFilter(
            words=self.value("q"),
            partner=self.value("partner"),
            group=self.value("group"),
            state=self.value("state"),
            role=self.value("role"),
            consent=self.value("consent") if self._by_address else "",
            address=self.value("address") if self._by_address else "",
        )
        return people_matching(
            wanted, timezone.localdate(), by_address=self._by_address
        )
