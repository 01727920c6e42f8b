"""Forms about asking people in, and their answer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coalition.common.addresses import clean_email
from coalition.common.forms import (
    Cards,
    RecordForm,
    StyledForm,
    TenantModelChoiceField,
    TenantModelMultipleChoiceField,
    Voice,
)
from members.models import Partner, Person
from members.models.invitation import InvitationState
from members.permissions import ROLE_WORDS, MemberRole


class WordsForm(StyledForm, forms.Form):
    """What the inviter says in their own words, above what every invitation says."""

    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        widget=Voice,
        help_text=_("Why them, and why now. They read it in the mail and on the page."),
    )


class InvitationCreateForm(RecordForm, WordsForm):
    """Somebody whom nobody here knows yet: a person, whom they stand for, access."""

    partner = TenantModelChoiceField(
        label=_("Speaks for"),
        shows="name",
        required=False,
        empty_label=_("No partner"),
    )
    role = forms.ChoiceField(
        label=_("What may they do?"),
        choices=MemberRole.choices,
        initial=MemberRole.MEMBER,
        widget=Cards(hints=ROLE_WORDS),
    )
    field_order = ("full_name", "email", "partner", "role", "words")

    class Meta:
        model = Person
        fields = ("full_name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["partner"].queryset = Partner.objects.listed()  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email = clean_email(self.cleaned_data["email"])
        if known := Person.objects.filter(email=email).first():
            raise ValidationError(
                _("%(name)s has this address. Invite them from their page."),
                "known",
                {"name": known},
            )
        return email


class InvitationBulkForm(WordsForm):
    """Some people of a list, or all of it."""

    people = TenantModelMultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _("Somebody was invited meanwhile. Look again.")
        },
    )
    everybody = forms.BooleanField(required=False)

    def __init__(self, *args: Any, listed: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = listed
        self.fields["people"].queryset = listed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if found.pop("everybody", False):
            found["people"] = self.listed
        elif "people" in found and not found["people"]:
            self.add_error("people", _("Tick at least one person."))
        return found


class InvitationFilterForm(StyledForm, forms.Form):
    """The query string of the list of invitations; what it cannot read it ignores."""

    state = forms.ChoiceField(required=False, choices=InvitationState.choices)

    @property
    def state_wanted(self) -> InvitationState:
        self.is_valid()
        return InvitationState(self.cleaned_data.get("state") or InvitationState.OPEN)


class InvitationRevokeForm(StyledForm, forms.Form):
    ends_access = forms.BooleanField(
        label=_("Take their access away as well"),
        required=False,
        help_text=_(
            "Without this the link ends, but they can still sign in with a code that "
            "we mail to their address."
        ),
    )


class InvitationAnswerForm(StyledForm, forms.Form):
    """Consent is given here by the person alone, so nothing is ticked for them."""

    wants_updates = forms.BooleanField(
        label=_("Send me the update every second week"),
        required=False,
        help_text=_(
            "What moved, what is asked of you. One click in each mail stops it."
        ),
    )
