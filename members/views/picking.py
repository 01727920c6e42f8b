"""Suggestions while somebody types the name of a person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from members.decorators import coalition_page
from members.forms.picking import PersonSearchForm
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.PEOPLE_VIEW)
@require_GET
def person_options_panel(request: CoalitionRequest) -> HttpResponse:
    """Answer the options of a `datalist`; `field` names the input that is typed in."""
    typed = request.GET.get(request.GET.get("field", "q"), "")
    wide = {name: request.GET.get(name) for name in ("everybody", "partners")}
    context = {"suggested": PersonSearchForm({"q": typed, **wide}).suggested()}
    return render(request, "members/person_options_panel.html", context)
