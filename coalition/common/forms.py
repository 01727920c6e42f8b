"""Forms that look alike, refuse what cannot be shown, and speak with services."""

import logging
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms.models import ModelChoiceIterator
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import DateTimeBaseInput
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError
from coalition.common.models import VersionedModel
from coalition.common.names import FILLERS

logger = logging.getLogger(__name__)
ONCE_SECONDS = 3600  # as long as anybody waits before pressing Save again
LINE_BREAKS = frozenset("\r\n\t")
# They turn the text after them around, so that a name can pose as another.
DIRECTION_OVERRIDES = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


class PageRenderer(TemplatesSetting):
    """Draw every form of the project, allauth's too, with our components."""

    form_template_name = "components/_form.html"
    field_template_name = "components/_field.html"


class _Options(ModelChoiceIterator):  # type: ignore[type-arg]
    """Reads of each row its number and its name: a list may be a thousand long."""

    field: "TenantModelChoiceField"

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if not self.field.shows:
            yield from super().__iter__()
            return
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from self.queryset.values_list("pk", self.field.shows)


class TenantModelChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Offers rows of the coalition in scope: set `queryset` when the form is made.

    A queryset made when the module is imported would belong to no coalition.
    `shows` names the column that is read for the options, instead of whole rows.
    """

    iterator = _Options

    def __init__(
        self, queryset: object = None, *, shows: str = "", **kwargs: Any
    ) -> None:
        self.shows = shows
        super().__init__(None, **kwargs)


class TenantModelMultipleChoiceField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Like `TenantModelChoiceField`, for several."""

    def __init__(self, queryset: object = None, **kwargs: Any) -> None:
        super().__init__(None, **kwargs)


class Cards(forms.RadioSelect):
    """Options that need a sentence each: `hints` maps a value to it."""

    template_name = "components/widgets/_cards.html"

    def __init__(self, *args: Any, hints: Mapping[str, Any] | None = None, **kw: Any):
        super().__init__(*args, **kw)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kw: Any) -> Any:
        option = super().create_option(name, value, *args, **kw)
        option["hint"] = self.hints.get(str(value), "")
        return option


class Ticks(forms.CheckboxSelectMultiple):
    """Any number of options, one below the other."""

    template_name = "components/widgets/_cards.html"


class Segments(forms.RadioSelect):
    """Two to four short options beside each other."""

    template_name = "components/widgets/_segments.html"


class Chips(forms.RadioSelect):
    """Short options, as many as there are; they go on in the next line."""

    template_name = "components/widgets/_chips.html"


class Scale(Segments):
    """One to five; each label is a number, and words when they fit."""

    template_name = "components/widgets/_scale.html"


