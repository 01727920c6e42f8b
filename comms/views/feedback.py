"""Having a say: raising it, seconding it, answering it."""

from typing import Any

from django.core.paginator import Paginator
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

from coalition.common.htmx import perform, posted, render_page, see_other, toast
from coalition.common.tracing import unlogged
from comms.forms.feedback import FeedbackFilterForm, FeedbackForm, FeedbackReplyForm
from comms.forms.feedback_answers import FeedbackAssignForm, FeedbackCloseForm
from comms.models import A_MONTH, Feedback
from comms.models.feedback import FeedbackQuerySet
from comms.queries.feedback import (
    feedback_for,
    may_take_back,
    place_of_change,
    state_line,
    stood_for_a_partner,
)
from comms.queries.feedback_counts import counted
from comms.services.anonymous import create_anonymous, write_back
from comms.services.feedback import (
    acknowledge_feedback,
    assign_feedback,
    close_feedback,
    create_feedback,
    reopen_feedback,
    second_feedback,
    take_back_feedback,
    unsecond_feedback,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission

PAGE = 50


@coalition_page(Permission.FEEDBACK_WRITE)
@require_safe
def feedback_list(request: CoalitionRequest) -> HttpResponse:
    form = FeedbackFilterForm(request.GET)
    rows = feedback_for(request.membership, timezone.localdate())
    rows = rows.matching(form.value("q"))
    if kind := form.value("kind"):
        rows = rows.filter(kind=kind)
    if goal := form.about:
        rows = rows.filter(goal=goal)
    rows = _in_state(rows, form.value("state"))
    context = {
        "form": form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }
    return render_page(
        request, "comms/feedback_list.html", context, partial="feedback-rows"
    )


def _in_state(rows: FeedbackQuerySet, state: str) -> FeedbackQuerySet:
    return {
        "waiting": rows.waiting,
        "answered": rows.answered,
        "taken_back": rows.taken_back,
    }.get(state, rows.standing)()


@unlogged
@coalition_page(Permission.FEEDBACK_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_create(request: CoalitionRequest) -> HttpResponse:
    """Say something; without a name neither session nor trail learns of it."""
    enters = request.membership.may(Permission.FEEDBACK_ANSWER)
    form = FeedbackForm(posted(request), enters=enters)
    if form.is_nameless:
        if form.is_valid() and form.attempt(create_anonymous, by=request.actor):
            return see_other("feedback_thread", token=form.result)
    elif form.is_valid() and form.attempt(create_feedback, by=request.actor):
        toast(
            request, _("Thank you. It is there, and you are told what becomes of it.")
        )
        return see_other(_url(request, "detail", form.result.pk))
    context = {"form": form, "frame": "base.html", "limit": A_MONTH}
    status = 422 if form.errors else 200
    return render_page(request, "comms/feedback_form.html", context, status=status)


@coalition_page(Permission.FEEDBACK_WRITE)
@require_safe
def feedback_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    return render_page(
        request, "comms/feedback_detail.html", _context(request, _feedback(request, pk))
    )


@coalition_page(Permission.FEEDBACK_WRITE)
@require_POST
def feedback_second(request: CoalitionRequest, pk: int) -> HttpResponse:
    feedback = _feedback(request, pk)
    if perform(request, second_feedback, feedback=feedback, by=request.actor):
        undo = _url(request, "unsecond", pk)
        toast(request, _("Noted: you think so too."), undo_url=undo)
    return see_other(_url(request, "detail", pk))


@coalition_page(Permission.FEEDBACK_WRITE)
@require_POST
def feedback_unsecond(request: CoalitionRequest, pk: int) -> HttpResponse:
    feedback = _feedback(request, pk)
    perform(request, unsecond_feedback, feedback=feedback, by=request.actor)
    return see_other(_url(request, "detail", pk))


@coalition_page(Permission.FEEDBACK_WRITE)
@require_POST
def feedback_take_back(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Let its writer take it back; what the words were is not kept for an undo."""
    feedback = _feedback(request, pk)
    if perform(request, take_back_feedback, feedback=feedback, by=request.actor):
        toast(request, _("Taken back. Your words are gone."))
    return see_other(_url(request, "detail", pk))


@coalition_page(Permission.FEEDBACK_ANSWER)
@require_POST
def feedback_acknowledge(request: CoalitionRequest, pk: int) -> HttpResponse:
    feedback = _feedback(request, pk)
    if perform(request, acknowledge_feedback, feedback=feedback, by=request.actor):
        toast(request, _("It is in your hands now."))
    return see_other(_url(request, "detail", pk))


@coalition_page(Permission.FEEDBACK_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_assign(request: CoalitionRequest, pk: int) -> HttpResponse:
    feedback = _feedback(request, pk)
    form = FeedbackAssignForm(posted(request), instance=feedback)
    if form.is_valid() and form.attempt(
        assign_feedback, feedback=feedback, by=request.actor
    ):
        toast(request, _("Saved."))
        return see_other(_url(request, "detail", pk))
    return _form(request, feedback, form, _("Who sees to it?"))


@coalition_page(Permission.FEEDBACK_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_close(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Answer it, or better an answer; without one it stays open."""
    feedback = _feedback(request, pk)
    form = FeedbackCloseForm(posted(request), instance=feedback)
    if form.is_valid() and form.attempt(
        close_feedback, feedback=feedback, by=request.actor
    ):
        undo = _url(request, "reopen", pk)
        toast(request, _("Answered. They are told in ten minutes."), undo_url=undo)
        return see_other(_url(request, "detail", pk))
    return _form(request, feedback, form, _("Answer it"))


@coalition_page(Permission.FEEDBACK_ANSWER)
@require_POST
def feedback_write(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Say something to who has no name; they find it by their private link."""
    feedback = _feedback(request, pk)
    if feedback.author_id is not None:
        raise Http404
    form = FeedbackReplyForm(request.POST)
    if form.is_valid() and form.attempt(
        write_back, feedback=feedback, by=request.actor
    ):
        toast(request, _("It stands on their private page now."))
        return see_other(_url(request, "detail", pk))
    context = _context(request, feedback, form)
    return render_page(request, "comms/feedback_detail.html", context, status=422)


@coalition_page(Permission.FEEDBACK_ANSWER)
@require_POST
def feedback_reopen(request: CoalitionRequest, pk: int) -> HttpResponse:
    feedback = _feedback(request, pk)
    if perform(request, reopen_feedback, feedback=feedback, by=request.actor):
        toast(request, _("It waits for an answer again."))
    return see_other(_url(request, "detail", pk))


@coalition_page(Permission.FEEDBACK_COUNT)
@require_safe
def feedback_counts(request: CoalitionRequest) -> HttpResponse:
    """Show what may be told in numbers, unless they tell this reader of their own."""
    found, reads = counted(), request.membership.may(Permission.FEEDBACK_ANSWER)
    since = min((one.since for one in found), default=timezone.localdate())
    hidden = reads and stood_for_a_partner(request.person, since)
    context = {"hidden": hidden, "counted": [] if hidden else found}
    return render_page(request, "comms/feedback_counts.html", context)


def _feedback(request: CoalitionRequest, pk: int) -> Feedback:
    rows = feedback_for(request.membership, timezone.localdate())
    changed = ("closed_by", "changed_goal", "changed_task", "changed_milestone")
    return get_object_or_404(rows.select_related(*changed), pk=pk)


def _context(
    request: CoalitionRequest,
    feedback: Feedback,
    reply_form: FeedbackReplyForm | None = None,
) -> dict[str, Any]:
    mine = feedback.author_id == request.person.pk
    changed_at, changed = place_of_change(feedback, request.coalition.slug)
    return {
        "feedback": feedback,
        "messages_said": feedback.messages.select_related("author"),
        "reply_form": reply_form or FeedbackReplyForm(),
        "may_second": feedback.is_open and not mine and feedback.is_waiting,
        "may_take_back": may_take_back(request.person, feedback),
        "state_line": state_line(feedback),
        "changed": changed,
        "changed_at": changed_at,
    }


def _form(
    request: CoalitionRequest, feedback: Feedback, form: Any, heading: str
) -> HttpResponse:
    context = {"form": form, "heading": heading, "feedback": feedback}
    status = 422 if form.errors else 200
    return render_page(request, "comms/feedback_answer.html", context, status=status)


def _url(request: CoalitionRequest, verb: str, pk: int) -> str:
    return reverse(
        f"comms:feedback_{verb}", kwargs={"slug": request.coalition.slug, "pk": pk}
    )
