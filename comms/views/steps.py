"""What a coordinator does with an issue: approve, let go, call back, pause, stop."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.errors import DomainError
from coalition.common.frames import shows_mail
from coalition.common.htmx import redirect_client, render_page, toast
from comms.forms.issues import ApprovalForm, IssueForm, NumberForm
from comms.models import (
    EDITABLE,
    Delivery,
    DeliveryStatus,
    Issue,
    IssueKind,
    IssueState,
    Lane,
)
from comms.queries import report_of
from comms.sending import doorbell
from comms.services.composing import refresh_issue
from comms.services.issues import (
    approve_words,
    cancel_issue,
    pause_issue,
    recall_issue,
    resume_issue,
    settle_all_held,
    settle_held,
    stop_issue,
)
from comms.services.release import release_issue
from comms.services.schedule import draft_now
from comms.services.second_look import ask_for_approval
from comms.services.telling import cancel_announcement
from comms.services.testing import send_test
from comms.updates.audience import reach
from comms.views.finding import issue_or_404
from comms.views.issues import address, draft
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.recent_sign_in import require_recent_sign_in_for


def act(
    request: CoalitionRequest, issue: Issue | None, done: str, step: Callable[[], Any]
) -> HttpResponse:
    """Take a step and say so, or say why not; either way show the issue as it is."""
    try:
        step()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        toast(request, done)
    return redirect_client(request, address(issue) if issue else _list(request))


def take(
    request: CoalitionRequest, pk: int, done: str, service: Callable[..., Any]
) -> HttpResponse:
    """Do with an issue what needs nothing but whoever does it."""
    issue = issue_or_404(pk)
    return act(request, issue, done, partial(service, issue=issue, by=request.actor))


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_compose(request: CoalitionRequest) -> HttpResponse:
    """Draft the present update now."""
    try:
        issue = draft_now(
            coalition=request.coalition, now=timezone.now(), by=request.actor
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect_client(request, _list(request))
    if issue.state in EDITABLE:
        return redirect_client(request, address(issue))
    toast(request, _("Nothing new is recorded yet, so there is nothing to draft."))
    return redirect_client(request, _list(request))


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_refresh(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue, now = issue_or_404(pk), timezone.now()
    step = partial(refresh_issue, issue=issue, now=now, by=request.actor)
    return act(request, issue, _("Drafted again with what is new."), step)


@shows_mail
@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_approve(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Approve the words as they stand in the form, and the items that its hash names.

    Let it go at once when the form asks for that.
    """
    issue = issue_or_404(pk)
    form, words = ApprovalForm(request.POST), IssueForm(request.POST, instance=issue)
    if not form.is_valid():
        return HttpResponseBadRequest()
    release = form.cleaned_data["release"]

    @transaction.atomic
    def approve(**fields: Any) -> None:
        approved = approve_words(
            issue=issue, sha256=form.cleaned_data["sha256"], by=request.actor, **fields
        )
        if release:
            _release(request, approved, count=words.number)

    if words.is_valid() and words.attempt(approve):
        toast(
            request,
            _wait(request) if release else _("Approved, exactly as you see it."),
        )
        return redirect_client(request, address(issue))
    issue = issue_or_404(pk)
    if issue.state in EDITABLE:
        return draft(request, issue, words, status=422, number=words)
    return _refused(request, issue, words)


def _refused(
    request: CoalitionRequest, issue: Issue, form: IssueForm | NumberForm
) -> HttpResponse:
    """Say why it was not done where there is no draft to say it on."""
    for refusal in form.non_field_errors():
        messages.error(request, str(refusal))
    return redirect_client(request, address(issue))


