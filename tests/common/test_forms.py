import pytest
from django import forms
from django.db import transaction
from django.template import Context, Template

from coalition.common.errors import DomainError
from coalition.common.forms import (
    Cards,
    Scale,
    Segments,
    StyledForm,
    TenantModelChoiceField,
    TenantModelMultipleChoiceField,
    Voice,
)
from members.models import Partner
from tests.factories.members import PartnerFactory


class TaskForm(StyledForm, forms.Form):
    title = forms.CharField(label="What", help_text="A verb first.")
    notes = forms.CharField(widget=Voice, required=False)
    due = forms.DateField(required=False)
    kind = forms.ChoiceField(
        choices=[("a", "Idea"), ("b", "Concern")],
        widget=forms.RadioSelect,
        required=False,
    )
    told = forms.BooleanField(label="Tell everyone", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def draw(field):
    return Template("{% load ui %}{% field bound %}").render(Context({"bound": field}))


def order(html, *parts):
    return sorted(parts, key=html.index) == list(parts)


def test_a_field_is_label_hint_error_control():
    form = TaskForm({"title": ""})
    html = draw(form["title"])
    assert order(
        html, '<label for="id_title">', "A verb first.", "fill this in", "<input"
    )
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html


def test_what_is_missing_is_asked_for():
    class Form(StyledForm, forms.Form):
        goal = forms.ChoiceField(choices=[("1", "Clean air")])
        name = forms.CharField(error_messages={"required": "Enter a name."})

    form = Form({})
    assert form.errors == {
        "goal": ["Choose one of these."],
        "name": ["Enter a name."],
    }


def test_what_may_stay_empty_says_so():
    form = TaskForm()
    assert "(optional)" in draw(form["notes"])
    assert "(optional)" not in draw(form["title"])
    assert "(optional)" not in draw(form["told"])


def test_dates_use_the_control_of_the_browser():
    html = draw(TaskForm({"due": "2026-05-26"})["due"])
    assert '<input type="date" name="due" value="2026-05-26"' in html


def test_options_are_chips_in_a_fieldset():
    html = draw(TaskForm()["kind"])
    assert html.strip().startswith("<fieldset")
    assert order(html, "<legend>", 'class="chips"', 'type="radio"', "Idea")


def test_a_checkbox_is_a_choice():
    assert order(
        draw(TaskForm()["told"]), 'class="choice"', "checkbox", "Tell everyone"
    )


def test_cards_explain_their_options():
    class Form(StyledForm, forms.Form):
        who = forms.ChoiceField(
            choices=[("all", "Everyone"), ("few", "Coordinators")],
            widget=Cards(hints={"all": "All partners can read it."}),
        )

    html = draw(Form()["who"])
    assert order(html, "<b>Everyone</b>", "All partners can read it.", "Coordinators")


@pytest.mark.parametrize("widget", (Segments, Scale))
def test_segments_keep_their_inputs(widget):
    class Form(StyledForm, forms.Form):
        choice = forms.ChoiceField(choices=[("1", "Low"), ("2", "High")], widget=widget)

    html = draw(Form({"choice": "2"})["choice"])
    assert 'class="seg"' in html
    assert 'value="2" id="id_choice_1" required checked' in html or "checked" in html


def test_a_form_starts_with_what_needs_another_look():
    form = TaskForm({"title": "", "due": "soon"})
    html = str(form)
    assert order(
        html, 'role="alert"', "2 things need another look", '<label for="id_title">'
    )
    assert 'href="#id_title"' in html
    assert '<input type="hidden" name="token"' in html


def test_a_form_without_errors_has_no_summary():
    assert "notice" not in str(TaskForm())


@pytest.mark.parametrize("text", ("a\x00b", "a\x1bb", "a\u202eb", "a\nb", "a\x85b"))
def test_a_line_refuses_what_cannot_be_seen(text):
    form = TaskForm({"title": text})
    assert not form.is_valid()
    assert "title" in form.errors


def test_a_text_keeps_its_lines_and_refuses_the_rest():
    assert TaskForm({"title": "x", "notes": "a\r\nb\tc"}).is_valid()
    form = TaskForm({"title": "x", "notes": "a\x07b"})
    assert form.errors["notes"] == [
        "Take out the invisible character (U+0007), please."
    ]


@pytest.mark.parametrize(
    "title", ("\u200b", "\u2060\u200d", "\u2028 \u00ad", "\ufeff", "\u3164")
)
def test_a_name_that_nobody_can_see_is_none(title):
    assert TaskForm({"title": title}).errors == {"title": ["Please fill this in."]}


def test_names_in_every_script_are_fine():
    assert TaskForm({"title": "Ñandú العربية 東京 👩‍👩‍👧"}).is_valid()


def test_attempt_hands_over_what_was_entered():
    form = TaskForm({"title": "Call", "notes": "", "due": ""})
    assert form.is_valid()
    assert form.attempt(dict, by="alice", notes="mine")
    assert form.result["title"] == "Call"
    assert form.result["by"] == "alice"
    assert form.result["notes"] == "mine"


def test_attempt_shows_a_refusal():
    def refuse(**_entered):
        raise DomainError("Somebody was faster.")

    form = TaskForm({"title": "Call"})
    assert form.is_valid()
    assert not form.attempt(refuse)
    assert form.result is None
    assert form.non_field_errors() == ["Somebody was faster."]
    assert "Somebody was faster." in str(form)


def test_attempt_tells_the_second_of_two_at_once(in_harbor):
    def make_twins(**kwargs):
        with transaction.atomic():
            for _twin in range(2):
                Partner.objects.create(coalition=in_harbor, name="Acme")

    form = TaskForm({"title": "Sweep"})
    assert form.is_valid()
    assert not form.attempt(make_twins)
    assert "just now" in form.non_field_errors()[0]


def test_attempt_lets_bugs_through():
    def crash(**_entered):
        raise RuntimeError

    form = TaskForm({"title": "Call"})
    assert form.is_valid()
    with pytest.raises(RuntimeError):
        form.attempt(crash)


@pytest.mark.parametrize(
    "kind", (TenantModelChoiceField, TenantModelMultipleChoiceField)
)
def test_a_tenant_field_offers_nothing_until_told(kind, django_user_model):
    assert kind(queryset=django_user_model.objects.all()).queryset is None
    assert kind().queryset is None


def test_a_select_draws_groups_and_escapes_what_people_wrote():
    class Form(StyledForm, forms.Form):
        where = forms.ChoiceField(
            choices=[("", "Anywhere"), ("<North>", [("1", "R&D"), ("2", "<b>")])],
            initial="2",
            required=False,
        )

    html = str(Form()["where"])
    assert '<option value="">Anywhere</option>' in html
    assert '<optgroup label="&lt;North&gt;"><option value="1">R&amp;D</option>' in html
    assert '<option value="2" selected>&lt;b&gt;</option></optgroup></select>' in html


@pytest.mark.django_db
def test_options_read_no_more_than_names(in_harbor, django_assert_num_queries):
    class Form(StyledForm, forms.Form):
        partner = TenantModelChoiceField(shows="name", empty_label="Nobody")

    partner = PartnerFactory(coalition=in_harbor, name="Sea & Sand")
    form = Form(initial={"partner": partner.pk})
    form.fields["partner"].queryset = Partner.objects.all()
    with django_assert_num_queries(1) as asked:
        html = str(form["partner"])
    assert '<option value="">Nobody</option>' in html
    assert f'<option value="{partner.pk}" selected>Sea &amp; Sand</option>' in html
    assert "website" not in asked[0]["sql"]
