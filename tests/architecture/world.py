"""Two whole coalitions: ours, and one planted with a word that nobody here may see."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from factory import SubFactory

import tests.factories
from comms.models import DomainState, PumpOwner, TransportState
from members.models import Coalition, SignInLink
from members.models.membership import MembershipState
from members.permissions import (
    GRANTABLE,
    MemberRole,
    Permission,
    with_companions,
)
from tests.factories.base import BaseFactory
from tests.factories.members import MembershipFactory, PermissionGrantFactory
from tests.signing_in import sign_in

OURS = {"members", "goals", "tasks", "comms"}
CANARY = "quagga"
# Belong to the installation or to a person as such, not to a coalition.
NO_TENANT = {DomainState, PumpOwner, SignInLink, TransportState}
# Text with a meaning of its own: another value would be a wrong row, not a canary.
MEANT = {
    *("timezone", "language", "password", "theme"),
    *("owner", "reached_note", "lane", "own_note", "agreed_how", "facts", "addressees"),
}

LEADING = (MemberRole.COORDINATOR, MemberRole.STEERING)

Tree = dict[type[models.Model], Any]


@dataclass
class World:
    here: Tree
    elsewhere: Tree
    roles: Mapping[MemberRole, Client]
    outsider: Client
    suspended: Client
    looking: list[Client]
    # Members whose standing roles allow one thing, and all that can be but one.
    holders: Mapping[Permission, Client]
    lacking: Mapping[Permission, Client]


def build() -> World:
    here = plant(slug="harbor")
    elsewhere = plant(mark, slug=CANARY)
    ours, theirs = here[Coalition], elsewhere[Coalition]
    return World(
        here=here,
        elsewhere=elsewhere,
        roles={role: signed_in(ours, role=role) for role in MemberRole},
        outsider=signed_in(theirs, role=MemberRole.COORDINATOR),
        suspended=signed_in(
            ours, role=MemberRole.COORDINATOR, state=MembershipState.SUSPENDED
        ),
        looking=[looking(ours, role) for role in LEADING],
        holders={p: holder(ours, with_companions([p])) for p in GRANTABLE},
        lacking={p: holder(ours, GRANTABLE.keys() - {p}) for p in Permission},
    )


def signed_in(coalition: Coalition, **kwargs: Any) -> Client:
    return sign_in(Client(), MembershipFactory(coalition=coalition, **kwargs).user)


def holder(coalition: Coalition, granted: Iterable[str]) -> Client:
    """Return a member whose standing roles allow this."""
    member = MembershipFactory(coalition=coalition)
    for name in granted:
        PermissionGrantFactory(
            coalition=coalition, person=member.person, permission=name
        )
    return sign_in(Client(), member.user)


def looking(coalition: Coalition, role: MemberRole) -> Client:
    """Return somebody who leads, and sees it as a member does."""
    client = signed_in(coalition, role=role)
    client.post(reverse("web:member_view_start", kwargs={"slug": coalition.slug}))
    return client


def tenant_models() -> set[type[models.Model]]:
    """Return every model of ours whose rows belong to one coalition."""
    found = {m for m in apps.get_models() if m._meta.app_label in OURS}
    return {m for m in found if not m._meta.proxy} - NO_TENANT


def factories() -> list[type[BaseFactory]]:
    for module in iter_modules(tests.factories.__path__):
        import_module(f"tests.factories.{module.name}")
    return BaseFactory.__subclasses__()


def plant(mark: Callable[[models.Model], None] | None = None, *, slug: str) -> Tree:
    """Make one row of every model that has a factory, all of one coalition."""
    tree: Tree = {}
    waiting = factories()
    while waiting:
        ready = [factory for factory in waiting if parents(factory) <= tree.keys()]
        assert ready, f"These factories wait for each other: {waiting}"
        for factory in ready:
            model = factory._meta.model
            tree[model] = row = factory.build(**kwargs_for(factory, tree, slug=slug))
            if mark:
                mark(row)
            row.save()
        waiting = [factory for factory in waiting if factory not in ready]
    return tree


def sub_factories(factory: type[BaseFactory]) -> dict[str, type[models.Model]]:
    declared = factory._meta.pre_declarations.as_dict().items()
    return {
        name: declaration.get_factory()._meta.model
        for name, declaration in declared
        if isinstance(declaration, SubFactory)
    }


def parents(factory: type[BaseFactory]) -> set[type[models.Model]]:
    return set(sub_factories(factory).values())


def kwargs_for(factory: type[BaseFactory], tree: Tree, *, slug: str) -> dict[str, Any]:
    if factory._meta.model is Coalition:
        return {"slug": slug}
    return {name: tree[model] for name, model in sub_factories(factory).items()}


def mark(row: models.Model) -> None:
    """Write the canary into everything that people type or read."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name in MEANT or field.choices or field.is_relation:
            continue
        if isinstance(field, models.JSONField):
            setattr(row, field.attname, [CANARY] if value == [] else {"title": CANARY})
        elif isinstance(field, models.CharField | models.TextField):
            setattr(row, field.attname, marked(field, value or ""))


def marked(field: Any, value: str) -> str:
    if isinstance(field, models.EmailField) or "@" in value:
        return f"{CANARY}.{value or 'x@example.org'}"
    if isinstance(field, models.URLField):
        return f"https://{CANARY}.example.org/"
    return f"{CANARY}{'-' if value else ''}{value}"[: field.max_length]
