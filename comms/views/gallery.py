"""The gallery of mails: every kind that leaves, about nobody."""

from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from coalition.common.frames import framed, mail_body, shows_mail
from coalition.common.htmx import render_page
from comms.forms.gallery import GalleryForm
from comms.notices.cast import cast_for
from comms.services.gallery import Sample, read_sample, shelves
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission

SWITCHED: Final = ("width", "palette", "language")


@shows_mail
@coalition_page(Permission.UPDATES_VIEW)
@require_safe
def mail_gallery(request: CoalitionRequest) -> HttpResponse:
    form, sample = _shown(request)
    shown = {name: form.value(name) for name in form.fields}
    context = {
        "shown": shown,
        "seen": urlencode(shown),
        "switches": [form.switch(name, shown) for name in SWITCHED],
        "sample": sample,
        "shelves": shelves(),
    }
    return render_page(request, "comms/mail_gallery.html", context)


@mail_body
@coalition_page(Permission.UPDATES_VIEW)
@require_safe
def mail_gallery_body(request: CoalitionRequest) -> HttpResponse:
    """Answer with the mail itself, for a frame that may run nothing.

    Without a palette it looks as on the device of whoever opens it.
    """
    form, sample = _shown(request)
    return framed(sample.html, palette=form.cleaned_data.get("palette", ""))


def _shown(request: CoalitionRequest) -> tuple[GalleryForm, Sample]:
    form = GalleryForm(request.GET, language=request.coalition.language)
    language = form.value("language")
    with override(language):
        cast = cast_for(request.coalition, request.person)
    return form, read_sample(form.value("kind"), cast, language=language)
