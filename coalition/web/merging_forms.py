"""Forms about two records that may be one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm, TenantModelChoiceField
from coalition.templatetags.logos import partner_logo
from coalition.web.services.merging.fields import (
    BOTH,
    KEPT,
    LOST,
    Difference,
    differences,
    shown,
)
from members.forms.picking import PersonField
from members.models import Partner, Person


class OtherPartnerForm(StyledForm, forms.Form):
    other = TenantModelChoiceField(label=_("Which partner is the same?"), shows="name")

    def __init__(self, *args: Any, kept: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = Partner.objects.exclude(pk=kept.pk)  # type: ignore[attr-defined]


class PersonPickForm(StyledForm, forms.Form):
    person = PersonField(label=_("Who is the same?"), everybody=True)


class OtherPersonForm(StyledForm, forms.Form):
    """Reads the number alone: `PersonPickForm` is what people see."""

    other = TenantModelChoiceField()

    def __init__(self, *args: Any, kept: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.living().exclude(pk=kept.pk)
        self.fields["other"].queryset = people  # type: ignore[attr-defined]


class MergeForm(StyledForm, forms.Form):
    """One question for each field in which the two differ, the fuller preselected."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    lost_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        kept: Partner | Person,
        lost: Partner | Person,
        **kwargs: Any,
    ) -> None:
        now = {"version": kept.version, "lost_version": lost.version}
        super().__init__(*args, initial=now, **kwargs)
        for name, difference in differences(kept, lost).items():
            self.fields[name] = forms.ChoiceField(
                label=difference.label,
                choices=_choices(kept, lost, difference),
                initial=difference.fuller,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of these.")},
            )

    @property
    def questions(self) -> list[forms.BoundField]:
        return self.visible_fields()


def _choices(
    kept: Partner | Person, lost: Partner | Person, difference: Difference
) -> list[tuple[str, Any]]:
    found = [
        (KEPT, _shown(kept, difference.name) or _("Nothing")),
        (LOST, _shown(lost, difference.name) or _("Nothing")),
    ]
    return [*found, (BOTH, _("Both together"))] if difference.may_be_both else found


def _shown(record: Partner | Person, name: str) -> Any:
    if name == "logo" and isinstance(record, Partner):
        return record.logo_id and partner_logo(record)
    return shown(record, name)
