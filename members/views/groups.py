"""Working groups: all of them; started, changed, closed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.forms import StyledForm
from coalition.common.htmx import perform, posted, render_page, see_other, toast
from members.decorators import coalition_page
from members.errors import NotYourGroup
from members.forms.groups import GroupFilterForm, GroupForm
from members.http import CoalitionRequest
from members.models import WorkingGroup
from members.permissions import Permission
from members.queries.groups import group_lines
from members.services.groups import (
    close_group,
    create_group,
    edit_group,
    may_keep,
    reopen_group,
)
from members.views.record_form import show_record_form


@coalition_page(Permission.PEOPLE_VIEW)
@require_safe
def group_list(request: CoalitionRequest) -> HttpResponse:
    form = GroupFilterForm(request.GET)
    words = form.value("q")
    lines = group_lines(words)
    context = {
        "form": form,
        "filtered": bool(words),
        "lines": [(line, line.place_of(request.person)) for line in lines],
        "closed": WorkingGroup.objects.exclude(closed_at=None),
    }
    return render_page(
        request, "members/group_list.html", context, partial="group-rows"
    )


@coalition_page(Permission.GROUPS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def group_create(request: CoalitionRequest) -> HttpResponse:
    form = GroupForm(posted(request))
    if form.is_valid() and form.attempt(create_group, by=request.actor):
        toast(request, _("The group is there. Who is in it?"))
        return see_other(group_url(request, form.result.pk))
    return show_group_form(request, form, _("Start a working group"))


@coalition_page(Permission.GROUPS_JOIN)
@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Let coordinators, and whoever leads it, change its words."""
    group = get_object_or_404(WorkingGroup, pk=pk)
    if not may_keep(group, request.actor):
        return turn_away(request, group)
    form = GroupForm(posted(request), instance=group)
    if form.is_valid() and form.attempt(edit_group, group=group, by=request.actor):
        toast(request, _("Saved."))
        return see_other(group_url(request, pk))
    return show_group_form(request, form, group.name, group)


@coalition_page(Permission.GROUPS_EDIT)
@require_POST
def group_close(request: CoalitionRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(WorkingGroup, pk=pk)
    if perform(request, close_group, group=group, by=request.actor):
        said = _("“%(group)s” is closed.") % {"group": group}
        toast(request, said, undo_url=group_url(request, pk, "members:group_reopen"))
    return see_other(group_url(request, pk))


@coalition_page(Permission.GROUPS_EDIT)
@require_POST
def group_reopen(request: CoalitionRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(WorkingGroup, pk=pk)
    try:
        reopen_group(group=group, by=request.actor)
    except ValidationError as taken:
        messages.error(request, " ".join(taken.messages))
    else:
        toast(request, _("“%(group)s” is open again.") % {"group": group})
    return see_other(group_url(request, pk))


def group_url(
    request: CoalitionRequest, pk: int, name: str = "web:group_detail"
) -> str:
    return reverse(name, kwargs={"slug": request.coalition.slug, "pk": pk})


def turn_away(request: CoalitionRequest, group: WorkingGroup) -> HttpResponse:
    """Say who may do that, on the group's page."""
    messages.error(request, str(NotYourGroup(group)))
    return see_other(group_url(request, group.pk))


def show_group_form(
    request: CoalitionRequest,
    form: StyledForm,
    heading: str,
    group: WorkingGroup | None = None,
) -> HttpResponse:
    listing = reverse("members:group_list", kwargs={"slug": request.coalition.slug})
    above = (
        (group_url(request, group.pk), group.name)
        if group
        else (listing, _("Working groups"))
    )
    return show_record_form(request, form, heading=heading, above=above)