@shows_mail
@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_ask(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Ask the others to approve what one has edited oneself."""
    issue = issue_or_404(pk)

    def step() -> None:
        ask_for_approval(issue=issue, by=request.actor)
        doorbell.ring(Lane.FAST)

    return act(request, issue, _("They are asked by mail."), step)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_release(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    require_recent_sign_in_for(request, partial(reach, issue))
    number = NumberForm.of(issue, request.POST)
    if number.is_valid() and number.attempt(partial(_release, request, issue)):
        toast(request, _wait(request))
        return redirect_client(request, address(issue))
    issue = issue_or_404(pk)
    if issue.state == IssueState.APPROVED:
        words = IssueForm(instance=issue)
        return draft(request, issue, words, status=422, number=number)
    return _refused(request, issue, number)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_test(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Send it to who asks, as it is saved."""
    issue = issue_or_404(pk)

    def send() -> None:
        send_test(issue=issue, by=request.actor)
        doorbell.ring(Lane.FAST)

    done = _("A test is on its way to %(email)s.") % {"email": request.person.email}
    return act(request, issue, done, send)


def _wait(request: CoalitionRequest) -> str:
    if request.coalition.mail_paused_at:
        return _("It waits until mail goes out again. Until then you can call it back.")
    # When that is depends on everybody's night: the page itself says it.
    return _("Released. Until the first message leaves you can call it back.")


def _release(
    request: CoalitionRequest, issue: Issue, *, count: int | None = None
) -> None:
    release_issue(
        issue=issue, now=timezone.now(), at_once=False, by=request.actor, count=count
    )
    doorbell.ring()


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_recall(request: CoalitionRequest, pk: int) -> HttpResponse:
    return take(request, pk, _("Called back. Nobody got it."), recall_issue)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_pause(request: CoalitionRequest, pk: int) -> HttpResponse:
    return take(request, pk, _("Paused. What waits, waits."), pause_issue)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_resume(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)

    def step() -> None:
        resume_issue(issue=issue, by=request.actor)
        doorbell.ring()

    return act(request, issue, _("Sending goes on."), step)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_cancel(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    announced = issue.kind == IssueKind.ANNOUNCEMENT
    cancel = cancel_announcement if announced else cancel_issue
    step = partial(cancel, issue=issue, by=request.actor)
    done = (
        _("Cancelled. Nobody gets it.")
        if announced
        else _("Cancelled. The next update tells what this one would have told.")
    )
    return act(request, issue, done, step)


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def update_stop(request: CoalitionRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return _ask_to_stop(request, issue_or_404(pk))
    return take(request, pk, _("Stopped. Nobody else gets it."), stop_issue)


def _ask_to_stop(request: CoalitionRequest, issue: Issue) -> HttpResponse:
    left = report_of(issue).remaining
    words = ngettext(
        "%(n)d person has not got it yet and never will. This cannot be taken back.",
        "%(n)d people have not got it yet and never will. This cannot be taken back.",
        left,
    )
    question = {
        "heading": _("Stop “%(subject)s”?") % {"subject": issue},
        "body": words % {"n": left},
        "submit": _("Stop the remaining %(n)d") % {"n": left},
        "cancel_url": address(issue),
        "cancel": _("Let it go on"),
    }
    return render_page(request, "confirm.html", question)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def delivery_retry(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Let a held message try again: it may reach its reader a second time."""
    return _settle(request, pk, DeliveryStatus.QUEUED, _("It tries again."))


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def delivery_drop(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, DeliveryStatus.SKIPPED, _("Left as it is."))


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_held_retry(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _settle_all(request, pk, DeliveryStatus.QUEUED, _("They try again."))


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_held_drop(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _settle_all(request, pk, DeliveryStatus.SKIPPED, _("Left as they are."))


def _settle_all(
    request: CoalitionRequest, pk: int, to: DeliveryStatus, done: str
) -> HttpResponse:
    issue = issue_or_404(pk)
    step = partial(settle_all_held, issue=issue, to=to, by=request.actor)
    return act(request, issue, done, step)


def _settle(
    request: CoalitionRequest, pk: int, to: DeliveryStatus, done: str
) -> HttpResponse:
    messages_of_issues = Delivery.objects.select_related("issue__coalition")
    message = get_object_or_404(messages_of_issues, pk=pk)
    step = partial(settle_held, message=message, to=to, by=request.actor)
    return act(request, message.issue, done, step)


def _list(request: CoalitionRequest) -> str:
    return reverse("comms:update_list", kwargs={"slug": request.coalition.slug})
