"""The small pieces that every page is made of: one tag per component.

What stands in long lists is built with `format_html`: a template each would cost more
than the rows themselves.
"""

import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, TypedDict

from django import template
from django.conf import settings
from django.contrib.messages import constants
from django.forms import BaseForm, BoundField
from django.forms.utils import flatatt
from django.template import Context, TemplateSyntaxError
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from coalition.common.markdown import render_markdown

register = template.Library()
register.filter("markdown", render_markdown)

RACI_WORDS = {
    "A": gettext_lazy("Accountable"),
    "R": gettext_lazy("Responsible"),
    "C": gettext_lazy("Consulted"),
    "I": gettext_lazy("Informed"),
    "?": gettext_lazy("Nobody yet"),
}
TWO_WEEKS, TWO_MONTHS = 14, 60
MARK_TONES = ("brand", "info", "plum", "good", "sun")


@lru_cache
def icon_names() -> frozenset[str]:
    sprite = Path(settings.BASE_DIR, "static", "sprite.svg").read_text("utf-8")
    return frozenset(re.findall(r'id="i-([a-z0-9-]+)"', sprite))


@register.simple_tag(name="icon")
@lru_cache
def draw_icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it says nothing to a screen reader."""
    if name not in icon_names():
        raise TemplateSyntaxError(f"static/sprite.svg has no icon {name!r}")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        static("sprite.svg"),
        name,
    )


def initials(name: str, *, person: bool) -> str:
    words: list[str] = re.findall(r"\w+", name.partition("@")[0])
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[-1 if person else 1][0]).upper()


@register.simple_tag
@lru_cache(maxsize=4096, typed=True)
def mark(
    name: str,
    *,
    kind: str = "partner",
    size: str = "",
    tone: str = "",
    state: str = "",
    label: bool = False,
) -> SafeString:
    """Draw initials: a square for a partner, a circle for a person.

    `label=True` when the name does not stand beside it.
    """
    person = kind == "person"
    tone = tone or MARK_TONES[zlib.crc32(name.encode()) % len(MARK_TONES)]
    return format_html(
        '<span class="mark"{}{}{} data-tone="{}" {}>{}</span>',
        SafeString(" data-person" if person else ""),
        format_html(' data-size="{}"', size) if size else "",
        format_html(' data-state="{}"', state) if state else "",
        tone,
        format_html('role="img" aria-label="{0}" title="{0}"', name)
        if label
        else SafeString('aria-hidden="true"'),
        initials(name, person=person),
    )


@register.simple_tag
def tag(text: Any, tone: str = "grey", icon: str = "") -> SafeString:
    """Show a status in two or three words, with an icon so that color is not alone."""
    drawn = draw_icon(icon) if icon else ""
    return format_html(
        '<span class="tag" data-tone="{}">{}{}</span>', tone, drawn, text
    )


@register.simple_tag
def raci(letter: str, pending: bool = False) -> SafeString:
    return _draw_raci(letter, pending, get_language() or "")


@lru_cache
def _draw_raci(letter: str, pending: bool, language: str) -> SafeString:
    word = RACI_WORDS[letter]
    return format_html(
        '<abbr class="raci" data-r="{}" title="{}"{}>{}</abbr>',
        letter,
        _("%(role)s, not accepted yet") % {"role": word} if pending else word,
        SafeString(" data-pending" if pending else ""),
        letter,
    )


def _as_date(value: date) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


@register.simple_tag
def day(value: date) -> SafeString:
    """Show a date that someone has to keep as a leaf of a calendar."""
    value = _as_date(value)
    return format_html(
        '<time class="day" datetime="{}">{} <b>{}</b></time>',
        value.isoformat(),
        date_format(value, "M"),
        value.day,
    )


@register.simple_tag
def progress(
    value: Decimal | float,
    maximum: Decimal | float,
    label: Any = "",
    text: Any = "",
    tone: str = "",
) -> SafeString:
    """Draw the share of a target; say the real numbers beside it too.

    `label` names the bar for those who do not see it.
    """
    top = max(maximum, 0)
    return format_html(
        '<progress value="{}" max="{}"{} aria-label="{}">{}</progress>',
        str(min(max(value, 0), top)),
        str(top or 1),
        format_html(' data-tone="{}"', tone) if tone else "",
        label or text,
        text,
    )


# Of this year's dates, then of other years', which name the year.
DATE_FORMATS = {
    "short": ("MONTH_DAY_FORMAT", "DATE_FORMAT"),
    "long": ("LONG_MONTH_DAY_FORMAT", "LONG_DATE_FORMAT"),
    "moment": ("MONTH_DAY_TIME_FORMAT", "DATETIME_FORMAT"),
}


@lru_cache(maxsize=4096)
def _write_date(value: date, style: str, this_year: int, language: str) -> str:
    """Write it once for all the rows that show it; `language` is that of the thread."""
    return date_format(value, DATE_FORMATS[style][value.year != this_year])


def _time_element(value: date, iso: str, style: str) -> SafeString:
    this_year = timezone.localdate().year
    text = _write_date(value, style, this_year, get_language() or "")
    return format_html('<time datetime="{}">{}</time>', iso, text)


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    """Write a moment in the zone of whoever reads: Tuesday 26 May, 09:00."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    # Without its zone: one moment in two zones would be one key of the cache.
    clock = local.replace(second=0, microsecond=0, tzinfo=None)
    return _time_element(clock, local.isoformat(timespec="minutes"), "moment")


