"""Forms about the small parts of a task."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import RecordForm
from tasks.models import ChecklistItem, TaskLink
from tasks.models.part import URL_MAX, is_web


class PartForm(RecordForm):
    """Stands on the page of its task, beside others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self._meta.model._meta.model_name}_%s")  # noqa: SLF001
        super().__init__(*args, **kwargs)


class ItemForm(PartForm):
    class Meta:
        model = ChecklistItem
        fields = ("text",)
        labels = {"text": _("Next step")}


class LinkForm(PartForm):
    url = forms.URLField(
        label=_("Address"),
        max_length=URL_MAX,
        assume_scheme="https",
        validators=[is_web],
        error_messages={
            "invalid": _("Paste an address that begins with https:// or http://.")
        },
    )

    class Meta:
        model = TaskLink
        fields = ("title", "url")
        labels = {"title": _("What it is")}
