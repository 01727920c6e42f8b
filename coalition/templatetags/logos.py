"""A partner's logo, on a white plate by day and by night, or its initials."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coalition.common.tenancy import coalition_in_scope
from coalition.templatetags.ui import mark

register = template.Library()


@register.simple_tag
def partner_mark(partner: Any, *, size: str = "", state: str = "") -> SafeString:
    """Draw what stands beside a partner's name; it says nothing to a screen reader."""
    if not partner.logo_id:
        return mark(partner.name, size=size, state=state)
    return format_html(
        '<img class="mark" data-kind="plate"{}{} src="{}" alt="" loading="lazy">',
        format_html(' data-size="{}"', size) if size else "",
        format_html(' data-state="{}"', state) if state else "",
        logo_url(partner),
    )


@register.simple_tag
def partner_logo(partner: Any) -> SafeString:
    """Show a logo as it is, with the words that stand in it."""
    words = partner.logo_alt or _("Logo of %(name)s") % {"name": partner.name}
    return format_html(
        '<span class="plate"><img src="{}" alt="{}"></span>', logo_url(partner), words
    )


def logo_url(partner: Any) -> str:
    """Return where its picture is; another picture has another address."""
    kwargs = {"slug": coalition_in_scope().slug, "pk": partner.pk}
    return f"{reverse('members:logo_image', kwargs=kwargs)}?v={partner.logo_id}"
