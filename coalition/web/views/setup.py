"""Setting a coalition up: its name, its partners, its rhythm; each can wait."""

from datetime import datetime
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.htmx import posted, render_page, see_other, toast
from coalition.web.setup import setup_steps
from comms.forms.issues import RhythmForm
from comms.models import UpdateSchedule
from comms.services.schedule import (
    coming_dates,
    edit_schedule,
    rhythm_on,
    suggested_schedule,
)
from members.decorators import coalition_page
from members.forms.coalitions import BasicsForm
from members.forms.imports import PastedListForm
from members.http import CoalitionRequest
from members.models import Coalition
from members.models.imports import ImportKind
from members.permissions import Permission
from members.services.coalitions import edit_coalition
from members.services.imports.steps import SPECS, start_import
from members.views.imports import go_on

METHODS = ["GET", "HEAD", "POST"]


@coalition_page(Permission.COALITION_EDIT)
@require_safe
def setup(request: CoalitionRequest) -> HttpResponse:
    """Go on where it was left."""
    waiting = (step for step in setup_steps(request.coalition) if not step.done)
    if step := next(waiting, None):
        return redirect(step.url)
    return redirect("web:home", slug=request.coalition.slug)


@coalition_page(Permission.COALITION_EDIT)
@require_http_methods(METHODS)
def setup_coalition(request: CoalitionRequest) -> HttpResponse:
    form = BasicsForm(posted(request), instance=request.coalition)
    if form.is_valid() and form.attempt(
        edit_coalition, coalition=request.coalition, by=request.actor
    ):
        return see_other("web:setup_partners", slug=request.coalition.slug)
    return _show(request, "web/setup_coalition.html", form, at=1)


@coalition_page(Permission.LISTS_IMPORT)
@require_http_methods(METHODS)
def setup_partners(request: CoalitionRequest) -> HttpResponse:
    kind = ImportKind.PARTNERS
    form = PastedListForm(posted(request), request.FILES or None, spec=SPECS[kind])
    if form.is_valid() and form.attempt(start_import, kind=kind, by=request.actor):
        return go_on(request, form.result)
    return _show(request, "web/setup_partners.html", form, at=2)


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(METHODS)
def setup_rhythm(request: CoalitionRequest) -> HttpResponse:
    """Choose it; `look` shows the dates of a choice and sets nothing."""
    now = timezone.now()
    rhythm = suggested_schedule(request.coalition, now)
    form = RhythmForm.of(rhythm, posted(request))
    if form.is_valid():
        rhythm = rhythm_on(coalition=request.coalition, now=now, **form.cleaned_data)
        if "look" not in request.POST:
            return _set_rhythm(request, rhythm, coming_dates(rhythm))
    dates = coming_dates(rhythm)
    return _show(request, "web/setup_rhythm.html", form, at=3, dates=dates)


@coalition_page(Permission.COALITION_EDIT, when_closed=True)
@require_POST
def example_load(request: CoalitionRequest) -> HttpResponse:
    """Make an example beside this coalition, one for each account, and go there."""
    mine = Coalition.objects.filter(is_example=True, membership__user=request.user)
    if not mine.exists():
        call_command("seed_demo", example_for=request.user.email, stdout=StringIO())
    return see_other("web:home", slug=mine.values_list("slug", flat=True)[0])


def _set_rhythm(
    request: CoalitionRequest, rhythm: UpdateSchedule, dates: list[datetime]
) -> HttpResponse:
    edit_schedule(
        coalition=request.coalition,
        every_weeks=rhythm.every_weeks,
        anchor_date=rhythm.anchor_date,
        local_time=rhythm.local_time,
        timezone=rhythm.timezone,
        by=request.actor,
    )
    toast(request, _("%(name)s is ready.") % {"name": request.coalition})
    return see_other("web:home", slug=request.coalition.slug)


def _show(
    request: CoalitionRequest, template: str, form: Any, *, at: int, **more: Any
) -> HttpResponse:
    context = {"form": form, "steps": setup_steps(request.coalition), "at": at, **more}
    status = 422 if form.errors else 200
    partial = "dates" if "dates" in more else None
    return render_page(request, template, context, partial=partial, status=status)
