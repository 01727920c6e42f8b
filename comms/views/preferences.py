"""What a person wants to hear from us: theirs alone to choose."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import render_page, see_other, toast
from comms.forms.issues import MailChoiceForm
from comms.services.consent import choose_mail, gets_updates
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.MAIL_CHOOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: CoalitionRequest) -> HttpResponse:
    wants = {"wants_updates": gets_updates(request.person)}
    form = MailChoiceForm(request.POST or None, initial=wants)
    if request.method == "POST":
        form = MailChoiceForm(request.POST)
        if form.is_valid() and form.attempt(
            choose_mail, person=request.person, by=request.actor
        ):
            toast(request, _("Saved."))
            return see_other("comms:mail_preferences", slug=request.coalition.slug)
    return render_page(request, "comms/mail_preferences.html", {"form": form})
