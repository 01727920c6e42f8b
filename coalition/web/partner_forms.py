"""What is asked when a partner leaves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm
from coalition.web.services.partner_load import Heirs, Load
from members.forms.picking import CarrierField, PersonField
from members.models import Partner
from members.queries import Carrier


class PartnerLeaveForm(StyledForm, forms.Form):
    """Why a partner leaves, and a line for each thing it carries.

    What gets no name goes to the one named last, or is left open when that is ticked.
    """

    reason = forms.CharField(
        label=_("Why does it leave?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Stays in its history, for coordinators, the steering group and itself."
        ),
    )
    rest = CarrierField(
        label=_("Everything without a name goes to"),
        required=False,
        help_text=_("Type a name, or a part of it. They are asked, and can decline."),
    )
    leave_open = forms.BooleanField(
        label=_("What then has no name stays open"), required=False
    )

    def __init__(self, *args: Any, partner: Partner, load: Load, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partner, self.load = partner, load
        if not load:
            del self.fields["rest"], self.fields["leave_open"]
        for part in load.assignments:
            self._ask(f"task-{part.pk}", CarrierField, part.task)
        for goal in load.goals:
            self._ask(f"goal-{goal.pk}", PersonField, goal)
        others = Partner.objects.active().offered().exclude(pk=partner.pk)
        choices = [("", "—"), *others.values_list("pk", "name")] if load else []
        for milestone in load.milestones:
            self.fields[f"milestone-{milestone.pk}"] = forms.TypedChoiceField(
                label=milestone.title,
                required=False,
                choices=choices,
                coerce=int,
                empty_value=None,
            )

    def _ask(self, name: str, field: type[CarrierField], label: object) -> None:
        self.fields[name] = field(label=str(label), required=False, help_text="")

    def lines(self, kind: str, rows: list[Any]) -> list[tuple[Any, forms.BoundField]]:
        return [(row, self[f"{kind}-{row.pk}"]) for row in rows]

    @property
    def tasks(self) -> list[tuple[Any, forms.BoundField]]:
        return self.lines("task", self.load.assignments)

    @property
    def goals(self) -> list[tuple[Any, forms.BoundField]]:
        return self.lines("goal", self.load.goals)

    @property
    def milestones(self) -> list[tuple[Any, forms.BoundField]]:
        return self.lines("milestone", self.load.milestones)

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        for name, value in list(found.items()):
            if isinstance(value, Carrier) and value.partner == self.partner:
                self.add_error(name, _("They stand for the partner that leaves."))
        rest: Carrier | None = found.get("rest")
        partners = {p.pk: p for p in self._partners()}
        carriers = {n: found.get(n) or rest for n in found if n.startswith("task-")}
        owners = {
            n: found.get(n) or (rest.person if rest else None)
            for n in found
            if n.startswith("goal-")
        }
        carried = {
            n: partners.get(found.get(n) or 0) or (rest.partner if rest else None)
            for n in found
            if n.startswith("milestone-")
        }
        heirs = Heirs(carriers, owners, carried)
        nobody = [*carriers.values(), *owners.values(), *carried.values()].count(None)
        if nobody and not self.errors and not found.get("leave_open"):
            message = _("Name somebody for each, or say that the rest stays open.")
            self.add_error("leave_open", message)
        return {"reason": found.get("reason", ""), "heirs": heirs}

    def _partners(self) -> list[Partner]:
        chosen = [v for v in self.cleaned_data.values() if isinstance(v, int)]
        return list(Partner.objects.filter(pk__in=chosen)) if chosen else []
