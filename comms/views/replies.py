"""What came in by mail, for coordinators to read whole."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from coalition.common.htmx import render_page
from comms.inbound.message import read_message
from comms.models import InboundMail
from comms.services.receiving import KEPT
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission

PAGE = 50


@coalition_page(Permission.CHECKINS_EDIT)
@require_safe
def reply_list(request: CoalitionRequest) -> HttpResponse:
    replies = InboundMail.objects.with_what_for().defer("raw", "text")
    page = Paginator(replies, PAGE).get_page(request.GET.get("page"))
    return render_page(request, "comms/reply_list.html", {"page": page})


@coalition_page(Permission.CHECKINS_EDIT)
@require_safe
def reply_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show the words that were taken, and the whole message as text."""
    reply = get_object_or_404(InboundMail.objects.with_what_for(), pk=pk)
    context = {
        "reply": reply,
        "whole": read_message(bytes(reply.raw)).text,
        "deleted_on": reply.received_at + KEPT,
    }
    return render_page(request, "comms/reply_detail.html", context)
