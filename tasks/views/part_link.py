"""Taking, declining or handing over a part by the link in a mail, without signing in."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from coalition.common.htmx import perform, posted, render_page, see_other
from coalition.common.signing import Link
from members.http import LinkRequest
from members.models.membership import SHUT
from tasks.forms.handing import HandOverForm
from tasks.forms.tasks import DeclineForm
from tasks.models import Assignment, AssignmentStatus, Letter
from tasks.services.assignments import accept_assignment, decline_assignment
from tasks.services.handovers import hand_over_assignment

MEANS = {
    Letter.ACCOUNTABLE: gettext_lazy("You would answer for the result."),
    Letter.RESPONSIBLE: gettext_lazy("You would do it, alone or with others."),
}


def part_link(request: LinkRequest, link: Link) -> HttpResponse:
    """Answer for this part, by this person, as long as its task is open."""
    parts = Assignment.objects.carrying().exclude(person__membership__state__in=SHUT)
    loaded = parts.select_related(
        "task__goal", "partner", "asked_by", "handed_to", "coalition"
    )
    part = loaded.filter(pk=link.row_id, person=request.holder).first()
    if part is None or link != part.link:
        return render(request, "tasks/part_gone.html", status=410)
    form = DeclineForm(_sent(request, "no"))
    over = HandOverForm(_sent(request, "other"), part=part)
    if request.method == "POST" and _answer(request, part, form, over):
        return see_other(request.path)
    context = {
        "part": part,
        "form": form,
        "over": over,
        "means": MEANS[Letter(part.letter)],
        "is_open": part.task.done_at is None and part.handed_at is None,
        "declined": part.status == AssignmentStatus.DECLINED,
        "accepted": part.status == AssignmentStatus.ACCEPTED,
    }
    status = 200 if request.method != "POST" else 422
    return render_page(request, "tasks/part_answer.html", context, status=status)


def _sent(request: HttpRequest, answer: str) -> QueryDict | None:
    """Return what the form of this answer is bound to: nothing when it is another."""
    return posted(request) if request.POST.get("answer") == answer else None


def _answer(
    request: LinkRequest, part: Assignment, form: DeclineForm, over: HandOverForm
) -> bool:
    """Do what was pressed; say why when it could not be done."""
    act = {"assignment": part, "by": request.actor}
    if request.POST.get("answer") == "yes":
        return perform(request, accept_assignment, **act)
    if over.is_bound:
        return over.is_valid() and over.attempt(hand_over_assignment, **act)
    return form.is_valid() and form.attempt(decline_assignment, **act)
