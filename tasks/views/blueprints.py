"""Starting a plan from a template: choose, look at it, change it, put it in."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import posted, render_page, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import AuditEntry
from members.permissions import Permission
from tasks.forms.blueprints import BlueprintForm, StepForm
from tasks.services.blueprints import start_from
from tasks.services.bulk import MADE


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def task_template(request: CoalitionRequest) -> HttpResponse:
    """Show what would come of it; a POST puts exactly that into the plan."""
    form = BlueprintForm(posted(request) or request.GET or None)
    steps = _steps(request, form) if form.is_valid() else []
    if request.method == "POST" and steps and all(s.is_valid() for s in steps):
        chosen = [plan for plan in (step.chosen() for step in steps) if plan]
        if form.attempt(start_from, steps=chosen, by=request.actor):
            return _put_in(request, form.result)
    wrong = form.errors or any(step.errors for step in steps)
    return render_page(
        request,
        "tasks/task_template.html",
        {"form": form, "steps": steps, "overdue": form.overdue_steps() if steps else 0},
        status=422 if wrong and request.method == "POST" else 200,
    )


def _steps(request: CoalitionRequest, form: BlueprintForm) -> list[StepForm]:
    return [
        StepForm(posted(request), prefix=f"step-{n}", plan=plan)
        for n, plan in enumerate(form.steps())
    ]


def _put_in(request: CoalitionRequest, entry: AuditEntry) -> HttpResponse:
    slug = request.coalition.slug
    undo = reverse("tasks:task_bulk_undo", kwargs={"slug": slug, "pk": entry.pk})
    n = len(entry.after[MADE])
    said = ngettext(
        "%(n)d task is in the plan. Now ask people for it.",
        "%(n)d tasks are in the plan. Now ask people for them.",
        n,
    )
    toast(request, said % {"n": n}, undo_url=undo)
    plan = reverse("tasks:task_list", kwargs={"slug": slug})
    return see_other(f"{plan}?state=unaccounted")
