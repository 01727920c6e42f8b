"""allauth's forms in our words."""

from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.translation import gettext_lazy as _

register = template.Library()

LABELS = {
    "code": _("Code"),
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "name": _("Name it"),
    "oldpassword": _("Current password"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "passwordless": _("Sign in with it alone"),
}
HINTS: dict[str, Any] = {
    "passwordless": _(
        "Without a mailed code. The device asks for its PIN or a finger."
    ),
}


@register.filter
def in_our_words(form: BaseForm) -> BaseForm:
    """Name the fields as we do, and repeat no label inside its field."""
    for name, field in form.fields.items():
        field.label = LABELS.get(name, field.label)
        field.help_text = HINTS.get(name, field.help_text)
        field.widget.attrs.pop("placeholder", None)
    return form
