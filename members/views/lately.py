"""What a list of partners or people says was done to many, with a way back."""

from django.db.models import TextChoices
from django.utils import timezone

from coalition.common.htmx import wants_partial
from members.http import CoalitionRequest
from members.models import Partner, Person
from members.queries.lately import Lately, done_lately


def shown_lately(
    request: CoalitionRequest,
    *,
    action: str,
    acts: type[TextChoices],
    model: type[Partner] | type[Person],
) -> list[Lately]:
    """Return what can be taken back; it stands above the rows, so a part has none."""
    if wants_partial(request):
        return []
    now = timezone.now()
    return done_lately(
        request.coalition, action=action, acts=acts, model=model, now=now
    )
