"""Asking people in: one, many, again; and taking it back."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.htmx import (
    came_from,
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from coalition.web.invited import invitation_counts, invitation_lines, invitations_in
from comms.models import Lane
from comms.sending import doorbell
from members.decorators import coalition_page
from members.forms.invitations import (
    InvitationBulkForm,
    InvitationCreateForm,
    InvitationFilterForm,
    InvitationRevokeForm,
    WordsForm,
)
from members.forms.lists import PersonFilterForm
from members.http import CoalitionRequest
from members.models import Invitation, Person
from members.models.invitation import InvitationState
from members.permissions import MemberRole, Permission
from members.queries.invitations import invitable
from members.recent_sign_in import require_recent_sign_in
from members.services.invitations import (
    INVITATION_LIFE,
    invite_newcomer,
    invite_people,
    invite_person,
    resend_invitation,
    restore_invitation,
    revoke_invitation,
)

PAGE = 50
LISTED = 100


@coalition_page(Permission.PEOPLE_EDIT)
@require_safe
def invitation_list(request: CoalitionRequest) -> HttpResponse:
    now = timezone.now()
    state = InvitationFilterForm(request.GET).state_wanted
    page = Paginator(invitations_in(state, now), PAGE).get_page(request.GET.get("page"))
    counts = invitation_counts(now)
    context = {
        "page": page,
        "lines": invitation_lines(page, now),
        "state": state,
        "tabs": [(each, counts[each]) for each in InvitationState],
        "invitable": invitable(Person.objects.all(), now).count(),
    }
    return render_page(request, "web/invitation_list.html", context)


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_create(request: CoalitionRequest) -> HttpResponse:
    """Ask in somebody whom nobody here knows yet."""
    form = InvitationCreateForm(
        posted(request), initial={"partner": request.GET.get("partner")}
    )
    if form.is_valid() and form.cleaned_data["role"] != MemberRole.MEMBER:
        require_recent_sign_in(request)
    if form.is_valid() and form.attempt(invite_newcomer, by=request.actor):
        return _asked(request, form.result)
    context = {"form": form, "days": INVITATION_LIFE.days, "person": None}
    return _form(request, context, failed=bool(form.errors))


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def person_invite(request: CoalitionRequest, pk: int) -> HttpResponse:
    people = Person.objects.living().select_related("membership")
    person = get_object_or_404(people, pk=pk)
    form = WordsForm(posted(request))
    if form.is_valid() and form.attempt(invite_person, person=person, by=request.actor):
        return _asked(request, person)
    context = {"form": form, "days": INVITATION_LIFE.days, "person": person}
    return _form(request, context, failed=bool(form.errors))


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_bulk(request: CoalitionRequest) -> HttpResponse:
    """Ask in those of a list who could come; its filter says who is listed."""
    narrowed = PersonFilterForm(request.GET, by_state=False)
    listed = invitable(narrowed.people(), timezone.now())
    form = InvitationBulkForm(posted(request), listed=listed)
    if form.is_valid() and form.attempt(invite_people, by=request.actor):
        return _asked_many(request, form.result)
    page = Paginator(listed.with_partners(), LISTED).get_page(request.GET.get("page"))
    context = {
        "narrowed": narrowed,
        "filtered": any(narrowed.cleaned_data.values()),
        "form": form,
        "page": page,
        "ticked": set(request.POST.getlist("people")),
    }
    return render_page(
        request,
        "web/invitation_bulk.html",
        context,
        partial="invitable-people",
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def invitation_resend(request: CoalitionRequest, pk: int) -> HttpResponse:
    invitation = _invitation(pk)
    if perform(request, resend_invitation, invitation=invitation, by=request.actor):
        doorbell.ring(Lane.FAST)
        text = _("A new mail goes to %(name)s; the link in the old one has ended.")
        toast(request, text % {"name": invitation.person})
    return redirect_client(request, came_from(request, _list_url(request)))


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_revoke(request: CoalitionRequest, pk: int) -> HttpResponse:
    invitation = _invitation(pk)
    form = InvitationRevokeForm(posted(request))
    if form.is_valid() and form.attempt(
        revoke_invitation, invitation=invitation, by=request.actor
    ):
        undo_url = reverse(
            "web:invitation_restore",
            kwargs={"slug": request.coalition.slug, "pk": invitation.pk},
        )
        text = _("The invitation of %(name)s is taken back.")
        toast(request, text % {"name": invitation.person}, undo_url=undo_url)
        return redirect_client(request, _list_url(request))
    context = {
        "heading": _("Take the invitation of %(name)s back?")
        % {"name": invitation.person},
        "body": _("The link in their mail ends at once. You can undo this."),
        "submit": _("Take it back"),
        "cancel": _("Keep it"),
        "cancel_url": _list_url(request),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render_page(request, "confirm.html", context, status=status)


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def invitation_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `invitation_revoke`."""
    invitation = _invitation(pk)
    perform(request, restore_invitation, invitation=invitation, by=request.actor)
    return redirect_client(request, _list_url(request))


def _invitation(pk: int) -> Invitation:
    invitations = Invitation.objects.select_related("person__membership")
    return get_object_or_404(invitations, pk=pk)


def _list_url(request: CoalitionRequest) -> str:
    return reverse("web:invitation_list", kwargs={"slug": request.coalition.slug})


def _form(
    request: CoalitionRequest, context: dict[str, object], *, failed: bool
) -> HttpResponse:
    status = 422 if failed else 200
    return render_page(request, "web/invitation_form.html", context, status=status)


def _asked(request: CoalitionRequest, person: Person) -> HttpResponse:
    doorbell.ring(Lane.FAST)
    toast(request, _("The invitation of %(name)s is on its way.") % {"name": person})
    return see_other("members:person_detail", slug=request.coalition.slug, pk=person.pk)


def _asked_many(request: CoalitionRequest, count: int) -> HttpResponse:
    doorbell.ring(Lane.FAST)
    text = ngettext(
        "%(n)d invitation is on its way.", "%(n)d invitations are on their way.", count
    )
    toast(request, text % {"n": count})
    return see_other(_list_url(request))
