"""Reading a mail in the browser, by the link in it."""

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from coalition.common.frames import mail_page
from coalition.common.signing import Link
from comms.inbound.addresses import ReplyTo, say_address
from comms.models import GONE_OUT, Delivery
from comms.updates.links import (
    READ_VERSION,
    Links,
    absolute,
    event_url,
    say_url,
    unsubscribe_url,
)
from comms.updates.render import read_as
from members.http import LinkRequest
from tasks.queries.personal import waiting_for


def mail_read(request: LinkRequest, link: Link) -> HttpResponse:
    """Show what this person's mail says, without what was withdrawn since."""
    delivery = _delivery(request, link)
    if delivery is None or delivery.issue is None:
        return _gone(request)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    links = Links(
        stop=unsubscribe_url(link.coalition_id, delivery.to_norm),
        browser=absolute(link.path),
        say=say_url(link.coalition_id, link.row_id, link.person_id),
        write=say_address(ReplyTo(link.coalition_id, link.row_id, link.person_id)),
        calendar=event_url(link.coalition_id, link.row_id, link.person_id),
    )
    seen = delivery.accepted_at or delivery.data_started_at
    waiting = waiting_for([link.person_id], asked_until=seen)
    mail = read_as(delivery.issue, request.holder, links, waiting=waiting, signed=True)
    return _gone(request) if mail.empty else _body(request, mail.html)


@mail_page
def _body(request: LinkRequest, html: str) -> HttpResponse:
    return HttpResponse(html)


def _delivery(request: LinkRequest, link: Link) -> Delivery | None:
    rows = Delivery.objects.begun().filter(
        issue=link.row_id, person=request.holder, issue__state__in=GONE_OUT
    )
    if link.version != READ_VERSION:
        return None
    return rows.select_related("issue__coalition", "issue__own_note_by").first()


def _gone(request: LinkRequest) -> HttpResponse:
    return render(request, "comms/mail_gone.html", status=410)
