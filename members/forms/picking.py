"""Naming a person: a line of text with suggestions, and a question when several fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
from members.queries.parties import Party, WhoeverAt, parties_like, parties_named


class PersonSearchForm(StyledForm, forms.Form):
    q = forms.CharField(min_length=2, max_length=200)
    everybody = forms.BooleanField(required=False)
    partners = forms.BooleanField(required=False)

    def suggested(self) -> Sequence[Party]:
        """Return whom to suggest: nobody while the words are too few."""
        if not self.is_valid():
            return []
        found = self.cleaned_data
        like = parties_like if found["partners"] else carriers_like
        return like(
            found["q"], among(everybody=found["everybody"]), timezone.localdate()
        )


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
    offered: tuple[tuple[str, Party], ...] = ()
    everybody = False
    partners = False

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
        wide += "&partners=1" if self.partners else ""
        listing = f"{(attrs or {}).get('id', name)}_options"
        suggesting = {
            "list": listing,
            "autocomplete": "off",
            "hx-get": f"{options}?field={name}{wide}",
            "hx-trigger": "input delay:150ms",
            "hx-target": f"#{listing}",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        context = super().get_context(name, typed.text, {**(attrs or {}), **suggesting})
        # The only one is ticked already: to go on says yes.
        only = self.offered[0][0] if len(self.offered) == 1 else ""
        context["widget"] |= {"picked": typed.key or only, "offered": self.offered}
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
        "one": _("Do you mean this one? Then go on as before."),
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
        if isinstance(value, Carrier | WhoeverAt):
            return Typed(str(value), value.key)
        return Typed(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        if value.text:
            return self._find(value)
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return None

    def named(self, text: str, people: PersonQuerySet, today: date) -> Sequence[Party]:
        return carriers_named(text, people, today)

    def like(self, text: str, people: PersonQuerySet, today: date) -> Sequence[Party]:
        return carriers_like(text, people, today)

    def _find(self, typed: Typed) -> Party:
        today = timezone.localdate()
        people = among(everybody=self.everybody, current=self.current)
        named = self.choices(self.named(typed.text, people, today))
        if len(named) == 1:
            return next(iter(named.values()))
        found = named or self.choices(self.like(typed.text, people, today))
        if typed.key in found:
            return found[typed.key]
        if not found:
            self._refuse(typed)
        self.widget.offered = tuple(found.items())
        code = "several" if len(found) > 1 else "one"
        raise ValidationError(self.error_messages[code], code=code)

    def _refuse(self, typed: Typed) -> NoReturn:
        """Say who is meant when it is somebody without access."""
        people = among(everybody=True)
        for carrier in carriers_named(typed.text, people, timezone.localdate()):
            words = {"name": carrier.person}
            raise ValidationError(self.error_messages["gone"], "gone", words)
        raise ValidationError(self.error_messages["unknown"], code="unknown")

    def choices(self, parties: Iterable[Party]) -> Mapping[str, Party]:
        return {party.key: party for party in parties}


class PartyField(CarrierField):
    """Cleans to a `Carrier`, or to `WhoeverAt` a partner that is to name somebody."""

    default_error_messages = {
        "unknown": _(
            "No person and no partner here goes by that name. Try a part of it."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.partners = True

    def named(self, text: str, people: PersonQuerySet, today: date) -> Sequence[Party]:
        return parties_named(text, people, today)

    def like(self, text: str, people: PersonQuerySet, today: date) -> Sequence[Party]:
        return parties_like(text, people, today)


class PersonField(CarrierField):
    """Cleans to a `Person`, wherever they stand."""

    def clean(self, value: Any) -> Person | None:
        carrier = super().clean(value)
        return carrier.person if carrier else None

    def choices(self, parties: Iterable[Party]) -> Mapping[str, Party]:
        """Offer each person once."""
        once = {party.person.pk: party.person for party in parties if party.person}
        alone = (Carrier(person, None) for person in once.values())
        return {carrier.key: carrier for carrier in alone}
