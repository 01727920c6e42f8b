"""Letting somebody go, with what they carry, and bringing them back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import (
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from coalition.web.carried import carried_by
from coalition.web.forms import LeaveForm
from coalition.web.services.leaving import BACK_WITHIN, bring_back, let_go
from coalition.web.views.people_bulk import undo_address
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import Person
from members.models.membership import MembershipState
from members.permissions import Permission


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show what they carry, and pass it on while their access ends."""
    person = _person(pk)
    if person.membership.state == MembershipState.REMOVED:
        return redirect_client(request, _address(request, person))
    carried = carried_by([person.pk], timezone.localdate())
    form = LeaveForm(posted(request), person=person, carried=carried)
    if form.is_valid() and form.attempt(let_go, people=[pk], by=request.actor):
        text = _("%(name)s has no access from now on.") % {"name": person}
        toast(request, text, undo_url=undo_address(request, form.result))
        return see_other(_address(request, person))
    context = {
        "form": form,
        "person": person,
        "carried": carried,
        "days": BACK_WITHIN.days,
    }
    status = 422 if form.errors else 200
    return render_page(request, "web/person_leave.html", context, status=status)


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def person_return(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Give the access back; what others took over stays with them."""
    person = _person(pk)
    if person.membership.state != MembershipState.ACTIVE and perform(
        request, bring_back, people=[pk], by=request.actor
    ):
        text = _("%(name)s is back. What others took over stays with them.")
        toast(request, text % {"name": person})
    return redirect_client(request, _address(request, person))


def _person(pk: int) -> Person:
    people = Person.objects.living().select_related("membership", "coalition")
    return get_object_or_404(people, pk=pk)


def _address(request: CoalitionRequest, person: Person) -> str:
    return reverse(
        "members:person_detail",
        kwargs={"slug": request.coalition.slug, "pk": person.pk},
    )
