"""Forms about ways to look at the plan."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm
from tasks.forms.tasks import TaskFilterForm
from tasks.models import PlanPage
from tasks.queries.board import Show
from tasks.queries.views import Stage


def filter_query(data: QueryDict) -> str:
    """Return of a query string what narrows the plan and can be read, spelled anew."""
    form = TaskFilterForm(data, default=Show.OPEN)
    form.is_valid()
    kept = {name: data.get(name, "") for name in form.fields if name not in form.errors}
    return urlencode({name: value for name, value in kept.items() if value})


class SavedViewForm(StyledForm, forms.Form):
    name = forms.CharField(label=_("Name of the view"), max_length=60)
    page = forms.ChoiceField(choices=PlanPage.choices, widget=forms.HiddenInput)
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="saved_%s", **kwargs)

    def clean_query(self) -> str:
        return filter_query(QueryDict(self.cleaned_data["query"]))


class MonthForm(StyledForm, forms.Form):
    """Cleans to the first day of a month: of this one when it cannot be read."""

    month = forms.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$")

    def first(self) -> date:
        if self.is_valid():
            year, number = self.cleaned_data["month"].split("-")
            if 2000 <= int(year) <= 2200:  # noqa: PLR2004
                return date(int(year), int(number), 1)
        return timezone.localdate().replace(day=1)


class ColumnForm(StyledForm, forms.Form):
    """Reads which column of the board is to be shown whole, if any."""

    column = forms.ChoiceField(choices=Stage.choices)

    def stage(self) -> Stage | None:
        return Stage(self.cleaned_data["column"]) if self.is_valid() else None
