"""allauth's forms in our words."""

from itertools import chain
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.translation import gettext_lazy as _

from coalition.common import devices
from coalition.common.devices import Device

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
MESSAGES: dict[str, Any] = {
    "email_password_mismatch": _(
        "Address and password do not fit together. A mailed code works too."
    ),
    "incorrect_code": _("That is not the code. The newest one counts."),
    "incorrect_password": _("That is not your password."),
    "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    "required": _("Please fill this in."),
    "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
}


@register.simple_tag
def device(user_agent: str) -> Device:
    return devices.device(user_agent)


@register.filter
def in_our_words(form: BaseForm) -> BaseForm:
    """Name the fields and say what is wrong as we do; repeat no label in its field."""
    for name, field in form.fields.items():
        shown = form[name]  # made before us when there are errors, so named already
        shown.label = field.label = LABELS.get(name, shown.label)
        shown.help_text = field.help_text = HINTS.get(name, field.help_text)
        field.widget.attrs.pop("placeholder", None)
    for error in chain.from_iterable(form.errors.as_data().values()):
        error.message = MESSAGES.get(error.code or "", error.message)
    return form
