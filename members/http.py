"""The request inside a coalition, typed."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from members.models import Coalition, Membership, Person, User
from members.services.audit import Actor


class CoalitionRequest(HttpRequest):
    """A request that passed `@coalition_page`: signed in, a member, in scope."""

    user: User
    htmx: HtmxDetails
    coalition: Coalition
    membership: Membership
    person: Person
    actor: Actor


class LinkRequest(HttpRequest):
    """A request by a signed link: its holder acts, whoever is signed in."""

    user: User | AnonymousUser
    htmx: HtmxDetails
    holder: Person
    actor: Actor


class SignedInRequest(HttpRequest):
    """A request outside any coalition; the middleware has seen to the sign-in."""

    user: User
    htmx: HtmxDetails
