"""The first page after signing in: my coalition, or the choice between several."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from coalition.common.tenancy import scopes_disabled
from members.http import SignedInRequest
from members.models import Membership


def home(request: SignedInRequest) -> HttpResponse:
    with scopes_disabled():
        memberships = list(
            Membership.objects.of_user(request.user.pk)
            .select_related("coalition")
            .order_by("coalition__name")
        )
    if len(memberships) == 1:
        return redirect("web:home", slug=memberships[0].coalition.slug)
    return render(request, "web/coalition_list.html", {"memberships": memberships})
