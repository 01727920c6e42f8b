"""Naming another task: a line of text with suggestions."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm, Suggesting
from coalition.common.text import fold_search
from tasks.models import Task
from tasks.models.task import TaskQuerySet

SUGGESTED: Final = 100
LISTED: Final = 4
NUMBER = re.compile(r"#(\d{1,9})\)?$")


class TaskField(forms.CharField):
    """Cleans to an open task of the coalition, by its words or its number."""

    widget = Suggesting
    without: int | None = None

    def offered(self) -> TaskQuerySet:
        return Task.objects.open().exclude(pk=self.without or 0)

    def suggest(self) -> None:
        tasks = list(self.offered().values_list("pk", "title")[:SUGGESTED])
        titles = [title for _pk, title in tasks]
        self.widget.suggestions = [
            title if titles.count(title) == 1 else f"{title} (#{pk})"
            for pk, title in tasks
        ]

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        numbered = NUMBER.search(text)
        if numbered:
            found = list(self.offered().filter(pk=int(numbered[1])))
        else:
            found = self._named(text)
        if not found:
            raise ValidationError(_("No open task goes by these words."), "unknown")
        if len(found) > 1:
            named = [f"{task} (#{task.pk})" for task in found[:LISTED]]
            message = _("Several fit: %(tasks)s. Write more of it, or its number.")
            raise ValidationError(message, "several", {"tasks": "; ".join(named)})
        return found[0]

    def _named(self, text: str) -> list[Task]:
        found = list(self.offered().matching(text)[: SUGGESTED + 1])
        exact = [task for task in found if task.search_text == fold_search(text)]
        return exact or found


class DependencyForm(StyledForm, forms.Form):
    needs = TaskField(label=_("What must be done first?"), max_length=220)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="tie_%s", **kwargs)
        field = self.fields["needs"]
        field.without = task.pk  # type: ignore[attr-defined]
        field.suggest()  # type: ignore[attr-defined]
