"""The checklist of a task and its links, kept on the page of the task."""

from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.common.htmx import after_act, perform, see_other, toast, wants_partial
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries import last_removal
from tasks.forms.parts import ItemForm, LinkForm
from tasks.models import ChecklistItem, Task, TaskLink
from tasks.services.parts import (
    add_item,
    add_link,
    delete_item,
    delete_link,
    move_item,
    restore_part,
    tick_item,
)
from tasks.views.tasks import CHANGED, show_task, task_url


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def item_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    form = ItemForm(request.POST)
    if form.is_valid() and form.attempt(add_item, task=task, by=request.actor):
        return _added(request, pk)
    return show_task(request, pk, item_form=form, status=422)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def item_tick(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _tick(request, pk, done=True)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def item_untick(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _tick(request, pk, done=False)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def item_move(request: CoalitionRequest, pk: int) -> HttpResponse:
    item = _item(pk)
    up = request.POST.get("to") == "up"
    worked = perform(request, move_item, item=item, up=up, by=request.actor)
    return _after(request, item.task_id, worked=worked)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def item_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    item = _item(pk)
    worked = perform(request, delete_item, item=item, by=request.actor)
    if worked:
        said = _("“%(part)s” is off the list.") % {"part": item}
        toast(request, said, undo_url=_undo(request, item, pk))
    return _after(request, item.task_id, worked=worked)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def link_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    form = LinkForm(request.POST)
    if form.is_valid() and form.attempt(add_link, task=task, by=request.actor):
        return _added(request, pk)
    return show_task(request, pk, link_form=form, status=422)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def link_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(TaskLink.objects.select_related("task"), pk=pk)
    worked = perform(request, delete_link, link=link, by=request.actor)
    if worked:
        said = _("“%(part)s” is off the list.") % {"part": link}
        toast(request, said, undo_url=_undo(request, link, pk))
    return _after(request, link.task_id, worked=worked)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def item_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _restore(request, ChecklistItem, pk)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def link_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _restore(request, TaskLink, pk)


def _restore(request: CoalitionRequest, model: type[Model], pk: int) -> HttpResponse:
    entry = last_removal(model, pk)
    if entry is None:
        raise Http404
    task = get_object_or_404(Task, pk=entry.before["task_id"])
    worked = perform(request, restore_part, entry=entry, task=task, by=request.actor)
    return _after(request, task.pk, worked=worked)


def _item(pk: int) -> ChecklistItem:
    return get_object_or_404(ChecklistItem.objects.select_related("task"), pk=pk)


def _tick(request: CoalitionRequest, pk: int, *, done: bool) -> HttpResponse:
    item = _item(pk)
    worked = perform(request, tick_item, item=item, done=done, by=request.actor)
    return _after(request, item.task_id, worked=worked)


def _undo(request: CoalitionRequest, part: Model, pk: int) -> str:
    name = "item_restore" if isinstance(part, ChecklistItem) else "link_restore"
    return reverse(f"tasks:{name}", kwargs={"slug": request.coalition.slug, "pk": pk})


def _added(request: CoalitionRequest, task: int) -> HttpResponse:
    if wants_partial(request):
        return show_task(request, task)
    return see_other(task_url(request, task))


def _after(request: CoalitionRequest, task: int, *, worked: bool) -> HttpResponse:
    page = task_url(request, task)
    return after_act(request, event=CHANGED, page=page, worked=worked)
