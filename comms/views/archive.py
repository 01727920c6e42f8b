"""What was sent, for everybody here to read again."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from coalition.common.htmx import redirect_client, render_page, toast
from comms.forms.issues import ItemForm
from comms.models import Issue
from comms.queries import sent_issues
from comms.services.items import withdraw_item
from comms.updates.draft import told_sections
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission

PAGE = 20


@coalition_page(Permission.UPDATES_READ)
@require_GET
def archive_list(request: CoalitionRequest) -> HttpResponse:
    page = Paginator(sent_issues(), PAGE).get_page(request.GET.get("page"))
    return render_page(request, "comms/archive_list.html", {"page": page})


@coalition_page(Permission.UPDATES_READ)
@require_GET
def archive_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show it without what was withdrawn."""
    issue = _sent_or_404(pk)
    context = {"issue": issue, "sections": told_sections(issue)}
    return render_page(request, "comms/archive_detail.html", context)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def archive_withdraw(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = _sent_or_404(pk)
    form = ItemForm(request.POST)
    if form.is_valid():
        withdraw_item(issue=issue, by=request.actor, **form.cleaned_data)
        toast(request, _("Taken back. It is shown nowhere any more."))
    kwargs = {"slug": request.coalition.slug, "pk": pk}
    return redirect_client(request, reverse("comms:archive_detail", kwargs=kwargs))


def _sent_or_404(pk: int) -> Issue:
    issues = sent_issues().select_related("coalition", "own_note_by")
    return get_object_or_404(issues, pk=pk)