@register.simple_tag
def localdate(value: date | None, long: bool = False) -> SafeString:
    """Write a date: 26 May, or with `long` Tuesday 26 May."""
    if value is None:
        return SafeString("")
    value = _as_date(value)
    return _time_element(value, value.isoformat(), "long" if long else "short")


@lru_cache(maxsize=1024)
def _late(days: int, language: str) -> str:
    if days < TWO_WEEKS:
        return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}
    if days < TWO_MONTHS:
        n = days // 7
        return ngettext("%(n)d week late", "%(n)d weeks late", n) % {"n": n}
    n = days // 30
    return ngettext("%(n)d month late", "%(n)d months late", n) % {"n": n}


@lru_cache(maxsize=1024)
def _ahead(days: int, language: str) -> str:
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days < TWO_WEEKS:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    if days < TWO_MONTHS:
        n = days // 7
        return ngettext("in %(n)d week", "in %(n)d weeks", n) % {"n": n}
    n = days // 30
    return ngettext("in %(n)d month", "in %(n)d months", n) % {"n": n}


@register.filter
def relative_due(value: date | None) -> str:
    """Say how far away a due date is: in 9 days, tomorrow, 2 weeks late."""
    if value is None:
        return ""
    days = (_as_date(value) - timezone.localdate()).days
    language = get_language() or ""
    return _late(-days, language) if days < 0 else _ahead(days, language)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Draw label, hint, error and control of a form's field, in this order."""
    return bound.as_field_group()


@register.simple_tag
def choices_of_select(
    groups: list[tuple[Any, list[dict[str, Any]], int]],
) -> SafeString:
    """Draw the options of a `<select>`, those without a heading as they stand."""
    return SafeString("\n".join(_draw_group(*group) for group in groups))


def _draw_group(heading: Any, options: list[dict[str, Any]], _place: int) -> str:
    drawn = "\n".join(map(_draw_option, options))
    return (
        f'<optgroup label="{escape(str(heading))}">{drawn}</optgroup>'
        if heading
        else drawn
    )


def _draw_option(option: dict[str, Any]) -> str:
    """Escape by Python's own function: of Django's, a thousand cost 20 ms."""
    value, label = escape(str(option["value"])), escape(str(option["label"]))
    rest = flatatt(option["attrs"]) if option["attrs"] else ""
    return f'<option value="{value}"{rest}>{label}</option>'


@register.filter
def fields_with_errors(form: BaseForm) -> list[BoundField]:
    return [form[name] for name in form.errors if name in form.fields]


class Message(TypedDict):
    text: Any
    tone: str
    undo_url: str


def _messages(context: Context, *, stay: bool) -> Iterator[Message]:
    for message in context.get("messages") or ():
        if (message.level >= constants.WARNING) is stay:
            own_path = re.match(r"/(?!/)", message.extra_tags or "")
            yield {
                "text": message.message,
                "tone": "warn" if message.level >= constants.ERROR else "sun",
                "undo_url": message.extra_tags if own_path else "",
            }


@register.inclusion_tag("components/_toasts.html", takes_context=True)
def toasts(context: Context) -> dict[str, Any]:
    """Say what was done; stays until closed."""
    return {"toasts": list(_messages(context, stay=False))}


@register.inclusion_tag("components/_notices.html", takes_context=True)
def notices(context: Context) -> dict[str, Any]:
    """Say what did not work, above the page."""
    return {"notices": list(_messages(context, stay=True))}
