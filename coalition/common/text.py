"""Columns folded for comparing and searching, the same on every database."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.db import models

from coalition.common.names import fold

_SPACES = re.compile(r"\s+")


def fold_search(text: str) -> str:
    """Return text without case and accents, for `contains` look-ups."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SPACES.sub(" ", plain).strip()


def holding(words: str) -> models.Q:
    """Match the rows whose `search_text` holds every word, in any order."""
    found = models.Q()
    for word in fold_search(words).split():
        found &= models.Q(search_text__contains=word)
    return found


class FoldedField(models.CharField):  # type: ignore[type-arg]
    """A column kept from other columns of its row at every save, as auto_now is.

    A save with `update_fields`, and `bulk_update`, must name this field as well.
    """

    def __init__(
        self,
        *args: Any,
        sources: tuple[str, ...] = (),
        fold: Callable[[str], str] = fold,
        **kwargs: Any,
    ) -> None:
        self.sources, self.fold = sources, fold
        kwargs["editable"] = False
        kwargs.setdefault("max_length", 1000)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, kwargs | {"sources": self.sources, "fold": self.fold}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = (str(getattr(model_instance, name) or "") for name in self.sources)
        value = self.fold(" ".join(words))[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


class FoundText(models.TextField):  # type: ignore[type-arg]
    """Folded words to find a row by, where no column holds them: a service does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"editable": False, "blank": True, "default": "", "db_default": ""}
        super().__init__(*args, **kwargs)
