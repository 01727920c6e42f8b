"""What a person wants to hear from us: theirs alone to choose."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.forms import StyledForm
from coalition.common.htmx import render_page, see_other, toast
from comms.forms.issues import MailChoiceForm
from comms.forms.preferences import CheckInMailForm, CommentMailForm
from comms.services.consent import (
    choose_check_in_mail,
    choose_comment_mail,
    choose_mail,
    hears_check_ins,
    hears_comments,
    wishes_of,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.MAIL_CHOOSE, when_closed=True)
@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: CoalitionRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    form = MailChoiceForm(request.POST)
    if form.is_valid() and form.attempt(
        choose_mail, person=request.person, by=request.actor
    ):
        return _saved(request)
    return _page(request, form=form)


@coalition_page(Permission.MAIL_CHOOSE, when_closed=True)
@require_POST
def comment_mail_choose(request: CoalitionRequest) -> HttpResponse:
    form = CommentMailForm(request.POST)
    if form.is_valid() and form.attempt(
        choose_comment_mail, person=request.person, by=request.actor
    ):
        return _saved(request)
    return _page(request, comment_form=form)


@coalition_page(Permission.MAIL_CHOOSE, when_closed=True)
@require_POST
def check_in_mail_choose(request: CoalitionRequest) -> HttpResponse:
    form = CheckInMailForm(request.POST)
    if form.is_valid() and form.attempt(
        choose_check_in_mail, person=request.person, by=request.actor
    ):
        return _saved(request)
    return _page(request, check_in_form=form)


def _saved(request: CoalitionRequest) -> HttpResponse:
    toast(request, _("Saved."))
    return see_other("comms:mail_preferences", slug=request.coalition.slug)


def _page(request: CoalitionRequest, **forms: StyledForm) -> HttpResponse:
    """Show all choices; one that was refused keeps what was typed."""
    person = request.person
    context: dict[str, Any] = {
        "form": MailChoiceForm(initial=asdict(wishes_of(person))),
        "comment_form": CommentMailForm(initial={"comments": hears_comments(person)}),
        "check_in_form": CheckInMailForm(
            initial={"check_ins": hears_check_ins(person)}
        ),
    }
    return render_page(
        request,
        "comms/mail_preferences.html",
        context | forms,
        status=422 if forms else 200,
    )
