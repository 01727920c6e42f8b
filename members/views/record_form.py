"""The page that a record's form stands on, new or edited in place."""

from django.http import HttpResponse

from coalition.common.forms import StyledForm
from coalition.common.htmx import render_page
from members.http import CoalitionRequest


def show_record_form(
    request: CoalitionRequest,
    form: StyledForm,
    *,
    heading: str,
    above: tuple[str, str],
    back_url: str | None = None,
    card: str = "record",
    lead: str = "",
) -> HttpResponse:
    """Show it; `above` is the page it belongs to, as address and title.

    With a `back_url` of its own the form takes the place of the element `card`.
    """
    list_url, list_title = above
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "list_url": list_url,
        "list_title": list_title,
        "back_url": back_url or list_url,
        "card": card,
    }
    return render_page(
        request,
        "members/record_form.html",
        context,
        partial="record-form",
        status=422 if form.is_bound and not form.is_valid() else 200,
    )
