"""Tenancy that fails closed: a tenant model answers only inside a coalition's scope."""

from typing import Any, TypeVar

from django.db import models
from django_scopes import get_scope, scope, scopes_disabled
from django_scopes.exceptions import ScopeError
from django_scopes.manager import DisabledQuerySet

__all__ = [
    "ScopeError",
    "TenantManager",
    "coalition_in_scope",
    "scope",
    "scopes_disabled",
]

M = TypeVar("M", bound=models.Model)


def coalition_in_scope() -> Any:
    """Return the one coalition that is in scope."""
    return get_scope()["coalition"]


class _OutOfScopeQuerySet(DisabledQuerySet):  # type: ignore[misc]
    """Refuses every use, our own queryset methods included."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.error()
        return None  # pragma: no cover


class TenantManager(models.Manager[M]):
    """Return only rows of the coalition in scope, or refuse to query at all."""

    def __init__(self, path: str = "coalition") -> None:
        super().__init__()
        self._path = path

    def get_queryset(self) -> models.QuerySet[M]:
        current = get_scope()
        if not current.get("_enabled", True):
            return super().get_queryset()
        if "coalition" not in current:
            return _OutOfScopeQuerySet(
                self.model, using=self._db, missing_scopes={"coalition"}
            )
        value, path = current["coalition"], self._coalition_path()
        lookup = f"{path}__in" if isinstance(value, list | tuple) else path
        return super().get_queryset().filter(**{lookup: value})

    def _coalition_path(self) -> str:
        """Return the default manager's: Django makes `parent.children` without ours."""
        default = self.model._default_manager  # noqa: SLF001
        return default._path if isinstance(default, TenantManager) else self._path  # noqa: SLF001
