"""Standing roles: all of them, and one's page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.forms import StyledForm
from coalition.common.htmx import perform, posted, render_page, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.recent_sign_in import require_recent_sign_in
from members.views.record_form import show_record_form
from tasks.forms.roles import RoleFilterForm, RoleForm
from tasks.models import Role
from tasks.queries.roles import past_terms, role_line, role_lines
from tasks.services.roles import close_role, create_role, edit_role, reopen_role


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def role_list(request: CoalitionRequest) -> HttpResponse:
    form = RoleFilterForm(request.GET)
    words = form.value("q")
    context = {
        "form": form,
        "filtered": bool(words),
        "lines": role_lines(timezone.localdate(), words),
        "closed": Role.objects.exclude(closed_at=None),
    }
    return render_page(request, "tasks/role_list.html", context, partial="role-rows")


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def role_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    line = role_line(pk, today)
    if line is None:
        raise Http404
    past = list(past_terms(line.role, today))
    own = any(t.person_id == request.person.pk for t in line.holders + line.coming)
    may_edit = request.membership.may(Permission.TASKS_EDIT)
    may_give = may_edit and (not line.role.permissions or _may_grant(request))
    context = {
        "line": line,
        "role": line.role,
        "past": past,
        "may_edit": may_give,
        "may_read": own or may_edit,
    }
    return render_page(request, "tasks/role_detail.html", context)


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def role_create(request: CoalitionRequest) -> HttpResponse:
    form = RoleForm(posted(request), may_grant=_may_grant(request))
    _require_for_rights(request, form)
    if form.is_valid() and form.attempt(create_role, by=request.actor):
        toast(request, _("The role is there. Who takes it?"))
        return see_other(role_url(request, form.result.pk))
    return _form(request, form, _("Add a role"))


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def role_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    form = RoleForm(posted(request), instance=role, may_grant=_may_grant(request))
    _require_for_rights(request, form)
    if form.is_valid() and form.attempt(edit_role, role=role, by=request.actor):
        toast(request, _("Saved."))
        return see_other(role_url(request, pk))
    return _form(request, form, role.name, role)


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def role_close(request: CoalitionRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    if perform(request, close_role, role=role, by=request.actor):
        said = _("“%(role)s” is closed.") % {"role": role}
        toast(request, said, undo_url=role_url(request, pk, "reopen"))
    return see_other(role_url(request, pk))


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def role_reopen(request: CoalitionRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    try:
        done = perform(request, reopen_role, role=role, by=request.actor)
    except ValidationError as taken:
        messages.error(request, " ".join(taken.messages))
    else:
        if done:
            toast(request, _("“%(role)s” is open again.") % {"role": role})
    return see_other(role_url(request, pk))


def _may_grant(request: CoalitionRequest) -> bool:
    """Leave what a role allows to those who change access, for that is what it is."""
    return request.membership.may(Permission.PEOPLE_EDIT)


def _require_for_rights(request: CoalitionRequest, form: RoleForm) -> None:
    if form.is_valid() and form.cleaned_data.get("permissions"):
        require_recent_sign_in(request)


def role_url(request: CoalitionRequest, pk: int, verb: str = "detail") -> str:
    return reverse(
        f"tasks:role_{verb}", kwargs={"slug": request.coalition.slug, "pk": pk}
    )


def _form(
    request: CoalitionRequest, form: StyledForm, heading: str, role: Role | None = None
) -> HttpResponse:
    listing = reverse("tasks:role_list", kwargs={"slug": request.coalition.slug})
    above = (
        (role_url(request, role.pk), role.name)
        if role
        else (listing, _("Standing roles"))
    )
    return show_record_form(request, form, heading=heading, above=above)
