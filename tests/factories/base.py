"""The base of all factories: rows of any coalition, outside every scope."""

import factory
from factory.django import DjangoModelFactory

from coalition.common.tenancy import scopes_disabled


class BaseFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with scopes_disabled():
            return super()._create(model_class, *args, **kwargs)


def of_same(factory_class):
    """Make what belongs to the coalition of the row that it is made for."""
    return factory.SubFactory(
        factory_class, coalition=factory.SelfAttribute("..coalition")
    )
