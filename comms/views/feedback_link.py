"""Having a say by the link at the foot of an update, without signing in."""

from django.http import HttpResponse
from django.shortcuts import render

from coalition.common.htmx import HttpResponseSeeOther, posted, see_other
from coalition.common.signing import Link
from coalition.common.tracing import unlogged
from comms.forms.feedback import FeedbackForm
from comms.models import A_MONTH
from comms.queries.feedback import may_have_a_say
from comms.services.anonymous import create_anonymous
from comms.services.feedback import create_feedback
from comms.updates.links import SAY_VERSION
from members.http import LinkRequest

SENT = "sent"


@unlogged
def feedback_link(request: LinkRequest, link: Link) -> HttpResponse:
    """GET shows the form, POST sends it, in the name of whom the mail was for."""
    if link.version != SAY_VERSION or not may_have_a_say(request.holder, link.row_id):
        return render(request, "comms/mail_gone.html", status=410)
    form = FeedbackForm(posted(request))
    if form.is_nameless:
        if form.is_valid() and form.attempt(create_anonymous, by=request.actor):
            return see_other("feedback_thread", token=form.result)
    elif form.is_valid() and form.attempt(create_feedback, by=request.actor):
        return HttpResponseSeeOther(f"{request.path}?{SENT}=1")
    context = {
        "form": form,
        "frame": "base_public.html",
        "limit": A_MONTH,
        "sent": SENT in request.GET,
        "coalition": request.holder.coalition,
    }
    status = 422 if form.errors else 200
    return render(request, "comms/feedback_form.html", context, status=status)
