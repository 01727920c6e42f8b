"""The first page after signing in: my coalition, or the choice between several."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render

from coalition.common.tenancy import scopes_disabled
from coalition.web.starting import may_start
from members.models import Coalition, Membership, User


@login_not_required
def home(request: Any) -> HttpResponse:
    if not isinstance(request.user, User):
        empty = may_start() and not Coalition.objects.exists()
        return redirect("start") if empty else redirect_to_login(request.path)
    with scopes_disabled():
        memberships = list(
            Membership.objects.of_user(request.user.pk)
            .select_related("coalition")
            .order_by("coalition__name")
        )
    if len(memberships) == 1:
        return redirect("web:home", slug=memberships[0].coalition.slug)
    return render(request, "web/coalition_list.html", {"memberships": memberships})
