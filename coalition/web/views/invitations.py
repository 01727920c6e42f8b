"""Answering an invitation by the link in its mail."""

from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.htmx import see_other, toast
from coalition.common.signing import Link
from members.errors import InvitationSpent
from members.http import LinkRequest
from members.models import Affiliation, Invitation, User
from members.services.invitations import accept_invitation

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def invitation_answer(request: LinkRequest, link: Link) -> HttpResponse:
    """Show who asks for what; only the button accepts."""
    invitation = (
        Invitation.objects.open(timezone.now())
        .filter(pk=link.row_id, version=link.version, person=request.holder)
        .select_related("coalition", "invited_by", "person__membership")
        .first()
    )
    if invitation and request.method == "POST":
        try:
            user = accept_invitation(
                invitation=invitation, version=link.version, by=request.actor
            )
        except InvitationSpent:
            invitation = None
        else:
            return _welcome(request, user, invitation)
    partners = Affiliation.objects.current(timezone.localdate()).filter(
        person=request.holder
    )
    context = {
        "invitation": invitation,
        "partners": [a.partner for a in partners.select_related("partner")],
        "coalition": request.holder.coalition,
        "refusal": InvitationSpent(),
    }
    status = 200 if invitation else 410
    return render(request, "web/invitation_answer.html", context, status=status)


def _welcome(request: LinkRequest, user: User, invitation: Invitation) -> HttpResponse:
    """Sign a newcomer in; whoever has used the account before signs in as ever."""
    if request.user != user and user.last_login is None:
        login(request, user, backend=BACKEND)
    toast(request, _("Welcome to %(name)s.") % {"name": invitation.coalition})
    return see_other("web:home", slug=invitation.coalition.slug)
