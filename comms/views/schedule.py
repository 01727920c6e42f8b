"""The rhythm of updates: how often, on which day, at what time, and its pause."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import redirect_client, render_page, see_other, toast
from comms.forms.issues import ScheduleForm
from comms.models import UpdateSchedule
from comms.services.schedule import (
    edit_schedule,
    pause_schedule,
    resume_schedule,
    suggested_schedule,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_edit(request: CoalitionRequest) -> HttpResponse:
    schedule = UpdateSchedule.objects.select_related("coalition").first()
    shown = suggested_schedule(request.coalition, timezone.now())
    form = ScheduleForm(request.POST or None, instance=shown)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.attempt(edit_schedule, coalition=request.coalition, by=request.actor)
    ):
        toast(request, _("Saved. Drafts that are there already keep their time."))
        return see_other(_list(request))
    return render_page(
        request,
        "comms/schedule_form.html",
        {"form": form, "schedule": schedule},
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def schedule_pause(request: CoalitionRequest) -> HttpResponse:
    if schedule := _schedule():
        pause_schedule(schedule=schedule, by=request.actor)
        toast(request, _("Paused. No update is drafted until you go on."))
    return redirect_client(request, _list(request))


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def schedule_resume(request: CoalitionRequest) -> HttpResponse:
    if schedule := _schedule():
        resume_schedule(schedule=schedule, by=request.actor)
        toast(request, _("Updates go on with the next date."))
    return redirect_client(request, _list(request))


def _schedule() -> UpdateSchedule | None:
    return UpdateSchedule.objects.select_related("coalition").first()


def _list(request: CoalitionRequest) -> str:
    return reverse("comms:update_list", kwargs={"slug": request.coalition.slug})
