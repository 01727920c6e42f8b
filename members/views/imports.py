"""Bringing in a list: paste or upload, look, confirm; and taking it back."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coalition.common.doorbell import ring_for
from coalition.common.htmx import perform, posted, redirect_client, render_page
from members.decorators import coalition_page
from members.forms.imports import AgainForm, ColumnsForm, PastedListForm, TwinsForm
from members.http import CoalitionRequest
from members.models import Import
from members.models.imports import ImportKind, ImportState
from members.permissions import Permission
from members.services.imports.preview import import_page, samples_of, twin_rows
from members.services.imports.progress import progress_of
from members.services.imports.steps import (
    SPECS,
    answer_twins,
    apply_import,
    discard_import,
    name_columns,
    start_import,
    undo_import,
)
from members.services.imports.work import work_off_if_short

PAGE = 25
WORK = "members.jobs.work_imports"


@coalition_page(Permission.LISTS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_import(request: CoalitionRequest) -> HttpResponse:
    return start_list(request, ImportKind.PARTNERS)


@coalition_page(Permission.LISTS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def person_import(request: CoalitionRequest) -> HttpResponse:
    return start_list(request, ImportKind.PEOPLE)


@coalition_page(Permission.LISTS_IMPORT)
@require_GET
def import_list(request: CoalitionRequest) -> HttpResponse:
    page = Paginator(Import.objects.for_page(), PAGE).get_page(request.GET.get("page"))
    return render_page(request, "members/import_list.html", {"page": page})


@coalition_page(Permission.LISTS_IMPORT)
@require_GET
def import_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _page(request, _import(pk))


@coalition_page(Permission.LISTS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: CoalitionRequest, pk: int) -> HttpResponse:
    imported = _import(pk)
    if not imported.can_be_read_again:
        return redirect_client(request, _address(request, imported))
    form = ColumnsForm(posted(request), imported=imported)
    if form.is_valid() and form.attempt(
        name_columns, imported=imported, by=request.actor
    ):
        return go_on(request, form.result)
    return render_page(
        request,
        "members/import_columns.html",
        {
            "imported": imported,
            "form": form,
            "columns": zip(form.columns(), samples_of(imported), strict=True),
        },
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.LISTS_IMPORT)
@require_POST
def import_twins(request: CoalitionRequest, pk: int) -> HttpResponse:
    imported = _import(pk)
    rows = twin_rows(imported, number=request.GET.get("page"))
    form = TwinsForm(request.POST, kind=imported.kind, rows=rows)
    if form.is_valid() and form.attempt(
        answer_twins, imported=imported, by=request.actor
    ):
        return go_on(request, form.result)
    return _page(request, imported, form=form)


@coalition_page(Permission.LISTS_IMPORT)
@require_POST
def import_apply(request: CoalitionRequest, pk: int) -> HttpResponse:
    imported = _import(pk)
    seen = request.POST.get("seen", "")
    perform(request, apply_import, imported=imported, seen=seen, by=request.actor)
    return go_on(request, imported)


@coalition_page(Permission.LISTS_IMPORT)
@require_POST
def import_discard(request: CoalitionRequest, pk: int) -> HttpResponse:
    imported = _import(pk)
    perform(request, discard_import, imported=imported, by=request.actor)
    return go_on(request, imported)


@coalition_page(Permission.LISTS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: CoalitionRequest, pk: int) -> HttpResponse:
    imported = _import(pk)
    if request.method == "POST":
        perform(request, undo_import, imported=imported, by=request.actor)
        return go_on(request, imported)
    question = {
        "heading": _("Take this list back?"),
        "body": _(
            "What it made is removed unless something refers to it by now; what it"
            " changed is put back unless somebody edited it since. You are told what"
            " stays, and why."
        ),
        "submit": _("Take it back"),
        "cancel_url": _address(request, imported),
    }
    return render_page(request, "confirm.html", question)


def _import(pk: int) -> Import:
    return get_object_or_404(Import.objects.for_page(), pk=pk)


def start_list(request: CoalitionRequest, kind: ImportKind) -> HttpResponse:
    form = PastedListForm(
        posted(request),
        request.FILES or None,
        spec=SPECS[kind],
        initial={"text": _pasted_before(request, kind)},
    )
    if form.is_valid() and form.attempt(start_import, kind=kind, by=request.actor):
        return go_on(request, form.result)
    context = {"form": form, "kind": kind, "columns": SPECS[kind].columns}
    return render_page(
        request,
        "members/import_form.html",
        context,
        status=422 if form.errors else 200,
    )


def _pasted_before(request: CoalitionRequest, kind: ImportKind) -> str:
    """Return what a list said that somebody goes back to correct."""
    number = AgainForm(request.GET).number()
    pasted = Import.objects.filter(kind=kind, file_name="", pk=number).first()
    return bytes(pasted.data or b"").decode() if pasted else ""


def go_on(request: CoalitionRequest, imported: Import) -> HttpResponse:
    """Do what comes next at once, or have it done, and show where it stands."""
    if not work_off_if_short(imported):
        ring_for(WORK)
    imported.refresh_from_db(fields=["state"])
    asks = imported.state == ImportState.COLUMNS
    page = "columns" if asks else "detail"
    return redirect_client(request, _address(request, imported, page))


def _address(request: CoalitionRequest, imported: Import, page: str = "detail") -> str:
    kwargs = {"slug": request.coalition.slug, "pk": imported.pk}
    return reverse(f"members:import_{page}", kwargs=kwargs)


def _page(
    request: CoalitionRequest, imported: Import, *, form: TwinsForm | None = None
) -> HttpResponse:
    page = import_page(
        imported,
        show=request.GET.get("show", "twins" if form else ""),
        number=request.GET.get("page"),
    )
    if form is None and page.show == "twins":
        form = TwinsForm(kind=imported.kind, rows=page.rows)
    context = {
        "imported": imported,
        "preview": page,
        "page": page.page,
        "form": form,
        "can_undo": imported.can_be_undone(),
        "progress": progress_of(imported) if imported.is_busy else None,
    }
    return render_page(
        request,
        "members/import_detail.html",
        context,
        partial="import-body",
        status=422 if form and form.errors else 200,
    )
