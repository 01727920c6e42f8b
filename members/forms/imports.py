"""Forms of an import: the list, what its columns are, who is who."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm
from coalition.common.tabular import (
    MAX_BYTES,
    FileRejectedError,
    from_clipboard,
    printable,
    with_commas,
)
from members.models import Import
from members.models.imports import ImportKind
from members.services.imports.preview import ShownRow
from members.services.imports.run import ListSpec
from members.services.imports.steps import SPECS
from members.services.imports.twins import NEW_ONE

FILE_NAME_MAX = 180


class PastedListForm(StyledForm, forms.Form):
    """A list as a file or as pasted text; `clean` makes one kind of data of both."""

    text = forms.CharField(
        label=_("Paste it"),
        required=False,
        strip=False,
        help_text=_(
            "Copy the cells in your spreadsheet, titles included, or write one name a line."
        ),
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or choose a file"),
        required=False,
        allow_empty_file=True,
        help_text=_("CSV, up to 5 MB and 10,000 rows. In Excel: Save as, “CSV UTF-8”."),
        widget=forms.FileInput(
            attrs={"accept": ".csv,.tsv,.txt,text/csv,text/tab-separated-values"}
        ),
    )

    def __init__(self, *args: Any, spec: ListSpec, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._spec = spec
        # The reader names the line of what it refuses.
        self.fields["text"].validators = []

    def clean(self) -> dict[str, Any]:
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        name = "file" if file else "text"
        try:
            if file and text.strip():
                self.add_error("file", _("Paste the list or choose a file, not both."))
            elif file:
                return self._from_file(file)
            elif text.strip():
                return self._from_text(text)
            else:
                self.add_error("text", _("Paste the list here, or choose a file."))
        except FileRejectedError as refusal:
            self.add_error(name, refusal.message)
        return {}

    def _from_file(self, file: "UploadedFile[Any]") -> dict[str, Any]:
        original = file.read(MAX_BYTES + 1)
        return {
            "data": with_commas(original, self._spec.names),
            "original": original,
            "file_name": printable(file.name or "", FILE_NAME_MAX),
        }

    def _from_text(self, text: str) -> dict[str, Any]:
        return {
            "data": from_clipboard(text, self._spec.names),
            "original": text.encode(errors="replace"),
            "file_name": "",
        }


class AgainForm(StyledForm, forms.Form):
    """Which list somebody goes back to correct; what it cannot read it ignores."""

    again = forms.IntegerField(required=False, min_value=1)

    def number(self) -> int:
        self.is_valid()
        return self.cleaned_data.get("again") or 0


class ColumnsForm(StyledForm, forms.Form):
    """Which of our columns each column of a list is."""

    titled = forms.BooleanField(
        label=_("The first line names the columns"), required=False
    )

    def __init__(self, *args: Any, imported: Import, **kwargs: Any) -> None:
        layout = imported.layout or {}
        guessed = layout.get("columns") or [None] * len(imported.titles)
        initial = {"titled": layout.get("titled", True)}
        initial |= {f"column_{n}": name or "" for n, name in enumerate(guessed)}
        super().__init__(*args, initial=initial, **kwargs)
        self._spec = SPECS[imported.kind]
        choices = [
            ("", _("Leave out")),
            *((column.name, column.label) for column in self._spec.columns),
        ]
        self._names = [f"column_{n}" for n in range(len(imported.titles))]
        for number, name in enumerate(self._names):
            self.fields[name] = forms.ChoiceField(
                label=imported.titles[number] or _("(no name)"),
                choices=choices,
                required=False,
            )

    def columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self._names]

    def clean(self) -> dict[str, Any]:
        named = [self.cleaned_data.get(name) or None for name in self._names]
        for place, column in enumerate(named):
            if column and column in named[:place]:
                self.add_error(self._names[place], _("This was chosen already."))
        labels = {column.name: column.label for column in self._spec.columns}
        missing = [labels[name] for name in self._spec.required if name not in named]
        if missing:
            self.add_error(
                None,
                _("Say which column is: %(names)s.")
                % {"names": ", ".join(str(label) for label in missing)},
            )
        return {"columns": named, "titled": self.cleaned_data.get("titled", False)}


class TwinsForm(StyledForm, forms.Form):
    """Who is who, for the rows that a page shows."""

    def __init__(
        self, *args: Any, kind: str, rows: Sequence[ShownRow], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rows = rows
        other = _("Somebody else") if kind == ImportKind.PEOPLE else _("A new one")
        for shown in rows:
            same = [
                (twin.same_as, _("The same as “%(name)s”") % {"name": twin.name})
                for twin in shown.twins
            ]
            self.fields[str(shown.row.line)] = forms.ChoiceField(
                choices=[*same, (NEW_ONE, other)],
                required=False,
                initial=(shown.row.twin or {}).get("answer", ""),
                label=shown.row.name,
                widget=forms.RadioSelect,
            )

    def questions(self) -> list[tuple[ShownRow, forms.BoundField, list[Any]]]:
        """Return each row with its choices, and how each of these differs from it."""
        return [(shown, *self._question(shown)) for shown in self._rows]

    def _question(self, shown: ShownRow) -> tuple[forms.BoundField, list[Any]]:
        field = self[str(shown.row.line)]
        return field, list(zip_longest(field, shown.twins))

    def clean(self) -> dict[str, Any]:
        given = {line: answer for line, answer in self.cleaned_data.items() if answer}
        return {"answers": given}
