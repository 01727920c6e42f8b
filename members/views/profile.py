"""One's own profile: who I am here, and the way to what else is mine."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import posted, render_page, see_other, toast
from members.decorators import coalition_page
from members.forms.profile import ProfileForm
from members.http import CoalitionRequest
from members.permissions import Permission
from members.services.calendar import end_calendar, renew_calendar
from members.services.people import edit_person


@coalition_page(Permission.PROFILE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: CoalitionRequest) -> HttpResponse:
    form = ProfileForm(posted(request), instance=request.person)
    if form.is_valid() and form.attempt(
        edit_person, person=request.person, by=request.actor
    ):
        toast(request, _("Saved."))
        return see_other("members:profile_edit", slug=request.coalition.slug)
    link = request.person.calendar_link
    address = f"{settings.SITE_URL}{link.path}" if link else ""
    context = {
        "form": form,
        "calendar_url": address,
        # What a phone or computer opens with its own calendar.
        "subscribe_url": f"webcal:{address.partition(':')[2]}",
    }
    status = 422 if form.errors else 200
    return render_page(request, "members/profile_edit.html", context, status=status)


@coalition_page(Permission.PROFILE_EDIT)
@require_POST
def calendar_renew(request: CoalitionRequest) -> HttpResponse:
    had_one = request.person.calendar_key is not None
    renew_calendar(by=request.actor)
    toast(
        request,
        _("Here is the new address. The one before shows nothing any more.")
        if had_one
        else _("Here is the address of your calendar."),
    )
    return see_other(_calendar(request))


@coalition_page(Permission.PROFILE_EDIT)
@require_POST
def calendar_end(request: CoalitionRequest) -> HttpResponse:
    end_calendar(by=request.actor)
    toast(request, _("Your calendar is closed; its address shows nothing any more."))
    return see_other(_calendar(request))


def _calendar(request: CoalitionRequest) -> str:
    page = reverse("members:profile_edit", kwargs={"slug": request.coalition.slug})
    return f"{page}#calendar"
