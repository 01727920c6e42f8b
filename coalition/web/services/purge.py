"""Deleting every row of a coalition, the audit trail included."""

from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from coalition.common.purging import purging
from coalition.common.tenancy import TenantManager, scope
from members.models import Coalition

Model = type[models.Model]


def tenant_models() -> list[Model]:
    """Return every model whose rows belong to a coalition, those that refer first."""
    found = {
        model
        for model in apps.get_models()
        if isinstance(model._default_manager, TenantManager)  # noqa: SLF001
        and not model._meta.proxy  # noqa: SLF001
    }
    order: TopologicalSorter[Model] = TopologicalSorter()
    for model in found:
        order.add(model)
        for target in _refers_to(model) & found - {model}:
            order.add(target, model)
    return list(order.static_order())


def _refers_to(model: Model) -> set[Any]:
    fields = model._meta.concrete_fields  # noqa: SLF001
    return {field.related_model for field in fields if field.is_relation}


def purge(*, coalition: Coalition) -> None:
    """Delete it with all that is in it; accounts stay, they are a person's own."""
    with transaction.atomic(), purging(), scope(coalition=coalition):
        for model in tenant_models():
            model._default_manager.all()._raw_delete(connection.alias)  # noqa: SLF001
        Coalition.objects.filter(pk=coalition.pk)._raw_delete(connection.alias)  # noqa: SLF001
