"""One act on the ticked tasks of the plan, and taking it back."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.common.errors import DomainError
from coalition.common.htmx import (
    after_act,
    came_from,
    perform,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import AuditEntry
from members.permissions import Permission
from tasks.forms.bulk import TaskBulkChoiceForm, TaskBulkForm
from tasks.models import Task
from tasks.services.bulk import BULK, BulkAct, change_tasks, undo_bulk
from tasks.views.tasks import CHANGED, task_url

NAMED = 12
WEEK = 7


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def task_bulk(request: CoalitionRequest) -> HttpResponse:
    """Ask first, with the tasks named; do it once that is confirmed."""
    chosen = TaskBulkChoiceForm(_chosen(request))
    back = came_from(request, _plan(request))
    if not chosen.is_valid():
        messages.error(request, _("Tick the tasks first, then say what to do."))
        return see_other(back)
    act = BulkAct(chosen.cleaned_data["act"])
    confirmed = request.POST if "confirmed" in request.POST else None
    typed = {name: chosen.data.get(name, "") for name in ("act", "pks")}
    form = TaskBulkForm(confirmed, act=act, initial=typed)
    if confirmed and form.is_valid() and form.attempt(change_tasks, by=request.actor):
        _say_done(request, form.result)
        return redirect_client(request, back)
    tasks = Task.objects.filter(pk__in=chosen.cleaned_data["pks"])
    count = tasks.count()
    context = {
        "form": form,
        "act": act,
        "tasks": tasks[:NAMED],
        "count": count,
        "more": max(count - NAMED, 0),
        "back": back,
    }
    status = 422 if form.errors else 200
    return render_page(request, "tasks/task_bulk.html", context, status=status)


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def task_move(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Let one task begin today, stop repeating, or take a week more."""
    task = get_object_or_404(Task, pk=pk)
    acts = {"begin": BulkAct.BEGIN, "stop": BulkAct.STOP}
    act = acts.get(request.POST.get("act", ""), BulkAct.SHIFT)
    days = {"days": WEEK} if act == BulkAct.SHIFT else {}
    try:
        entry = change_tasks(pks=[task.pk], act=act, by=request.actor, **days)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        _say_done(request, entry)
    return after_act(request, event=CHANGED, page=task_url(request, pk))


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def task_bulk_undo(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `task_bulk`, whose audit entry `pk` is."""
    entry = get_object_or_404(AuditEntry, pk=pk, action=BULK)
    if perform(request, undo_bulk, entry=entry, by=request.actor):
        toast(request, _("Taken back."))
    return redirect_client(request, came_from(request, _plan(request)))


def _chosen(request: CoalitionRequest) -> QueryDict:
    data = request.POST.copy()
    if "pks" not in data:
        data["pks"] = ",".join(data.getlist("pk"))
    return data


def _plan(request: CoalitionRequest) -> str:
    return reverse("tasks:task_list", kwargs={"slug": request.coalition.slug})


def _say_done(request: CoalitionRequest, entry: AuditEntry) -> None:
    undo = reverse(
        "tasks:task_bulk_undo", kwargs={"slug": request.coalition.slug, "pk": entry.pk}
    )
    words = " ".join(_outcome(entry.after))
    toast(request, words, undo_url=undo)


def _outcome(after: Mapping[str, Any]) -> Iterator[str]:
    """Say to how many it was done, and how many stay as they are."""
    names = ("done", "gone", "asked", "tasks")
    n = next((len(after[name]) for name in names if after.get(name)), 0)
    said = {
        "done": ngettext("%(n)d task is done.", "%(n)d tasks are done.", n),
        "delete": ngettext("%(n)d task is deleted.", "%(n)d tasks are deleted.", n),
        "ask": ngettext("Asked for %(n)d task.", "Asked for %(n)d tasks.", n),
    }
    changed = ngettext("%(n)d task is changed.", "%(n)d tasks are changed.", n)
    yield said.get(after["act"], changed) % {"n": n}
    if unheard := len(after.get("unheard", ())):
        yield ngettext(
            "%(n)d waits for somebody who is to be heard first.",
            "%(n)d wait for somebody who is to be heard first.",
            unheard,
        ) % {"n": unheard}
    if others := after.get("others", 0):
        yield ngettext(
            "%(n)d is done, or has somebody for this already.",
            "%(n)d are done, or have somebody for this already.",
            others,
        ) % {"n": others}
