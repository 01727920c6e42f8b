"""In and out: lists to bring in, lists to take away, and everything at once."""

from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from coalition.common.htmx import render_page
from coalition.web.exports import TABLES, export_everything
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import Import, Person
from members.permissions import Permission
from members.recent_sign_in import require_recent_sign_in_for

LATEST = 5


@coalition_page(Permission.LISTS_EXPORT)
@require_safe
def transfer(request: CoalitionRequest) -> HttpResponse:
    context = {"latest": Import.objects.for_page()[:LATEST], "tables": len(TABLES)}
    return render_page(request, "web/transfer.html", context)


@coalition_page(Permission.LISTS_EXPORT, when_closed=True)
@require_POST
def everything_export(request: CoalitionRequest) -> FileResponse:
    require_recent_sign_in_for(request, Person.objects.living().count)
    today = timezone.localdate().isoformat()
    return FileResponse(
        export_everything(by=request.actor),
        as_attachment=True,
        filename=f"{request.coalition.slug}-{today}.zip",
        content_type="application/zip",
    )
