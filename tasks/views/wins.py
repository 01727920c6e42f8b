"""Wins that check-ins tell: what waits, and what comes of one."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.common.htmx import perform, posted, render_page, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.forms.wins import WinForm
from tasks.queries.wins import wins_decided, wins_waiting, with_win
from tasks.services.wins import drop_win, keep_win, reach_with_win

PAGE = 20
LATELY = 10


@coalition_page(Permission.CHECKINS_EDIT)
@require_safe
def win_list(request: CoalitionRequest) -> HttpResponse:
    """Show what waits for a word of thanks."""
    page = Paginator(wins_waiting(), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "decided": list(wins_decided()[:LATELY])}
    return render_page(request, "tasks/win_list.html", context)


@coalition_page(Permission.CHECKINS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def win_decide(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Make something of one, or take back what came of it."""
    check_in = get_object_or_404(with_win(pk))
    win = wins_decided().filter(check_in=check_in).first()
    if win and request.POST.get("act") == "back":
        if perform(request, drop_win, win=win, by=request.actor):
            toast(request, _("Taken back. It waits again."))
        return see_other(request.path)
    form = WinForm(posted(request), check_in=check_in)
    if form.is_valid():
        service = reach_with_win if form.uses_milestone else keep_win
        if form.attempt(service, check_in=check_in, by=request.actor):
            toast(request, _("Thank you for celebrating it."))
            return see_other("tasks:win_list", slug=request.coalition.slug)
    context = {"check_in": check_in, "win": win, "form": form}
    status = 422 if form.errors else 200
    return render_page(request, "tasks/win_decide.html", context, status=status)
