"""Asking who is to be consulted, and answering: signed in, or by the link in the mail."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import (
    after_act,
    perform,
    posted,
    render_page,
    see_other,
    toast,
)
from coalition.common.signing import Link
from members.decorators import coalition_page
from members.http import CoalitionRequest, LinkRequest
from members.models.membership import SHUT
from members.permissions import Permission
from members.queries import last_removal
from members.services.audit import Actor
from tasks.errors import QuestionIsOver
from tasks.forms.consultations import AnswerForm, ConsultationForm
from tasks.models import Consultation, Task
from tasks.queries.consultations import unnamed_voices
from tasks.services.consultations import (
    answer_consultation,
    ask_for_input,
    is_answerable,
    restore_consultation,
    withdraw_consultation,
)
from tasks.views.tasks import CHANGED, task_url


@coalition_page(Permission.TASKS_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def consultation_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    form = ConsultationForm(
        posted(request), task=task, initial={"people": request.GET.getlist("who")}
    )
    if form.is_valid() and form.attempt(ask_for_input, task=task, by=request.actor):
        _say_asked(request, form.result)
        return see_other(task_url(request, pk))
    context = {"form": form, "task": task, "unnamed": unnamed_voices(task)}
    status = 422 if form.errors else 200
    return render_page(request, "tasks/consultation_form.html", context, status=status)


@coalition_page(Permission.TASKS_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def consultation_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show the question and its answer; who is asked answers, or a coordinator for them."""
    consultation = get_object_or_404(_loaded(), pk=pk)
    mine = consultation.person_id == request.person.pk
    may = request.membership.may
    writes = may(Permission.TASKS_EDIT) or (mine and may(Permission.TASKS_ANSWER))
    context = {"frame": "base.html", "mine": mine, "writes": writes}
    return _answer(request, consultation, context, by=request.actor)


def consultation_link(request: LinkRequest, link: Link) -> HttpResponse:
    """Answer by the link in the mail: this question, by this person."""
    asked = _loaded().exclude(person__membership__state__in=SHUT)
    found = asked.filter(pk=link.row_id, person=request.holder).first()
    if found is None or link != found.link:
        return render(request, "tasks/part_gone.html", status=410)
    context = {"frame": "base_public.html", "mine": True, "writes": True}
    return _answer(request, found, context, by=request.actor)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def consultation_withdraw(request: CoalitionRequest, pk: int) -> HttpResponse:
    consultation = get_object_or_404(_loaded(), pk=pk)
    worked = perform(
        request, withdraw_consultation, consultation=consultation, by=request.actor
    )
    if worked:
        said = _("%(person)s is no longer asked.") % {"person": consultation.person}
        toast(request, said, undo_url=_undo(request, pk))
    return _after(request, consultation.task_id, worked=worked)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def consultation_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    entry = last_removal(Consultation, pk)
    if entry is None:
        raise Http404
    task = get_object_or_404(Task, pk=entry.before["task_id"])
    worked = perform(
        request, restore_consultation, entry=entry, task=task, by=request.actor
    )
    return _after(request, task.pk, worked=worked)


def _undo(request: CoalitionRequest, pk: int) -> str:
    kwargs = {"slug": request.coalition.slug, "pk": pk}
    return reverse("tasks:consultation_restore", kwargs=kwargs)


def _loaded() -> QuerySet[Consultation]:
    return Consultation.objects.exclude(question="").select_related(
        "coalition", "task__goal", "person", "asked_by", "answered_by"
    )


def _answer(
    request: HttpRequest,
    consultation: Consultation,
    context: dict[str, object],
    *,
    by: Actor,
) -> HttpResponse:
    """Show it, or take the answer; what came too late is shown once more."""
    is_open = is_answerable(consultation)
    form = AnswerForm(posted(request), instance=consultation)
    if request.method == "POST" and is_open and context["writes"] and form.is_valid():
        if form.attempt(answer_consultation, consultation=consultation, by=by):
            toast(request, _("Thank you. Your answer is with those who asked."))
            return see_other(request.path)
        is_open = is_answerable(consultation)
    shows_form = is_open and context["writes"]
    context |= {
        "consultation": consultation,
        "form": form,
        "is_open": is_open,
        "is_late": consultation.due and consultation.due < timezone.localdate(),
        "shows_form": shows_form
        and (bool(form.errors) or not consultation.answer or "change" in request.GET),
        "may_change": shows_form and bool(consultation.answer),
        "over": QuestionIsOver(),
        "typed": request.POST.get("answer", "") if not is_open else "",
    }
    status = 200
    if request.method == "POST":
        status = 422 if shows_form else 409
    return render_page(
        request, "tasks/consultation_detail.html", context, status=status
    )


def _say_asked(request: CoalitionRequest, asked: list[Consultation]) -> None:
    text = ngettext("%(who)s is asked.", "%(who)s are asked.", len(asked))
    names = ", ".join(str(each.person) for each in asked)
    toast(request, text % {"who": names})


def _after(request: CoalitionRequest, task: int, *, worked: bool) -> HttpResponse:
    page = task_url(request, task)
    return after_act(request, event=CHANGED, page=page, worked=worked)
