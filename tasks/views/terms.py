"""Giving a role to somebody, ending it, handing it over."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.forms import StyledForm
from coalition.common.htmx import perform, posted, see_other, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries import last_removal
from members.recent_sign_in import require_recent_sign_in
from members.views.record_form import show_record_form
from tasks.forms.roles import EndTermForm, HandOverForm, NotesForm, TermForm
from tasks.models import Role, RoleAssignment
from tasks.services.terms import (
    delete_term,
    end_term,
    give_role,
    hand_over,
    restore_term,
    resume_term,
    write_notes,
)
from tasks.views.roles import role_url


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def term_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    form = TermForm(posted(request))
    if form.is_bound and role.permissions:
        require_recent_sign_in(request)
    if form.is_valid() and form.attempt(give_role, role=role, by=request.actor):
        words = {"person": form.result.person, "role": role}
        said = _("%(person)s holds “%(role)s”.") % words
        toast(request, said, undo_url=_url(request, form.result.pk, "delete"))
        return see_other(role_url(request, pk))
    return _form(request, form, role, _("Give it to somebody"))


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def term_end(request: CoalitionRequest, pk: int) -> HttpResponse:
    term = _term(pk)
    form = EndTermForm(posted(request), term=term)
    if form.is_valid() and form.attempt(end_term, term=term, by=request.actor):
        said = _("The term of %(person)s has a last day.") % {"person": term.person}
        toast(request, said, undo_url=_url(request, pk, "resume"))
        return see_other(role_url(request, term.role_id))
    heading = _("End the term of %(person)s") % {"person": term.person}
    return _form(request, form, term.role, heading)


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def term_resume(request: CoalitionRequest, pk: int) -> HttpResponse:
    term = _term(pk)
    if perform(request, resume_term, term=term, by=request.actor):
        toast(request, _("%(person)s goes on as before.") % {"person": term.person})
    return see_other(role_url(request, term.role_id))


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def term_hand_over(request: CoalitionRequest, pk: int) -> HttpResponse:
    term = _term(pk)
    form = HandOverForm(posted(request), term=term)
    if form.is_bound and term.role.permissions:
        require_recent_sign_in(request)
    if form.is_valid() and form.attempt(hand_over, term=term, by=request.actor):
        words = {"person": form.result.person, "role": term.role}
        said = _("%(person)s takes over “%(role)s”.") % words
        toast(request, said, undo_url=_url(request, pk, "resume"))
        return see_other(role_url(request, term.role_id))
    heading = _("Hand over from %(person)s") % {"person": term.person}
    return _form(request, form, term.role, heading)


@coalition_page(Permission.TASKS_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def term_notes(request: CoalitionRequest, pk: int) -> HttpResponse:
    term = _term(pk)
    own = term.person_id == request.person.pk
    if not own and not request.membership.may(Permission.TASKS_EDIT):
        raise Http404
    form = NotesForm(posted(request), instance=term)
    if form.is_valid() and form.attempt(write_notes, term=term, by=request.actor):
        toast(request, _("Saved."))
        return see_other(role_url(request, term.role_id))
    return _form(request, form, term.role, _("Notes for who comes next"))


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def term_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    term = _term(pk)
    if perform(request, delete_term, term=term, by=request.actor):
        said = _("As if %(person)s had never held it.") % {"person": term.person}
        toast(request, said, undo_url=_url(request, pk, "restore"))
    return see_other(role_url(request, term.role_id))


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def term_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    entry = last_removal(RoleAssignment, pk)
    if entry is None:
        raise Http404
    perform(request, restore_term, entry=entry, by=request.actor)
    return see_other(role_url(request, entry.before["role_id"]))


def _term(pk: int) -> RoleAssignment:
    loaded = RoleAssignment.objects.select_related("role", "person", "partner")
    return get_object_or_404(loaded, pk=pk)


def _url(request: CoalitionRequest, pk: int, verb: str) -> str:
    return reverse(
        f"tasks:term_{verb}", kwargs={"slug": request.coalition.slug, "pk": pk}
    )


def _form(
    request: CoalitionRequest, form: StyledForm, role: Role, heading: str
) -> HttpResponse:
    above = (role_url(request, role.pk), role.name)
    return show_record_form(request, form, heading=heading, above=above)
