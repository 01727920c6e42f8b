"""What standing roles allow, kept beside the terms of those who hold them."""

from collections.abc import Collection, Iterable

from django.utils import timezone

from members.models import PermissionGrant
from members.permissions import GRANTABLE, Permission
from members.services.access import may
from members.services.audit import Actor
from members.services.grants import set_grants
from tasks.errors import NotGrantable, RoleGivesRights
from tasks.models import Role, RoleAssignment


def source_of(term: int) -> str:
    """Return by which text a grant names the term it comes from."""
    return f"{RoleAssignment._meta.label_lower}:{term}"  # noqa: SLF001


def refuse_giving_rights(role: Role, by: Actor) -> None:
    """Who holds a role that allows something is for those who change access."""
    if role.permissions and not may(by, Permission.PEOPLE_EDIT):
        raise RoleGivesRights


def refuse_ungrantable(permissions: Iterable[str]) -> None:
    if set(permissions) - set(GRANTABLE):
        raise NotGrantable


def grant_by_terms(*, terms: Collection[int], by: Actor) -> None:
    """Let each give, on its days, what its role allows while it is open.

    Call it after the terms were written or taken away, in the same transaction. The
    past keeps what it gave, so that one can read who might do what.
    """
    rows = RoleAssignment.objects.filter(pk__in=terms).select_related("role")
    set_grants(
        sources=[source_of(pk) for pk in terms],
        wanted=[grant for term in rows for grant in _grants(term)],
        by=by,
    )


def grant_by_role(*, role: Role, by: Actor) -> None:
    """Let all who hold it or will do what it allows now."""
    living = RoleAssignment.objects.filter(role=role).living(timezone.localdate())
    grant_by_terms(terms=list(living.values_list("pk", flat=True)), by=by)


def _grants(term: RoleAssignment) -> list[PermissionGrant]:
    return [
        PermissionGrant(
            coalition_id=term.coalition_id,
            person_id=term.person_id,
            permission=name,
            because=term.role.name,
            source=source_of(term.pk),
            from_on=term.from_on,
            to_on=term.to_on,
        )
        for name in (() if term.role.closed_at else term.role.permissions)
    ]
