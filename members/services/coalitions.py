"""Starting a coalition."""

from django.db import transaction
from django.utils import timezone as clock

from coalition.common.addresses import clean_email
from coalition.common.tenancy import scope
from members.errors import SlugTaken
from members.models import Coalition, Membership, Person, Via
from members.permissions import MemberRole
from members.services.accounts import ensure_account
from members.services.audit import Actor, record_change


def start_coalition(
    *,
    slug: str,
    name: str,
    timezone: str,
    coordinator_email: str,
    coordinator_name: str = "",
    purpose: str = "",
    via: Via = Via.COMMAND,
) -> Coalition:
    """Make the coalition and its first coordinator, who can sign in at once.

    Raises SlugTaken, or ValidationError for values that no field accepts.
    """
    email = clean_email(coordinator_email)
    coalition = Coalition(slug=slug, name=name, timezone=timezone, purpose=purpose)
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
