"""What a coalition is called, where its clocks are, how it looks and answers."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import posted, render_page, see_other, toast
from comms.models import UpdateSchedule
from members.decorators import coalition_page
from members.forms.coalitions import CoalitionForm
from members.http import CoalitionRequest
from members.permissions import Permission
from members.services.coalitions import edit_coalition


@coalition_page(Permission.COALITION_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def coalition_edit(request: CoalitionRequest) -> HttpResponse:
    form = CoalitionForm(posted(request), instance=request.coalition)
    if form.is_valid() and form.attempt(
        edit_coalition, coalition=request.coalition, by=request.actor
    ):
        toast(request, _("Saved."))
        return see_other("web:coalition_edit", slug=request.coalition.slug)
    context = {"form": form, "schedule": UpdateSchedule.objects.first()}
    status = 422 if form.errors else 200
    return render_page(request, "web/coalition_form.html", context, status=status)
