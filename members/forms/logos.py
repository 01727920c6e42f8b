"""The form of a partner's logo."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import RecordForm
from members.errors import PictureTooLarge, UnknownPicture
from members.models import Partner
from members.services.pictures import MAX_BYTES, read_picture


class PartnerLogoForm(RecordForm):
    """A picture, needed only for the first logo, and what to read out for it."""

    # Not an ImageField: that would open whatever Pillow can read, before any limit.
    picture = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "PNG, JPEG, WebP or GIF, up to 5 MB. We keep a small copy that does not "
            "move, without what is hidden in it, such as where a photo was taken."
        ),
        widget=forms.FileInput(
            attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}
        ),
    )

    class Meta:
        model = Partner
        fields = ("logo_alt",)
        labels = {"logo_alt": _("Words in the logo")}
        help_texts = {
            "logo_alt": _(
                "Read out to whoever does not see it. Left empty, we say “Logo of” "
                "and the name."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.logo_id:
            self.fields["picture"].required = False
            self.fields["picture"].label = _("Another picture")
        self.order_fields(["picture", "logo_alt"])

    def clean_picture(self) -> bytes | None:
        file: UploadedFile[Any] | None = self.cleaned_data["picture"]
        if not file:
            return None
        try:
            return read_picture(file.read(MAX_BYTES + 1))
        except (PictureTooLarge, UnknownPicture) as refusal:
            raise ValidationError(str(refusal)) from None
