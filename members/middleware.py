"""Find the coalition of /c/<slug>/… and open its scope, or answer 404."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from coalition.common.tenancy import scope, scopes_disabled
from members.looking import look
from members.models import Membership, User, Via
from members.reading import read_by
from members.services.audit import Actor

COALITION_NAMESPACE_ARGUMENT = "slug"


class CoalitionMiddleware:
    """Set request.coalition, .membership, .person, .actor inside a coalition.

    Whoever is no active member gets 404, as if the coalition were not there.
    Anonymous requests pass on to the login redirect.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug = self._slug(request)
        if slug is None or not isinstance(request.user, User):
            return self.get_response(request)
        membership = self._membership(request.user, slug)
        if membership is None:
            request.outsider = True  # type: ignore[attr-defined]
            return self.get_response(request)
        look(request, membership)
        self._enter(request, membership)
        with scope(coalition=membership.coalition):
            return read_by(membership.person, lambda: self.get_response(request))

    def process_view(self, request: HttpRequest, *args: object) -> None:
        """Refuse outsiders here, where a 404 becomes the proper page."""
        if getattr(request, "outsider", False):
            raise Http404

    @staticmethod
    def _slug(request: HttpRequest) -> str | None:
        if not request.path_info.startswith("/c/"):
            return None
        try:
            return resolve(request.path_info).kwargs.get("slug")
        except Resolver404:
            return None

    @staticmethod
    def _membership(user: User, slug: str) -> Membership | None:
        with scopes_disabled():
            return (
                Membership.objects.of_user(user.pk)
                .with_grants()
                .select_related("person", "coalition")
                .filter(coalition__slug=slug)
                .first()
            )

    @staticmethod
    def _enter(request: HttpRequest, membership: Membership) -> None:
        person = membership.person
        person.coalition = membership.coalition
        membership.user = request.user  # type: ignore[assignment]
        request.coalition = membership.coalition  # type: ignore[attr-defined]
        request.membership = membership  # type: ignore[attr-defined]
        request.person = person  # type: ignore[attr-defined]
        request.actor = Actor(membership.coalition, person, Via.WEB)  # type: ignore[attr-defined]
