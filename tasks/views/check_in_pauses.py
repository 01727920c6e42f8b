"""Pauses of a schedule of check-ins, for holidays."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import perform, redirect_client, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.views.removals import removal_or_404
from tasks.forms.schedules import CheckInPauseForm
from tasks.models import CheckInPause
from tasks.services.schedules import create_pause, delete_pause, restore_pause
from tasks.views.check_in_schedules import get_schedule, schedule_url, show_schedule


@coalition_page(Permission.CHECKINS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_pause_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Add a pause; whoever opens the address anew is led to the form's page."""
    schedule = get_schedule(pk)
    if request.method != "POST":
        return see_other(schedule_url(request, pk))
    form = CheckInPauseForm(request.POST)
    if form.is_valid() and form.attempt(
        create_pause, schedule=schedule, by=request.actor
    ):
        toast(request, _("Nothing opens on these days."))
        return see_other(schedule_url(request, pk))
    return show_schedule(request, schedule, form)


@coalition_page(Permission.CHECKINS_EDIT)
@require_POST
def check_in_pause_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    pause = get_object_or_404(CheckInPause, pk=pk)
    entry = delete_pause(pause=pause, by=request.actor)
    kwargs = {"slug": request.coalition.slug, "pk": entry.pk}
    undo = reverse("tasks:check_in_pause_restore", kwargs=kwargs)
    toast(request, _("The pause is taken away."), undo_url=undo)
    return redirect_client(request, schedule_url(request, pause.schedule_id))


@coalition_page(Permission.CHECKINS_EDIT)
@require_POST
def check_in_pause_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `check_in_pause_delete`, whose audit entry `pk` is."""
    entry = removal_or_404(CheckInPause, pk)
    schedule = get_schedule(entry.before["schedule_id"])
    perform(request, restore_pause, entry=entry, by=request.actor)
    return redirect_client(request, schedule_url(request, schedule.pk))