class Suggesting(forms.TextInput):
    """A line of text with some words to choose from; any other will do as well."""

    template_name = "components/widgets/_suggesting.html"

    def __init__(self, *args: Any, suggestions: Iterable[Any] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        listing = f"{(attrs or {}).get('id', name)}_options"
        context = super().get_context(name, value, {**(attrs or {}), "list": listing})
        context["widget"] |= {"listing": listing, "suggestions": self.suggestions}
        return context


class Voice(forms.Textarea):
    """A person's own words: set in the serif that the interface never uses."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"class": "voice", "rows": 4, **(attrs or {})})


def refuse_hidden_characters(text: str, *, allowed: frozenset[str]) -> None:
    for char in text:
        hidden = unicodedata.category(char) == "Cc" and char not in allowed
        if hidden or char in DIRECTION_OVERRIDES:
            message = _("Take out the invisible character (U+%(code)s), please.")
            code = f"{ord(char):04X}"
            raise ValidationError(message, "hidden_character", {"code": code})


def refuse_nothing_to_see(text: str) -> None:
    """Joiners, fillers and spaces make no name that anybody could click."""
    seen = (char for char in text if char not in FILLERS and not char.isspace())
    if not any(char.isprintable() for char in seen):
        raise ValidationError(_("Please fill this in."), "required")


def refuse_hidden_in_line(text: str) -> None:
    refuse_hidden_characters(text, allowed=frozenset())


def refuse_hidden_in_text(text: str) -> None:
    refuse_hidden_characters(text, allowed=LINE_BREAKS)


def say_what_is_missing(field: forms.Field) -> None:
    """Ask for the answer instead of talking about fields, unless the form has words."""
    if (
        field.error_messages["required"]
        == forms.Field.default_error_messages["required"]
    ):
        chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
        ask = _("Choose one of these.") if chosen else _("Please fill this in.")
        field.error_messages["required"] = ask


NATIVE_INPUTS: dict[type[forms.Widget], tuple[str, str]] = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.TimeInput: ("time", "%H:%M"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
}


def use_native_input(widget: forms.Widget) -> None:
    """Let the browser ask for dates and times its own, localised way."""
    if isinstance(widget, DateTimeBaseInput) and type(widget) in NATIVE_INPUTS:
        widget.input_type, widget.format = NATIVE_INPUTS[type(widget)]


class StyledForm(forms.BaseForm):
    """Mix into every form, before `forms.Form` or `forms.ModelForm`."""

    result: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            use_native_input(field.widget)
            say_what_is_missing(field)
            if isinstance(field, forms.CharField):
                long = isinstance(field.widget, forms.Textarea)
                check = refuse_hidden_in_text if long else refuse_hidden_in_line
                field.validators += [check, refuse_nothing_to_see]

    def attempt(self, service: Callable[..., Any], **kwargs: Any) -> bool:
        """Call the service with what was entered; its answer is in `result`.

        A refusal (`DomainError`, or a broken constraint) becomes an error of the form.
        """
        try:
            self.result = service(**{**self.cleaned_data, **kwargs})
        except DomainError as refusal:
            about = refusal.field if refusal.field in self.fields else None
            self.add_error(about, str(refusal))
        except ValidationError as broken:
            self.add_error(None, broken.messages)
        except IntegrityError:  # of two at the same moment, the second
            logger.warning("A constraint was broken", exc_info=True)
            self.add_error(None, _("Somebody did the same just now. Look again."))
        return not self.errors


class FilterForm(StyledForm, forms.Form):
    """A query string: what it cannot read it ignores."""

    def value(self, name: str) -> str:
        """Return a clean value, "" for one that was refused or not given."""
        self.is_valid()
        found = self.cleaned_data.get(name)
        return "" if found is None else str(found)

    @property
    def is_narrow(self) -> bool:
        return any(self.value(name) for name in self.fields)

    def in_words(self) -> str:
        """Tell what was asked for, "" for everything."""
        given = ((name, self.value(name)) for name in self.fields)
        return ", ".join(f"{name}: {value}" for name, value in given if value)

    def as_hidden(self) -> list[tuple[str, str]]:
        """Return what another form has to carry to ask for the same."""
        return [(name, self.value(name)) for name in self.fields if self.value(name)]


class RecordForm(StyledForm, forms.ModelForm):  # type: ignore[type-arg]
    """A form over a model's fields that leaves the writing to a service.

    For a versioned record it carries the version that the editor saw. When somebody
    saved in between, what is saved now stands beside what was typed, and the form holds
    the newest version: who has read it may insist.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        new = self.instance._state.adding  # noqa: SLF001, a random number is there before the row
        if not new and isinstance(self.instance, VersionedModel):
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
            self.initial["version"] = self.instance.version
        if new:
            # Without an id: several forms of a page have it.
            hidden = forms.HiddenInput({"id": False})
            self.fields["once"] = forms.UUIDField(widget=hidden, required=False)
            self.initial["once"] = uuid4()

    def _post_clean(self) -> None:
        """Leave the instance as it is: the service sets and checks it."""

    def attempt(self, service: Callable[..., Any], **kwargs: Any) -> bool:
        if once := self.cleaned_data.pop("once", None):
            return self._attempt_once(f"once:{once}", service, **kwargs)
        worked = super().attempt(service, **kwargs)
        if not worked and "version" in self.fields:
            self.instance.refresh_from_db()
            if self.instance.version != self.cleaned_data.get("version"):
                self._tell_saved()
        return worked

    def _attempt_once(
        self, key: str, service: Callable[..., Any], **kwargs: Any
    ) -> bool:
        """Make a form that is sent twice one act: both answers lead to one record.

        The cache is a table of the database: its entry comes and goes with the record.
        """
        with transaction.atomic():
            if not cache.add(key, 0, ONCE_SECONDS):
                return self._find_made(key)
            worked = super().attempt(service, **kwargs)
            if worked:
                cache.set(key, self.result.pk, ONCE_SECONDS)
            else:
                cache.delete(key)
        return worked

    def _find_made(self, key: str) -> bool:
        records = self._meta.model._default_manager  # noqa: SLF001
        self.result = records.filter(pk=cache.get(key)).first()
        if self.result is None:
            self.add_error(None, _("This was sent a moment ago. Is it there already?"))
        return self.result is not None

    def _tell_saved(self) -> None:
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("version")] = str(self.instance.version)
        self.data = data
        for name in self._meta.fields or ():
            saved = getattr(self.instance, name)
            if name in self.cleaned_data and saved != self.cleaned_data[name]:
                display = getattr(self.instance, f"get_{name}_display", None)
                shown = display() if display else localize(saved)
                message = _("Saved now: %(value)s") % {"value": shown or "–"}
                self.add_error(name, message)
