"""Starting a plan from a template: choose, look at the dates, put it in."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import render_page, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.forms.blueprints import BlueprintForm
from tasks.services.blueprints import dated, start_from
from tasks.services.bulk import MADE


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def task_template(request: CoalitionRequest) -> HttpResponse:
    """Show what would come of it; a POST puts exactly that into the plan."""
    posts = request.method == "POST"
    form = BlueprintForm(request.POST if posts else request.GET or None)
    valid = form.is_valid()
    if posts and valid and form.attempt(start_from, by=request.actor):
        slug, entry = request.coalition.slug, form.result
        undo = reverse("tasks:task_bulk_undo", kwargs={"slug": slug, "pk": entry.pk})
        said = _("%(n)d tasks are in the plan. Now ask people for them.")
        toast(request, said % {"n": len(entry.after[MADE])}, undo_url=undo)
        return see_other(
            reverse("tasks:task_list", kwargs={"slug": slug}) + "?state=unaccounted"
        )
    found = form.cleaned_data if valid else {}
    today = timezone.localdate()
    steps = dated(found["blueprint"], found["day"], today) if found else []
    context = {"form": form, "steps": steps, "found": found}
    status = 422 if posts and form.errors else 200
    return render_page(request, "tasks/task_template.html", context, status=status)
