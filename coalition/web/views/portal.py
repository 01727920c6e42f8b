"""What a member sees first: theirs to do, what we achieved, when we write again."""

from django.http import HttpResponse
from django.utils import timezone

from coalition.common.htmx import render_page
from coalition.web.queries import portal_page
from comms.forms.feedback import FeedbackForm
from members.http import CoalitionRequest


def show_portal(request: CoalitionRequest) -> HttpResponse:
    page = portal_page(request.membership, timezone.now())
    context = {"page": page, "feedback_form": FeedbackForm()}
    return render_page(request, "web/portal.html", context, partial="my-tasks")
