"""Looking at an issue as any of its readers will, mail and text beside each other."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_htmx.http import replace_url

from coalition.common.frames import framed, mail_body, shows_mail
from coalition.common.htmx import render_page, wants_partial
from comms.forms.issues import PreviewForm
from comms.forms.looks import Choice
from comms.models import EDITABLE, Issue
from comms.updates.look import look_over
from comms.updates.render import preview
from comms.updates.seen import Seen, seen_by
from comms.views.finding import circle_that_sees, issue_or_404
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@shows_mail
@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def update_preview(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    looks = issue.state in EDITABLE and not wants_partial(request)
    context = {"issue": issue, **preview_context(request, issue, looks_over=looks)}
    page = render_page(request, "comms/update_preview.html", context, partial="preview")
    if not wants_partial(request):
        return page
    return replace_url(page, f"{_place(request, issue)}?{context['seen']}")


def _place(request: CoalitionRequest, issue: Issue) -> str:
    """Return the page that holds the preview, so that a reload shows the same reader."""
    kwargs = {"slug": request.coalition.slug, "pk": issue.pk}
    draft = reverse("comms:update_detail", kwargs=kwargs)
    now_at = urlsplit(request.headers.get("HX-Current-URL", "")).path
    return draft if now_at == draft else request.path


@mail_body
@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def update_preview_body(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Answer with the mail itself, for a frame that may run nothing."""
    issue = issue_or_404(pk)
    form = PreviewForm(request.GET)
    person = _seen(request, issue, form).person
    mail = preview(issue, person, within=circle_that_sees(request))
    return framed(mail.html, palette=form.value("palette") or "light")


def preview_context(
    request: CoalitionRequest, issue: Issue, *, looks_over: bool
) -> dict[str, Any]:
    """Return what the preview shows; with what is to be looked over, if it stands by."""
    form = PreviewForm(request.GET)
    seen = _seen(request, issue, form)
    within = circle_that_sees(request)
    look = look_over(issue, seen.person, within=within) if looks_over else None
    looks = {
        "width": form.value("width") or "wide",
        "palette": form.value("palette") or "light",
    }
    following = {"person": str(seen.following.pk)} if seen.following else {}
    return {
        "reader": seen,
        "look": look,
        "mail": look.mail if look else preview(issue, seen.person, within=within),
        "looks": looks,
        "seen": urlencode(seen.query | looks),
        "next_reader": urlencode(following | looks) if following else "",
        "switches": [form.switch(name, seen.query | looks) for name in looks],
        "stock": [
            Choice(label, urlencode({"who": value, **looks}), seen.stock == value)
            for value, label in form.choices("who")
        ],
        "others": [
            Choice(other.full_name, urlencode({"person": other.pk, **looks}), False)
            for other in seen.others
        ],
    }


def _seen(request: CoalitionRequest, issue: Issue, form: PreviewForm) -> Seen:
    number = form.value("person")
    return seen_by(
        issue,
        number=int(number) if number else None,
        words=form.value("q"),
        stock=form.value("who"),
        default=request.person,
    )
