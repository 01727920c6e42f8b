"""Taking a list away, as a page shows it or whole: a POST, for it is recorded."""

import io
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from members.decorators import coalition_page
from members.forms.lists import PartnerFilterForm, PersonFilterForm
from members.http import CoalitionRequest
from members.permissions import Permission
from members.recent_sign_in import require_recent_sign_in_for
from members.services.exports import export_partners, export_people


@coalition_page(Permission.LISTS_EXPORT, when_closed=True)
@require_POST
def partner_export(request: CoalitionRequest) -> HttpResponse:
    form = PartnerFilterForm(request.POST)
    return _file(
        request,
        "partners",
        export_partners,
        partners=form.partners(),
        narrowed_by=form.in_words(),
    )


@coalition_page(Permission.LISTS_EXPORT, when_closed=True)
@require_POST
def person_export(request: CoalitionRequest) -> HttpResponse:
    form = PersonFilterForm(request.POST)
    people = form.people()
    require_recent_sign_in_for(request, people.count)
    return _file(
        request,
        "people",
        export_people,
        people=people,
        narrowed_by=form.in_words(),
    )


def _file(
    request: CoalitionRequest, name: str, service: Callable[..., int], **what: Any
) -> HttpResponse:
    out = io.StringIO(newline="")
    service(out=out, by=request.actor, **what)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    today = timezone.localdate().isoformat()
    file_name = f"{request.coalition.slug}-{name}-{today}.csv"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
