"""Tasks as lists: brought in the way partners and people are, and taken away."""

import io

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models.imports import ImportKind
from members.permissions import Permission
from members.views.imports import start_list
from tasks.forms.tasks import TaskFilterForm
from tasks.forms.views import filter_query
from tasks.queries.board import Show, tasks_shown
from tasks.services.imports import export_tasks


@coalition_page(Permission.LISTS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def task_import(request: CoalitionRequest) -> HttpResponse:
    return start_list(request, ImportKind.TASKS)


@coalition_page(Permission.LISTS_EXPORT, when_closed=True)
@require_POST
def task_export(request: CoalitionRequest) -> HttpResponse:
    """Answer the tasks that the plan was narrowed to, else all of them."""
    wanted = TaskFilterForm(request.POST, default=Show.ALL).wanted()
    today = timezone.localdate()
    out = io.StringIO(newline="")
    export_tasks(
        out=out,
        tasks=tasks_shown(wanted, me=request.person, today=today),
        narrowed_by=filter_query(request.POST),
        by=request.actor,
    )
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{request.coalition.slug}-tasks-{today.isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
