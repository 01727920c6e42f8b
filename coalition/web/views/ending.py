"""The end of a coalition: closing, opening again, deleting, calling it off."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.htmx import perform, posted, render_page, see_other, toast
from coalition.web.services.ending import (
    TERM,
    ask_deletion,
    call_off_deletion,
    close_coalition,
    last_archive,
    remove_example,
    reopen_coalition,
)
from comms.models import Lane
from comms.sending import doorbell
from members.decorators import coalition_page
from members.forms.coalitions import DeletionForm
from members.http import CoalitionRequest
from members.permissions import Permission
from members.recent_sign_in import require_recent_sign_in


@coalition_page(Permission.COALITION_EDIT)
@require_safe
def coalition_ending(request: CoalitionRequest) -> HttpResponse:
    return _show(request, DeletionForm(coalition=request.coalition))


@coalition_page(Permission.COALITION_EDIT)
@require_POST
def coalition_close(request: CoalitionRequest) -> HttpResponse:
    text = _("Closed. Nothing is sent, and nothing is changed, until you open it.")
    return _act(request, close_coalition, text)


@coalition_page(Permission.COALITION_EDIT, when_closed=True)
@require_POST
def coalition_reopen(request: CoalitionRequest) -> HttpResponse:
    return _act(request, reopen_coalition, _("Open again. Go on where you were."))


@coalition_page(Permission.COALITION_EDIT, when_closed=True)
@require_http_methods(["POST"])
def coalition_delete(request: CoalitionRequest) -> HttpResponse:
    """Begin the term of waiting; an example goes at once."""
    coalition = request.coalition
    if coalition.is_example:
        if not perform(request, remove_example, coalition=coalition):
            return see_other("web:coalition_ending", slug=coalition.slug)
        toast(request, _("The example is gone."))
        return see_other("home")
    require_recent_sign_in(request)
    form = DeletionForm(posted(request), coalition=coalition)
    if form.is_valid() and form.attempt(
        ask_deletion, coalition=coalition, by=request.actor
    ):
        doorbell.ring(Lane.FAST)
        return see_other("web:coalition_ending", slug=coalition.slug)
    return _show(request, form)


@coalition_page(Permission.COALITION_EDIT, when_closed=True)
@require_POST
def coalition_keep(request: CoalitionRequest) -> HttpResponse:
    answer = _act(request, call_off_deletion, _("Called off. It stays closed for now."))
    doorbell.ring(Lane.FAST)
    return answer


def _act(request: CoalitionRequest, service: Any, text: str) -> HttpResponse:
    if perform(request, service, coalition=request.coalition, by=request.actor):
        toast(request, text)
    return see_other("web:coalition_ending", slug=request.coalition.slug)


def _show(request: CoalitionRequest, form: DeletionForm) -> HttpResponse:
    context = {
        "form": form,
        "archive": last_archive(timezone.now()),
        "days": TERM.days,
    }
    status = 422 if form.errors else 200
    return render_page(request, "web/coalition_ending.html", context, status=status)
