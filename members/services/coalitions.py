"""Starting a coalition, and saying what it is."""

from typing import Any, Final

from django.db import transaction
from django.utils import timezone as clock
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from coalition.common.addresses import clean_email
from coalition.common.tenancy import scope
from members.errors import NobodyElseToApprove, SlugTaken
from members.models import Coalition, Membership, Person, Via
from members.permissions import MemberRole
from members.queries.senders import who_may_send
from members.services.accounts import ensure_account
from members.services.audit import Actor, record_change
from members.services.editing import save_edit

SLUG_MAX: Final = 50
TAIL: Final = 4  # letters that tell two of one name apart


def start_coalition(
    *,
    name: str,
    timezone: str,
    coordinator_email: str,
    coordinator_name: str = "",
    slug: str = "",
    via: Via = Via.COMMAND,
    **more: str,
) -> Coalition:
    """Make the coalition and its first coordinator, who can sign in at once.

    Its address is made from the name when none is given. Raises SlugTaken, or
    ValidationError for values that no field accepts.
    """
    email = clean_email(coordinator_email)
    slug = slug or free_slug(name)
    coalition = Coalition(slug=slug, name=name, timezone=timezone, **more)
    coalition.clean_fields()
    if Coalition.objects.filter(slug=slug).exists():
        raise SlugTaken(slug)
    with transaction.atomic():
        coalition.save()
        with scope(coalition=coalition):
            person = _first_coordinator(coalition, email, coordinator_name)
            by = Actor(coalition, person, via)
            record_change(action="start", target=coalition, by=by)
        ensure_account(email=email)
    return coalition


def free_slug(name: str) -> str:
    """Return an address that nobody has: to ask for another would tell who is here."""
    slug = slugify(name)[: SLUG_MAX - TAIL - 1].strip("-_") or "coalition"
    while Coalition.objects.filter(slug=slug).exists():
        slug = f"{slug[: SLUG_MAX - TAIL - 1]}-{get_random_string(TAIL).lower()}"
    return slug


def edit_coalition(
    *, coalition: Coalition, version: int, by: Actor, **fields: Any
) -> Coalition:
    """Say what it is called and wants; raises EditedMeanwhile.

    Raises NobodyElseToApprove when a second person should approve and there is none.
    """
    wants_second = fields.get("second_approval") and not coalition.second_approval
    if wants_second and who_may_send().count() < 2:  # noqa: PLR2004
        raise NobodyElseToApprove
    return save_edit(record=coalition, version=version, fields=fields, by=by)


def _first_coordinator(coalition: Coalition, email: str, name: str) -> Person:
    person = Person(
        coalition=coalition,
        full_name=name or email.partition("@")[0].replace(".", " ").title(),
        email=email,
        # Whoever starts a coalition wants to see what it sends.
        consent_digest=True,
        consent_at=clock.now(),
    )
    person.clean_fields()
    person.save()
    Membership.objects.create(
        coalition=coalition, person=person, role=MemberRole.COORDINATOR
    )
    return person
