"""Search over everything of a coalition that people look for."""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from coalition.common.forms import FilterForm
from coalition.common.htmx import render_page
from coalition.web.search import search as find
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


class SearchForm(FilterForm):
    q = forms.CharField(
        label=_("What are you looking for?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autofocus": True}),
    )


@coalition_page(Permission.HOME_VIEW)
@require_safe
def search(request: CoalitionRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    words = form.value("q")
    found = find(words, request.membership)
    context = {"form": form, "words": words, "found": found}
    return render_page(request, "web/search.html", context, partial="search-hits")
