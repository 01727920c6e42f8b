"""What a task waits for, said on the page of the task."""

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
from tasks.forms.dependencies import DependencyForm
from tasks.models import Task, TaskDependency
from tasks.services.dependencies import (
    add_dependency,
    remove_dependency,
    restore_dependency,
)
from tasks.views.tasks import CHANGED, show_task, task_url


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def dependency_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    form = DependencyForm(request.POST, task=task)
    if form.is_valid() and form.attempt(add_dependency, task=task, by=request.actor):
        if wants_partial(request):
            return show_task(request, pk)
        return see_other(task_url(request, pk))
    return show_task(request, pk, tie_form=form, status=422)


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def dependency_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    rows = TaskDependency.objects.select_related("task", "needs")
    dependency = get_object_or_404(rows, pk=pk)
    worked = perform(
        request, remove_dependency, dependency=dependency, by=request.actor
    )
    if worked:
        said = _("“%(task)s” no longer waits for “%(needs)s”.")
        undo = reverse(
            "tasks:dependency_restore",
            kwargs={"slug": request.coalition.slug, "pk": pk},
        )
        names = {"task": dependency.task, "needs": dependency.needs}
        toast(request, said % names, undo_url=undo)
    return _after(request, dependency.task_id, worked=worked)


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def dependency_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    entry = last_removal(TaskDependency, pk)
    if entry is None:
        raise Http404
    worked = perform(request, restore_dependency, entry=entry, by=request.actor)
    return _after(request, entry.before["task_id"], worked=worked)


def _after(request: CoalitionRequest, task: int, *, worked: bool) -> HttpResponse:
    page = task_url(request, task)
    return after_act(request, event=CHANGED, page=page, worked=worked)
