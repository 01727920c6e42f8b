"""Light or dark, kept in the profile."""

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from coalition.common.htmx import see_other
from members.http import SignedInRequest
from members.models.user import Theme


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme.choices)


@require_POST
def theme_set(request: SignedInRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if form.is_valid():
        request.user.theme = form.cleaned_data["theme"]
        request.user.save(update_fields=["theme"])
    back = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return see_other(back if ours else reverse("home"))
