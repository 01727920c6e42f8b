"""The private page of who said something without their name."""

from contextlib import suppress
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import HttpResponseSeeOther, posted
from coalition.common.signing import read_token
from coalition.common.tenancy import scope
from coalition.common.tracing import unlogged
from comms.errors import FeedbackMoved
from comms.forms.feedback import FeedbackMessageForm
from comms.models import Visibility
from comms.queries.feedback import place_of_change, state_line
from comms.services.anonymous import (
    THREAD,
    Thread,
    take_back_nameless,
    thread_of,
    write_on,
)
from members.models import Coalition


@unlogged
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_thread(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was said and answered; whoever has the link is who wrote it."""
    parts = read_token(THREAD, token)
    coalition = Coalition.objects.filter(pk=parts[0]).first() if parts else None
    if parts is None or coalition is None:
        return _unknown(request)
    with scope(coalition=coalition):
        thread = thread_of(coalition, parts[1])
        return _page(request, thread) if thread else _unknown(request)


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {"private": True}
    return render(request, "link_unknown.html", context, status=404)


def _done(request: HttpRequest, thread: Thread, form: FeedbackMessageForm) -> bool:
    if request.POST.get("act") != "take_back":
        return form.is_valid() and form.attempt(write_on, thread=thread)
    form.is_bound = False
    # Answered meanwhile: the page then shows the answer.
    with suppress(FeedbackMoved):
        take_back_nameless(thread=thread)
    return True


def _page(request: HttpRequest, thread: Thread) -> HttpResponse:
    form = FeedbackMessageForm(posted(request), initial={"once": uuid4()})
    closed = thread.coalition.closed_at is not None
    if not closed and _done(request, thread, form):
        return HttpResponseSeeOther(request.path)
    changed_at, changed = place_of_change(thread.feedback, thread.coalition.slug)
    context = {
        "thread": thread,
        "feedback": thread.feedback,
        "form": form,
        "closed": closed,
        "state_line": state_line(thread.feedback),
        "changed": changed,
        "changed_at": changed_at,
        "here": request.build_absolute_uri(),
        "visibility": Visibility.ANONYMOUS.label,
    }
    status = 422 if form.errors else 200
    return render(request, "comms/feedback_thread.html", context, status=status)
