"""Who is in a working group: let in, gone, leading; joined and left by oneself."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import came_from, perform, posted, see_other, toast
from members.decorators import coalition_page
from members.forms.groups import GroupPlaceForm
from members.http import CoalitionRequest
from members.models import GroupMember, WorkingGroup
from members.permissions import Permission
from members.services.groups import (
    add_to_group,
    join_group,
    leave_group,
    may_keep,
    return_to_group,
    set_lead,
)
from members.views.groups import group_url, show_group_form, turn_away


@coalition_page(Permission.GROUPS_JOIN)
@require_http_methods(["GET", "HEAD", "POST"])
def place_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(WorkingGroup, pk=pk)
    if not may_keep(group, request.actor):
        return turn_away(request, group)
    form = GroupPlaceForm(posted(request))
    if form.is_valid() and form.attempt(add_to_group, group=group, by=request.actor):
        place = form.result
        said = _("%(person)s is in “%(group)s”.") % _words(place)
        toast(request, said, undo_url=_url(request, place, "end"))
        return see_other(group_url(request, pk))
    return show_group_form(request, form, _("Add somebody"), group)


@coalition_page(Permission.GROUPS_JOIN)
@require_POST
def place_end(request: CoalitionRequest, pk: int) -> HttpResponse:
    """End one's own place, or that of somebody else in a group that one keeps."""
    place = _place(pk)
    if perform(request, leave_group, place=place, by=request.actor):
        own = place.person_id == request.person.pk
        said = _("You left “%(group)s”.") if own else _("%(person)s left “%(group)s”.")
        undo = _url(request, place, "resume")
        toast(request, said % _words(place), undo_url=undo)
    return see_other(came_from(request, group_url(request, place.group_id)))


@coalition_page(Permission.GROUPS_JOIN)
@require_POST
def place_resume(request: CoalitionRequest, pk: int) -> HttpResponse:
    place = _place(pk)
    if perform(request, return_to_group, place=place, by=request.actor):
        toast(request, _("%(person)s is in “%(group)s”.") % _words(place))
    return see_other(came_from(request, group_url(request, place.group_id)))


@coalition_page(Permission.GROUPS_JOIN)
@require_POST
def place_lead(request: CoalitionRequest, pk: int) -> HttpResponse:
    place = _place(pk)
    if perform(request, set_lead, place=place, leads=True, by=request.actor):
        said = _("%(person)s leads “%(group)s”.") % _words(place)
        toast(request, said, undo_url=_url(request, place, "unlead"))
    return see_other(group_url(request, place.group_id))


@coalition_page(Permission.GROUPS_JOIN)
@require_POST
def place_unlead(request: CoalitionRequest, pk: int) -> HttpResponse:
    place = _place(pk)
    if perform(request, set_lead, place=place, leads=False, by=request.actor):
        said = _("%(person)s does not lead “%(group)s” any more.") % _words(place)
        toast(request, said, undo_url=_url(request, place, "lead"))
    return see_other(group_url(request, place.group_id))


@coalition_page(Permission.GROUPS_JOIN)
@require_POST
def group_join(request: CoalitionRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(WorkingGroup, pk=pk)
    if perform(request, join_group, group=group, by=request.actor):
        place = GroupMember.objects.current().get(group=group, person=request.person)
        said = _("You are in “%(group)s”.") % {"group": group}
        toast(request, said, undo_url=_url(request, place, "end"))
    return see_other(came_from(request, group_url(request, pk)))


def _place(pk: int) -> GroupMember:
    places = GroupMember.objects.select_related("group", "person")
    place = get_object_or_404(places, pk=pk)
    if place.person.erased_at:
        raise Http404
    return place


def _url(request: CoalitionRequest, place: GroupMember, verb: str) -> str:
    return group_url(request, place.pk, f"members:place_{verb}")


def _words(place: GroupMember) -> dict[str, object]:
    return {"person": place.person, "group": place.group}
