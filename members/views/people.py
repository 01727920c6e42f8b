"""The list of people, and one person's page, edited in place."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coalition.common.forms import StyledForm
from coalition.common.htmx import (
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
    wants_partial,
)
from coalition.common.sorting import Sorting
from members.decorators import coalition_page
from members.forms.lists import PersonFilterForm
from members.forms.people import (
    AccessForm,
    AffiliationEditForm,
    AffiliationForm,
    PersonCreateForm,
    PersonForm,
)
from members.http import CoalitionRequest
from members.models import Affiliation, Person
from members.permissions import Permission
from members.queries import person_page
from members.queries.lists import PERSON_COLUMNS, PersonState
from members.recent_sign_in import require_recent_sign_in
from members.services.memberships import BULK_PEOPLE, PeopleAct
from members.services.people import (
    add_affiliation,
    change_access,
    create_person,
    edit_affiliation,
    edit_person,
    end_affiliation,
    resume_affiliation,
)
from members.views.lately import shown_lately
from members.views.places import follow_merge
from members.views.record_form import show_record_form

PAGE = 50


@coalition_page(Permission.PEOPLE_VIEW)
@require_GET
def person_list(request: CoalitionRequest) -> HttpResponse:
    may_contact = request.membership.may(Permission.PEOPLE_CONTACT)
    form = PersonFilterForm(request.GET, by_address=may_contact)
    sorting = Sorting(PERSON_COLUMNS, request.GET.get("sort", ""))
    people = form.people().select_related("membership").with_partners()
    found = people.order_by(*sorting.order())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may_bulk = request.membership.may(Permission.PEOPLE_EDIT)
    context = {
        "form": form,
        "page": page,
        "filtered": any(form.cleaned_data.values()),
        "archive": form.value("state") == PersonState.REMOVED,
        "sorting": sorting,
        "may_bulk": may_bulk,
        "lately": may_bulk
        and shown_lately(request, action=BULK_PEOPLE, acts=PeopleAct, model=Person),
    }
    return render_page(
        request, "members/person_list.html", context, partial="person-rows"
    )


@coalition_page(Permission.PEOPLE_VIEW)
@require_GET
def person_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    person = _people().filter(pk=pk).first()
    if person is None:
        return follow_merge(request, Person, pk)
    return _page(request, person, partial="person-card")


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def person_create(request: CoalitionRequest) -> HttpResponse:
    form = PersonCreateForm(
        posted(request), initial={"partner": request.GET.get("partner")}
    )
    if form.is_valid() and form.attempt(create_person, by=request.actor):
        toast(request, _("%(name)s is with us now.") % {"name": form.result})
        return see_other(
            "members:person_detail", slug=request.coalition.slug, pk=form.result.pk
        )
    return _form(request, form)


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    form = PersonForm(posted(request), instance=person)
    if form.is_valid() and form.attempt(edit_person, person=person, by=request.actor):
        toast(request, _("Saved."))
        if "full_name" in form.changed_data or not wants_partial(request):
            return redirect_client(request, _address(request, person))
        return _page(request, person, partial="person-card")
    return _form(request, form, person)


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def affiliation_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    form = AffiliationForm(request.POST)
    if form.is_valid() and form.attempt(
        add_affiliation, person=person, by=request.actor
    ):
        return redirect_client(request, _address(request, person))
    return _page(request, person, affiliation_form=form)


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def affiliation_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    affiliation = _affiliation(pk)
    partner_url = reverse(
        "members:partner_detail",
        kwargs={"slug": request.coalition.slug, "pk": affiliation.partner_id},
    )
    form = AffiliationEditForm(posted(request), instance=affiliation)
    if form.is_valid() and form.attempt(
        edit_affiliation, affiliation=affiliation, by=request.actor
    ):
        toast(request, _("Saved."))
        return redirect_client(request, partner_url)
    return show_record_form(
        request,
        form,
        heading=affiliation.person.full_name,
        above=(partner_url, affiliation.partner.name),
    )


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def affiliation_end(request: CoalitionRequest, pk: int) -> HttpResponse:
    affiliation = _affiliation(pk)
    end_affiliation(affiliation=affiliation, by=request.actor)
    undo_url = reverse(
        "members:affiliation_resume",
        kwargs={"slug": request.coalition.slug, "pk": affiliation.pk},
    )
    text = _("%(person)s speaks for %(partner)s until today.") % {
        "person": affiliation.person,
        "partner": affiliation.partner,
    }
    toast(request, text, undo_url=undo_url)
    return redirect_client(request, _address(request, affiliation.person))


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def affiliation_resume(request: CoalitionRequest, pk: int) -> HttpResponse:
    affiliation = _affiliation(pk)
    perform(request, resume_affiliation, affiliation=affiliation, by=request.actor)
    return redirect_client(request, _address(request, affiliation.person))


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def access_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    require_recent_sign_in(request)
    person = _person(pk)
    form = AccessForm(request.POST, instance=person.membership)
    if form.is_valid() and form.attempt(
        change_access,
        membership=person.membership,
        state=person.membership.state,
        by=request.actor,
    ):
        toast(request, _("Saved. It counts from their next click."))
        return redirect_client(request, _address(request, person))
    return _page(request, person, access_form=form)


def _people() -> QuerySet[Person]:
    return Person.objects.living().select_related("membership__coalition", "coalition")


def _person(pk: int) -> Person:
    return get_object_or_404(_people(), pk=pk)


def _affiliation(pk: int) -> Affiliation:
    affiliations = Affiliation.objects.select_related("person", "partner")
    return get_object_or_404(affiliations, pk=pk)


def _form(
    request: CoalitionRequest, form: StyledForm, person: Person | None = None
) -> HttpResponse:
    list_url = reverse("members:person_list", kwargs={"slug": request.coalition.slug})
    return show_record_form(
        request,
        form,
        heading=person.full_name if person else _("Add a person"),
        above=(list_url, _("People")),
        back_url=_address(request, person) if person else None,
        card="person-card",
    )


def _address(request: CoalitionRequest, person: Person) -> str:
    return reverse(
        "members:person_detail",
        kwargs={"slug": request.coalition.slug, "pk": person.pk},
    )


def _page(
    request: CoalitionRequest,
    person: Person,
    *,
    partial: str | None = None,
    **forms: StyledForm,
) -> HttpResponse:
    page = person_page(person, timezone.localdate())
    invitation = page.invitation
    context = {
        "page": page,
        "invitation_state": invitation and invitation.state(timezone.now()),
        **forms,
    }
    if request.membership.may(Permission.PEOPLE_EDIT):
        context.setdefault("affiliation_form", AffiliationForm())
        context.setdefault("access_form", AccessForm(instance=person.membership))
    return render_page(
        request,
        "members/person_detail.html",
        context,
        partial=partial,
        status=422 if forms else 200,
    )
