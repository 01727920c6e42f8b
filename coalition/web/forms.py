"""Forms of the pages that join apps."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, StyledForm
from coalition.web.carried import Carried, Handing
from goals.models import Goal
from members.forms.picking import CarrierField
from members.models import Affiliation, Person
from members.models.membership import MembershipState
from members.queries import Carrier
from tasks.models import Assignment

CANNOT = {"gone": _("%(name)s cannot take it over: name somebody who stays.")}


class LeaveForm(StyledForm, forms.Form):
    """Who takes what over: one for everything, or another for single things."""

    state = forms.ChoiceField(
        label=_("For how long?"),
        choices=[
            (MembershipState.SUSPENDED, _("For a while")),
            (MembershipState.REMOVED, _("For good")),
        ],
        widget=Cards(
            hints={
                MembershipState.SUSPENDED: _(
                    "No access and no mail. They keep the partners they stand for, "
                    "and what nobody takes over."
                ),
                MembershipState.REMOVED: _(
                    "No access and no mail. They stand for no partner after today, and "
                    "what nobody takes over is left open."
                ),
            }
        ),
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)
    everything = CarrierField(
        label=_("Who takes it all over?"),
        required=False,
        help_text=_("Type a name. Below you can name another for single things."),
        error_messages=CANNOT,
    )

    def __init__(self, *args: Any, person: Person, carried: Carried, **kwargs: Any):
        self.person, self.carried = person, carried
        super().__init__(*args, **kwargs)
        if carried.is_empty:
            del self.fields["everything"]
        for name, label, _thing in self._things():
            self.fields[name] = CarrierField(
                label=label, required=False, help_text="", error_messages=CANNOT
            )

    def _things(self) -> Iterator[tuple[str, str, Goal | Assignment | Affiliation]]:
        for goal in self.carried.goals:
            yield f"goal-{goal.pk}", goal.title, goal
        for part in self.carried.parts:
            label = _t("%(task)s (%(letter)s)")
            words = {"task": part.task, "letter": part.get_letter_display()}
            yield f"part-{part.pk}", label % words, part
        for affiliation in self.carried.alone:
            yield f"partner-{affiliation.pk}", str(affiliation.partner), affiliation

    def groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Yield what they carry, kind by kind, with who could take it."""
        titles = {
            "goal": _t("Goals they own"),
            "part": _t("Parts of the action plan"),
            "partner": _t("Partners only they speak for"),
        }
        for kind, title in titles.items():
            fields = [self[name] for name in self.fields if name.startswith(f"{kind}-")]
            if fields:
                yield title, fields

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        self._refuse_who_cannot(found)
        default = found.pop("everything", None)
        chosen = {
            name: found.pop(name, None) or default for name, *_rest in self._things()
        }
        found["handing"] = self._handing(chosen)
        return found

    def _handing(self, chosen: dict[str, Carrier | None]) -> Handing:
        handing = Handing()
        for name, _label, thing in self._things():
            carrier = chosen[name]
            person = carrier.person if carrier else None
            match thing:
                case Goal():
                    handing.goals[thing] = person
                case Assignment():
                    handing.parts[thing] = carrier
                case Affiliation():
                    handing.partners[thing] = person
        return handing

    def _refuse_who_cannot(self, found: dict[str, Any]) -> None:
        for name, value in list(found.items()):
            if isinstance(value, Carrier) and value.person == self.person:
                words = {"name": value.person}
                self.add_error(name, ValidationError(CANNOT["gone"], "gone", words))
