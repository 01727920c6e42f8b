"""The agreement: its versions, the draft of the next, and a partner's yes."""

from django.contrib import messages
from django.http import HttpResponse
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
from coalition.common.htmx import (
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from members.decorators import coalition_page
from members.errors import PublishedStays
from members.forms.agreements import AgreementForm, AgreementPublishForm
from members.http import CoalitionRequest
from members.models import Agreement
from members.permissions import Permission
from members.queries.agreements import agreement_page
from members.services.agreements import (
    create_agreement,
    delete_agreement,
    edit_agreement,
    publish_agreement,
    restore_agreement,
)
from members.views.record_form import show_record_form
from members.views.removals import removal_or_404


@coalition_page(Permission.PARTNERS_VIEW)
@require_safe
def agreement_list(request: CoalitionRequest) -> HttpResponse:
    """Show the version that holds now; nobody but its writers sees a draft."""
    versions = Agreement.objects.all()
    if not request.membership.may(Permission.AGREEMENTS_EDIT):
        versions = versions.published()
    found = list(versions)
    current = next((v for v in found if v.published_at), None)
    page = agreement_page(current, timezone.localdate()) if current else None
    context = {"versions": found, "page": page, "form": None}
    return render_page(request, "members/agreement_list.html", context)


@coalition_page(Permission.PARTNERS_VIEW)
@require_safe
def agreement_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    page = agreement_page(agreement, timezone.localdate())
    form = None
    if not agreement.published_at:
        form = AgreementPublishForm(instance=agreement)
    context = {"page": page, "form": form}
    return render_page(request, "members/agreement_detail.html", context)


@coalition_page(Permission.AGREEMENTS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_create(request: CoalitionRequest) -> HttpResponse:
    """Begin with the words of the version before."""
    last = Agreement.objects.first()
    if last and not last.published_at:
        return redirect_client(request, _address(request, "agreement_edit", last))
    initial = (
        {name: getattr(last, name) for name in AgreementForm.Meta.fields}
        if last
        else None
    )
    form = AgreementForm(posted(request), initial=initial)
    if form.is_valid() and form.attempt(create_agreement, by=request.actor):
        toast(request, _("Saved as a draft. Read it once more, then publish it."))
        return see_other(_address(request, "agreement_detail", form.result))
    return _form(request, form, _("A new version") if last else _("Our agreement"))


@coalition_page(Permission.AGREEMENTS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    if agreement.published_at:
        messages.error(request, str(PublishedStays()))
        return redirect_client(
            request, _address(request, "agreement_detail", agreement)
        )
    form = AgreementForm(posted(request), instance=agreement)
    if form.is_valid() and form.attempt(
        edit_agreement, agreement=agreement, by=request.actor
    ):
        toast(request, _("Saved."))
        return see_other(_address(request, "agreement_detail", agreement))
    heading = _("Version %(number)d") % {"number": agreement.number}
    return _form(request, form, heading)


@coalition_page(Permission.AGREEMENTS_EDIT)
@require_POST
def agreement_publish(request: CoalitionRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    form = AgreementPublishForm(request.POST, instance=agreement)
    if form.is_valid() and form.attempt(
        publish_agreement, agreement=agreement, by=request.actor
    ):
        toast(request, _("Published. Every partner is asked to read and accept it."))
        return redirect_client(
            request, _address(request, "agreement_detail", agreement)
        )
    page = agreement_page(agreement, timezone.localdate())
    context = {"page": page, "form": form}
    return render_page(request, "members/agreement_detail.html", context, status=422)


@coalition_page(Permission.AGREEMENTS_EDIT)
@require_POST
def agreement_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    list_url = reverse(
        "members:agreement_list", kwargs={"slug": request.coalition.slug}
    )
    if agreement.published_at:
        perform(request, delete_agreement, agreement=agreement, by=request.actor)
        return redirect_client(request, list_url)
    entry = delete_agreement(agreement=agreement, by=request.actor)
    undo_url = reverse(
        "members:agreement_restore",
        kwargs={"slug": request.coalition.slug, "pk": entry.pk},
    )
    toast(request, _("The draft is dropped."), undo_url=undo_url)
    return redirect_client(request, list_url)


@coalition_page(Permission.AGREEMENTS_EDIT)
@require_POST
def agreement_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `agreement_delete`, whose audit entry `pk` is."""
    entry = removal_or_404(Agreement, pk)
    perform(request, restore_agreement, entry=entry, by=request.actor)
    return see_other("members:agreement_list", slug=request.coalition.slug)


def _agreement(request: CoalitionRequest, pk: int) -> Agreement:
    """Return a version; a draft only to those who write it."""
    agreements = Agreement.objects.select_related("published_by")
    if not request.membership.may(Permission.AGREEMENTS_EDIT):
        agreements = agreements.published()
    return get_object_or_404(agreements, pk=pk)


def _address(request: CoalitionRequest, name: str, agreement: Agreement) -> str:
    kwargs = {"slug": request.coalition.slug, "pk": agreement.pk}
    return reverse(f"members:{name}", kwargs=kwargs)


def _form(request: CoalitionRequest, form: StyledForm, heading: str) -> HttpResponse:
    list_url = reverse(
        "members:agreement_list", kwargs={"slug": request.coalition.slug}
    )
    return show_record_form(
        request, form, heading=heading, above=(list_url, _("Agreement"))
    )
