"""Answering an invitation by the link in its mail."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.entrance import sign_in
from coalition.common.htmx import posted, see_other, toast
from coalition.common.signing import Link
from coalition.web.services.joining import is_newcomer, join
from comms.models import Lane
from comms.sending import doorbell
from comms.services.consent import gets_updates
from members.errors import InvitationAnswered, InvitationSpent
from members.forms.invitations import InvitationAnswerForm
from members.http import LinkRequest
from members.models import Affiliation, Invitation, User
from members.models.invitation import InvitationState
from members.permissions import ROLE_WORDS, Permission
from members.services.invitations import renew_invitation


def invitation_answer(request: LinkRequest, link: Link) -> HttpResponse:
    """Show who asks for what; only a button accepts, or asks for a new link."""
    invitation = (
        Invitation.objects.filter(
            pk=link.row_id, version__gte=link.version, person=request.holder
        )
        .select_related("coalition", "invited_by", "person__membership")
        .first()
    )
    state = _state(invitation, link) if invitation else None
    if invitation is None or state != InvitationState.OPEN:
        return _spent(request, invitation, state)
    form = InvitationAnswerForm(posted(request))
    if form.is_valid():
        try:
            user = join(
                invitation=invitation,
                version=link.version,
                by=request.actor,
                **form.cleaned_data,
            )
        except InvitationSpent:
            return _spent(request, invitation, None)
        return _welcome(request, user, invitation)
    return _ask(request, invitation, form)


def _state(invitation: Invitation, link: Link) -> InvitationState | None:
    """Return what this link is good for: None when a newer mail has taken its place."""
    if invitation.person.membership.state != "active":
        return InvitationState.REVOKED
    state = invitation.state(timezone.now())
    if state == InvitationState.OPEN and invitation.version != link.version:
        return None
    return state


def _ask(
    request: LinkRequest, invitation: Invitation, form: InvitationAnswerForm
) -> HttpResponse:
    affiliations = Affiliation.objects.current(timezone.localdate()).filter(
        person=request.holder
    )
    membership = invitation.person.membership
    context = {
        "invitation": invitation,
        "coalition": request.holder.coalition,
        "partners": [a.partner for a in affiliations.select_related("partner")],
        "access": ROLE_WORDS[membership.role],
        "answers": membership.may(Permission.TASKS_ANSWER),
        "form": form,
        "gets_updates": gets_updates(invitation.person),
    }
    return render(request, "web/invitation_answer.html", context)


def _spent(
    request: LinkRequest, invitation: Invitation | None, state: InvitationState | None
) -> HttpResponse:
    """Say what became of it; whoever came too late can have a new link."""
    if invitation and state == InvitationState.EXPIRED and request.method == "POST":
        try:
            renew_invitation(invitation=invitation, by=request.actor)
        except (InvitationAnswered, InvitationSpent):
            state = None
        else:
            doorbell.ring(Lane.FAST)
            return see_other(request.path)
    context = {
        "invitation": invitation,
        "coalition": request.holder.coalition,
        "state": state,
        "refusal": InvitationSpent(),
    }
    return render(request, "web/invitation_spent.html", context, status=410)


def _welcome(request: LinkRequest, user: User, invitation: Invitation) -> HttpResponse:
    """Sign a newcomer in; everybody else signs in as ever."""
    if request.user != user and is_newcomer(user):
        sign_in(request, user)
    toast(request, _("Welcome to %(name)s.") % {"name": invitation.coalition})
    return see_other("web:home", slug=invitation.coalition.slug)
