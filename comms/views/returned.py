"""Whom mail does not reach: the list, and the ways back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.common.htmx import perform, render_page, see_other, toast
from coalition.common.signing import Link
from comms.models import ADDRESS, ADDRESS_VERSION, Delivery
from comms.sending.troubles import people_in_trouble, troubles_of
from comms.services.returned import (
    LIFE,
    answer_that_mail_arrived,
    ask_whether_mail_arrives,
    confirm_own_address,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest, LinkRequest
from members.models import Person
from members.permissions import Permission


@coalition_page(Permission.PEOPLE_CONTACT)
@require_safe
def returned_list(request: CoalitionRequest) -> HttpResponse:
    context = {"found": people_in_trouble(request.coalition)}
    return render_page(request, "comms/returned_list.html", context)


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def address_ask(request: CoalitionRequest, pk: int) -> HttpResponse:
    people = Person.objects.listed().select_related("coalition")
    person = get_object_or_404(people, pk=pk)
    if perform(request, ask_whether_mail_arrives, person=person, by=request.actor):
        toast(
            request,
            _("A mail asks %(name)s whether it arrives.") % {"name": person.full_name},
        )
    return see_other("members:person_detail", slug=request.coalition.slug, pk=pk)


@coalition_page(Permission.MAIL_CHOOSE)
@require_POST
def address_confirm(request: CoalitionRequest) -> HttpResponse:
    if perform(request, confirm_own_address, user=request.user, by=request.actor):
        toast(request, _("We write to you here again. Choose below what."))
    return see_other("comms:mail_preferences", slug=request.coalition.slug)


def address_answer(request: LinkRequest, link: Link) -> HttpResponse:
    """Ask on GET whether to write here again; the mail that holds the link arrived."""
    asked = Delivery.objects.filter(person=request.holder, kind=ADDRESS)
    delivery = asked.filter(pk=link.row_id).first()
    if delivery is None or link.version != ADDRESS_VERSION:
        gone = {"still_off": True}
        return render(request, "comms/address_answer.html", gone, status=410)
    is_over = delivery.created_at < timezone.now() - LIFE
    if request.method == "POST" and not is_over:
        answer_that_mail_arrived(delivery=delivery, by=request.actor)
    holder = request.holder
    moved = holder.email != delivery.to_norm
    off = False if moved else holder.pk in troubles_of([holder])
    context = {
        "address": delivery.to_norm,
        "asks": off and not is_over,
        "still_off": off,
        "moved": moved,
    }
    return render(request, "comms/address_answer.html", context)
