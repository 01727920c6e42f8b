"""When check-ins are: the list of schedules, one of them, and its form."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.htmx import posted, redirect_client, render_page, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.forms.schedules import (
    CheckInPauseForm,
    CheckInScheduleForm,
    ScheduleForForm,
)
from tasks.models import Audience, CheckInSchedule
from tasks.queries.rhythm import audience_in_words, rhythm_in_words
from tasks.queries.schedules import Preview, preview_of, rounds_of, schedule_lines
from tasks.services.schedules import (
    as_edited,
    create_schedule,
    edit_schedule,
    resume_schedule,
    stop_schedule,
    suggested_schedule,
)


@coalition_page(Permission.CHECKINS_VIEW)
@require_safe
def check_in_schedule_list(request: CoalitionRequest) -> HttpResponse:
    context = {"lines": schedule_lines(timezone.now())}
    return render_page(request, "tasks/check_in_schedule_list.html", context)


@coalition_page(Permission.CHECKINS_VIEW)
@require_safe
def check_in_schedule_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    return show_schedule(request, get_schedule(pk))


@coalition_page(Permission.CHECKINS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_schedule_create(request: CoalitionRequest) -> HttpResponse:
    shown = suggested_schedule(by=request.actor, now=timezone.now())
    if group := ScheduleForForm(request.GET).group_asked():
        shown.name, shown.audience, shown.group = group.name, Audience.GROUP, group
    form = CheckInScheduleForm(posted(request), instance=shown)
    if _is_to_save(request, form) and form.attempt(create_schedule, by=request.actor):
        toast(request, _("Set up. Nobody has to remember it any more."))
        return see_other(schedule_url(request, form.result.pk))
    return _form(request, form, shown)


@coalition_page(Permission.CHECKINS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_schedule_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    schedule = get_schedule(pk)
    now = timezone.now()
    shown = suggested_schedule(by=request.actor, now=now, schedule=schedule)
    form = CheckInScheduleForm(posted(request), instance=shown)
    if _is_to_save(request, form) and form.attempt(
        edit_schedule, schedule=schedule, by=request.actor
    ):
        toast(request, _("Saved. A check-in that is open keeps its time."))
        return see_other(schedule_url(request, pk))
    return _form(request, form, schedule)


def _is_to_save(request: CoalitionRequest, form: CheckInScheduleForm) -> bool:
    """Say whether it can be saved; `look` only asks for the dates and names."""
    return form.is_valid() and "look" not in request.POST


@coalition_page(Permission.CHECKINS_EDIT)
@require_POST
def check_in_schedule_stop(request: CoalitionRequest, pk: int) -> HttpResponse:
    schedule = get_schedule(pk)
    stop_schedule(schedule=schedule, by=request.actor)
    undo = schedule_url(request, pk, "resume")
    toast(request, _("Stopped: %(name)s.") % {"name": schedule}, undo_url=undo)
    return redirect_client(request, schedule_url(request, pk))


@coalition_page(Permission.CHECKINS_EDIT)
@require_POST
def check_in_schedule_resume(request: CoalitionRequest, pk: int) -> HttpResponse:
    schedule = get_schedule(pk)
    resume_schedule(schedule=schedule, by=request.actor)
    toast(request, _("It goes on with its next date."))
    return redirect_client(request, schedule_url(request, pk))


def get_schedule(pk: int) -> CheckInSchedule:
    return get_object_or_404(CheckInSchedule.objects.with_whom(), pk=pk)


def schedule_url(request: CoalitionRequest, pk: int, page: str = "detail") -> str:
    kwargs = {"slug": request.coalition.slug, "pk": pk}
    return reverse(f"tasks:check_in_schedule_{page}", kwargs=kwargs)


def show_schedule(
    request: CoalitionRequest,
    schedule: CheckInSchedule,
    pause_form: CheckInPauseForm | None = None,
) -> HttpResponse:
    """Show one schedule; a pause that was refused keeps what was typed."""
    context = {
        "schedule": schedule,
        "audience": audience_in_words(schedule),
        "rhythm": rhythm_in_words(schedule),
        "preview": preview_of(schedule, timezone.now()),
        "pauses": schedule.pauses.filter(to_on__gte=timezone.localdate()),
        "rounds": rounds_of(schedule),
        "pause_form": pause_form or CheckInPauseForm(),
    }
    status = 422 if pause_form else 200
    return render_page(
        request, "tasks/check_in_schedule_detail.html", context, status=status
    )


def _form(
    request: CoalitionRequest, form: CheckInScheduleForm, schedule: CheckInSchedule
) -> HttpResponse:
    """Show the form with what it would mean; saved ones stand under their name."""
    context: dict[str, Any] = {
        "form": form,
        "schedule": schedule if schedule.pk else None,
        "preview": _preview(form, schedule),
    }
    return render_page(
        request,
        "tasks/check_in_schedule_form.html",
        context,
        partial="preview",
        status=422 if form.errors else 200,
    )


def _preview(form: CheckInScheduleForm, schedule: CheckInSchedule) -> Preview | None:
    now = timezone.now()
    if not form.is_bound:
        return preview_of(schedule, now)
    if form.errors:
        return None
    return preview_of(as_edited(schedule, now=now, **form.cleaned_data), now)
