from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone

from coalition.templatetags.ui import initials

TODAY = "2026-05-17T12:00:00Z"


def show(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def test_icon_points_into_the_sprite():
    html = show('{% icon "heart" %}')
    assert html.startswith('<svg class="icon" aria-hidden="true"><use href="')
    assert html.endswith('#i-heart"/></svg>')


def test_icon_refuses_what_the_sprite_lacks():
    with pytest.raises(TemplateSyntaxError, match="no icon 'unicorn'"):
        show('{% icon "unicorn" %}')


@pytest.mark.parametrize(
    ("name", "person", "expected"),
    (
        ("Eastquay Community Clinic", False, "EC"),
        ("Amina K.", True, "AK"),
        ("Ana María de la Cruz", True, "AC"),
        ("Portworkers", False, "PO"),
        ("élan vital", False, "ÉV"),
        ("(The) Table", False, "TT"),
        ("…", False, "?"),
        ("amina@example.org", True, "AM"),
        ("", True, "?"),
    ),
)
def test_initials(name, person, expected):
    assert initials(name, person=person) == expected


def test_mark_of_a_partner_is_decoration_beside_its_name():
    html = show('{% mark "Eastquay Clinic" size="s" %}')
    assert 'class="mark" data-size="s"' in html
    assert 'aria-hidden="true">EC</span>' in html
    assert "data-person" not in html


def test_mark_of_a_person_alone_says_who_it_is():
    html = show('{% mark name kind="person" label=True %}', name='Amina "A" <K>')
    assert "data-person" in html
    assert 'role="img" aria-label="Amina &quot;A&quot; &lt;K&gt;"' in html
    assert "aria-hidden" not in html


def test_mark_keeps_its_tone():
    assert show("{% mark 'Harbor' %}") == show("{% mark 'Harbor' %}")
    assert 'data-tone="warn"' in show("{% mark 'Harbor' tone='warn' %}")
    assert 'data-state="quiet"' in show("{% mark 'Harbor' state='quiet' %}")


def test_tag_has_an_icon_and_words():
    html = show('{% tag words tone="good" icon="trending-up" %}', words="On <course>")
    assert html.startswith('<span class="tag" data-tone="good"><svg')
    assert html.endswith("On &lt;course&gt;</span>")


def test_raci_says_what_the_letter_means():
    assert show('{% raci "A" %}') == (
        '<abbr class="raci" data-r="A" title="Accountable">A</abbr>'
    )
    assert show('{% raci "R" pending=True %}') == (
        '<abbr class="raci" data-r="R" title="Responsible, not accepted yet"'
        " data-pending>R</abbr>"
    )


def test_day_is_a_leaf_of_a_calendar():
    assert show("{% day due %}", due=date(2026, 6, 6)) == (
        '<time class="day" datetime="2026-06-06">Jun <b>6</b></time>'
    )


def test_progress_says_the_real_numbers():
    html = show('{% progress 7 12 text="7 of 12 schools" %}')
    assert html == (
        '<progress value="7" max="12" aria-label="7 of 12 schools">'
        "7 of 12 schools</progress>"
    )


@pytest.mark.parametrize(
    ("value", "maximum", "expected"),
    (
        (15, 12, 'value="12" max="12"'),
        (-3, 12, 'value="0" max="12"'),
        (0, 0, 'value="0" max="1"'),
        (Decimal("1.5"), Decimal("2.50"), 'value="1.5" max="2.50"'),
    ),
)
def test_progress_stays_within_its_bar(value, maximum, expected):
    html = show("{% progress value maximum label='x' %}", value=value, maximum=maximum)
    assert expected in html


@time_machine.travel(TODAY, tick=False)
def test_moment_is_in_the_active_zone():
    moment = datetime(2026, 5, 26, 7, 0, tzinfo=UTC)
    with timezone.override("Europe/Vienna"):
        html = show("{% moment moment %}", moment=moment)
    assert html == (
        '<time datetime="2026-05-26T09:00+02:00">Tuesday 26 May, 09:00</time>'
    )


@time_machine.travel(TODAY, tick=False)
def test_one_moment_reads_differently_in_two_zones():
    moment = datetime(2026, 5, 26, 7, 0, tzinfo=UTC)
    for zone, expected in (("Europe/Vienna", "09:00"), ("Asia/Tokyo", "16:00")):
        with timezone.override(zone):
            assert expected in show("{% moment moment %}", moment=moment)


@time_machine.travel(TODAY, tick=False)
def test_dates_name_the_year_when_it_is_another():
    assert show("{% localdate d %}", d=date(2026, 5, 26)).endswith(">26 May</time>")
    assert ">26 May 2027<" in show("{% localdate d %}", d=date(2027, 5, 26))
    assert ">Tuesday 26 May<" in show(
        "{% localdate d long=True %}", d=date(2026, 5, 26)
    )
    moment = datetime(2026, 5, 26, 22, 30, tzinfo=UTC)
    with timezone.override("Europe/Vienna"):
        assert ">27 May<" in show("{% localdate d %}", d=moment)


def test_no_date_is_nothing():
    assert show("{% localdate d %}{% moment d %}{{ d|relative_due }}", d=None) == ""


@time_machine.travel(TODAY, tick=False)
@pytest.mark.parametrize(
    ("due", "expected"),
    (
        (date(2026, 5, 17), "today"),
        (date(2026, 5, 18), "tomorrow"),
        (date(2026, 5, 26), "in 9 days"),
        (date(2026, 5, 31), "in 2 weeks"),
        (date(2026, 8, 1), "in 2 months"),
        (date(2026, 5, 16), "1 day late"),
        (date(2026, 5, 3), "2 weeks late"),
        (date(2026, 1, 3), "4 months late"),
    ),
)
def test_relative_due(due, expected):
    assert show("{{ due|relative_due }}", due=due) == expected


def test_markdown_is_a_filter():
    assert (
        show("{{ text|markdown }}", text="*hi*<b>") == "<p><em>hi</em>&lt;b&gt;</p>\n"
    )


def message_context(level, text, extra_tags=""):
    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)
    messages.add_message(request, level, text, extra_tags=extra_tags)
    return {"messages": messages.get_messages(request), "csrf_token": "tok"}


def test_toasts_offer_to_take_it_back():
    context = message_context(messages.SUCCESS, "Done & said.", "/c/x/undo/")
    html = show("{% notices %}{% toasts %}", **context)
    assert "Done &amp; said." in html
    assert '<form method="post" action="/c/x/undo/">' in html
    assert 'value="tok"' in html


def test_toasts_post_to_own_paths_only():
    context = message_context(messages.SUCCESS, "Done.", "//evil.example/")
    assert "<form" not in show("{% toasts %}", **context)


def test_errors_are_notices_and_stay():
    context = message_context(messages.ERROR, "It was not sent.")
    assert "It was not sent." not in show("{% toasts %}", **context)
    html = show("{% notices %}", **context)
    assert 'class="notice" data-tone="warn"' in html
    assert "It was not sent." in html
