"""Suggestions while somebody types the name of a person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from members.decorators import coalition_page
from members.forms.picking import PersonSearchForm
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries import carriers_like


@coalition_page(Permission.PEOPLE_VIEW)
@require_GET
def person_options_panel(request: CoalitionRequest) -> HttpResponse:
    """Answer the options of a `datalist`; `field` names the input that is typed in."""
    form = PersonSearchForm({"q": request.GET.get(request.GET.get("field", "q"), "")})
    carriers = (
        carriers_like(form.cleaned_data["q"], timezone.localdate())
        if form.is_valid()
        else []
    )
    return render(request, "members/person_options_panel.html", {"carriers": carriers})
