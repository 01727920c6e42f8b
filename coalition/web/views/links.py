"""The page behind every signed link in a mail: who it is for, and what it may do."""

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.common.signing import Link, read_link
from coalition.common.tenancy import scope
from coalition.web.views.handovers import handover_answer
from coalition.web.views.invitation_answer import invitation_answer
from comms.updates.links import READ
from comms.views import browser
from members.http import LinkRequest
from members.models import Coalition, Person, Via
from members.models.handover import HANDOVER
from members.models.invitation import INVITATION
from members.reading import read_by
from members.services.audit import Actor
from tasks.models import CHECK_IN
from tasks.views.check_ins import check_in_link

LinkPage = Callable[[LinkRequest, Link], HttpResponse]
# One table instead of a mark on each view: whoever follows a link finds its page here.
LINK_PAGES: Final[Mapping[str, LinkPage]] = {
    INVITATION: invitation_answer,
    HANDOVER: handover_answer,
    READ: browser.mail_read,
    CHECK_IN: check_in_link,
}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: LinkRequest, token: str) -> HttpResponse:
    """Enter the coalition as the person of the link; GET shows, POST acts."""
    found = read_link(token)
    if found is None or found.purpose not in LINK_PAGES:
        raise Http404
    coalition = get_object_or_404(Coalition, pk=found.coalition_id)
    if coalition.closed_at:
        context = {"coalition": coalition}
        return render(request, "web/link_closed.html", context, status=410)
    with scope(coalition=coalition):
        person = get_object_or_404(Person, pk=found.person_id)
        person.coalition = coalition
        if person.erased_at:
            return render(request, "comms/mail_gone.html", status=410)
        _enter(request, person)
        page = LINK_PAGES[found.purpose]
        return read_by(person, lambda: page(request, found))


def _enter(request: HttpRequest, person: Person) -> None:
    request.holder = person  # type: ignore[attr-defined]
    request.actor = Actor(person.coalition, person, Via.LINK)  # type: ignore[attr-defined]
