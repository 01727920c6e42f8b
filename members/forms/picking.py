"""Naming a person: a line of text with suggestions, and a question when several fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm
from coalition.common.tenancy import coalition_in_scope
from members.models import Person
from members.models.person import PersonQuerySet
from members.queries import Carrier, carriers_like, carriers_named


class PersonSearchForm(StyledForm, forms.Form):
    q = forms.CharField(min_length=2, max_length=200)
    everybody = forms.BooleanField(required=False)

    def carriers(self) -> list[Carrier]:
        """Return whom to suggest: nobody while the words are too few."""
        if not self.is_valid():
            return []
        people = among(everybody=self.cleaned_data["everybody"])
        return carriers_like(self.cleaned_data["q"], people, timezone.localdate())


def among(*, everybody: bool, current: int | None = None) -> PersonQuerySet:
    """Return whom a field offers: who can answer, or everybody there ever was."""
    people: PersonQuerySet = Person.objects.living()
    return people if everybody else people.offered(current)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, and which of the people offered for it was picked."""

    text: str
    key: str = ""


class PersonPicker(forms.TextInput):
    template_name = "components/widgets/_person_picker.html"
    offered: tuple[tuple[str, Carrier], ...] = ()
    everybody = False

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> Typed:
        text = data.get(name, "").replace("\x00", "").strip()[:400]
        return Typed(text, data.get(f"{name}-pick", ""))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        typed = value if isinstance(value, Typed) else Typed("")
        options = reverse(
            "members:person_options_panel", kwargs={"slug": coalition_in_scope().slug}
        )
        wide = "&everybody=1" if self.everybody else ""
        listing = f"{(attrs or {}).get('id', name)}_options"
        suggesting = {
            "list": listing,
            "autocomplete": "off",
            "hx-get": f"{options}?field={name}{wide}",
            "hx-trigger": "input changed delay:150ms",
            "hx-target": f"#{listing}",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        context = super().get_context(name, typed.text, {**(attrs or {}), **suggesting})
        context["widget"] |= {"picked": typed.key, "offered": self.offered}
        return context

    def format_value(self, value: Any) -> str:
        return str(value)


class CarrierField(forms.Field):
    """Cleans to a `Carrier`: a person, at the partner they stand for.

    Only who has access can take something on; a filter asks for `everybody`, and a
    record that is edited keeps its `current` person.
    """

    widget = PersonPicker
    current: int | None = None
    default_error_messages = {
        "unknown": _(
            "Nobody here goes by that name. Try a part of it, or their organisation."
        ),
        "several": _("Whom do you mean?"),
        "gone": _(
            "%(name)s has no access now. Name somebody else, or bring them back first."
        ),
    }

    def __init__(self, *, everybody: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Type a name, or a part of it."))
        super().__init__(**kwargs)
        self.everybody = self.widget.everybody = everybody

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Person.objects.filter(pk=value).first()
        if isinstance(value, Person):
            value = Carrier(value, None)
        if isinstance(value, Carrier):
            return Typed(str(value), value.key)
        return Typed(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        if value.text:
            return self._find(value)
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return None

    def _find(self, typed: Typed) -> Carrier:
        today = timezone.localdate()
        people = among(everybody=self.everybody, current=self.current)
        named = self.choices(carriers_named(typed.text, people, today))
        if len(named) == 1:
            return next(iter(named.values()))
        found = named or self.choices(carriers_like(typed.text, people, today))
        if typed.key in found:
            return found[typed.key]
        if not found:
            self._refuse(typed)
        self.widget.offered = tuple(found.items())
        raise ValidationError(self.error_messages["several"], code="several")

    def _refuse(self, typed: Typed) -> NoReturn:
        """Say who is meant when it is somebody without access."""
        people = among(everybody=True)
        for carrier in carriers_named(typed.text, people, timezone.localdate()):
            words = {"name": carrier.person}
            raise ValidationError(self.error_messages["gone"], "gone", words)
        raise ValidationError(self.error_messages["unknown"], code="unknown")

    def choices(self, carriers: Iterable[Carrier]) -> dict[str, Carrier]:
        return {carrier.key: carrier for carrier in carriers}


class PersonField(CarrierField):
    """Cleans to a `Person`, wherever they stand."""

    def clean(self, value: Any) -> Person | None:
        carrier = super().clean(value)
        return carrier.person if carrier else None

    def choices(self, carriers: Iterable[Carrier]) -> dict[str, Carrier]:
        """Offer each person once."""
        once: dict[int, Carrier] = {}
        for carrier in carriers:
            once.setdefault(carrier.person.pk, carrier)
        return {Carrier(c.person, None).key: c for c in once.values()}
