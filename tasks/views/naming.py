"""A partner that was asked says who it will be: here, or by the link in a mail."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import perform, posted, render_page, see_other, toast
from coalition.common.signing import Link
from members.decorators import coalition_page
from members.http import CoalitionRequest, LinkRequest
from members.models import Affiliation, Person
from members.permissions import Permission
from tasks.forms.handing import NameForm, PartnerDeclineForm
from tasks.models import Assignment, Letter
from tasks.services.assignments import decline_assignment
from tasks.services.naming import name_person
from tasks.views.tasks import task_url

Asking = CoalitionRequest | LinkRequest
Forms = tuple[NameForm, PartnerDeclineForm]
MEANS = {
    Letter.ACCOUNTABLE: gettext_lazy("They will answer for the result."),
    Letter.RESPONSIBLE: gettext_lazy("They will do it, alone or with others."),
    Letter.CONSULTED: gettext_lazy("They will be asked before it is done."),
    Letter.INFORMED: gettext_lazy("They will get a mail when it is done."),
}


@coalition_page(Permission.TASKS_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_name(request: CoalitionRequest, pk: int) -> HttpResponse:
    part = get_object_or_404(_parts(), pk=pk)
    page = task_url(request, part.task_id)
    if not _is_open(part):
        return see_other(page)
    forms = _forms(request, part)
    if request.method == "POST" and _answer(request, part, request.person, forms):
        toast(request, _("Thank you. Whoever asked sees it now."))
        return see_other(page)
    return _show(request, part, request.person, forms, frame="base.html")


def naming_link(request: LinkRequest, link: Link) -> HttpResponse:
    """Answer for the partner, by who speaks for it, as long as the task is open."""
    part = _parts().filter(pk=link.row_id).first()
    if part is None or link != part.naming_link(request.holder):
        return render(request, "tasks/part_gone.html", status=410)
    if not _speaks(request.holder, part):
        return render(request, "tasks/part_gone.html", status=410)
    forms = _forms(request, part)
    if request.method == "POST" and _answer(request, part, request.holder, forms):
        return see_other(request.path)
    return _show(request, part, request.holder, forms, frame="base_public.html")


def _parts() -> QuerySet[Assignment]:
    return Assignment.objects.select_related(
        *("task__goal", "person", "partner", "asked_by", "coalition")
    )


def _is_open(part: Assignment) -> bool:
    return not (part.person or part.handed_at or part.task.done_at)


def _speaks(person: Person, part: Assignment) -> bool:
    today = timezone.localdate()
    speaking = Affiliation.objects.speaking(today).filter(partner=part.partner_id)
    able = Person.objects.reachable(today).filter(pk__in=speaking.values("person"))
    return able.filter(pk=person.pk).exists()


def _forms(request: HttpRequest, part: Assignment) -> Forms:
    """Bind the one that was sent."""
    said, data = request.POST.get("answer"), posted(request)
    name = NameForm(data if said == "name" else None, part=part)
    return name, PartnerDeclineForm(data if said == "no" else None)


def _answer(request: Asking, part: Assignment, person: Person, forms: Forms) -> bool:
    """Do what was pressed; say why when it could not be done."""
    name, no = forms
    by = request.actor
    if request.POST.get("answer") == "me":
        return perform(request, name_person, assignment=part, person=person, by=by)
    if no.is_bound:
        return no.is_valid() and no.attempt(decline_assignment, assignment=part, by=by)
    return name.is_valid() and name.attempt(name_person, assignment=part, by=by)


def _show(
    request: HttpRequest, part: Assignment, person: Person, forms: Forms, *, frame: str
) -> HttpResponse:
    name, no = forms
    people = name.fields["person"].queryset  # type: ignore[attr-defined]
    context = {
        "frame": frame,
        "part": part,
        "means": MEANS[Letter(part.letter)],
        "form": name,
        "no": no,
        "is_open": _is_open(part),
        "could_take_it": people.filter(pk=person.pk).exists(),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "tasks/part_name.html", context, status=status)
