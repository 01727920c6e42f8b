"""The stop switch for all mail of the coalition."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.common.htmx import redirect_client, toast
from comms.sending import doorbell
from comms.services.stopping import resume_mail, stop_mail
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def mail_stop(request: CoalitionRequest) -> HttpResponse:
    stop_mail(coalition=request.coalition, by=request.actor)
    toast(request, _("Stopped. Nothing leaves until you go on."))
    return redirect_client(request, _list(request))


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def mail_resume(request: CoalitionRequest) -> HttpResponse:
    resume_mail(coalition=request.coalition, by=request.actor)
    doorbell.ring()
    toast(request, _("Mail goes out again. What waited leaves now."))
    return redirect_client(request, _list(request))


def _list(request: CoalitionRequest) -> str:
    return reverse("comms:update_list", kwargs={"slug": request.coalition.slug})
