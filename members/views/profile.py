"""One's own profile: who I am here, and the way to what else is mine."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import posted, render_page, see_other, toast
from members.decorators import coalition_page
from members.forms.profile import ProfileForm
from members.http import CoalitionRequest
from members.permissions import Permission
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
    status = 422 if form.errors else 200
    return render_page(
        request, "members/profile_edit.html", {"form": form}, status=status
    )
