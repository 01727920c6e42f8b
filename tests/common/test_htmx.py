import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from coalition.common.htmx import (
    after_act,
    no_content,
    redirect_client,
    render_page,
    see_other,
    toast,
    wants_partial,
)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(settings, tmp_path):
    source = "{% load partials %}<h1>Page</h1>{% partialdef row inline %}<p>{{ word }}</p>{% endpartialdef %}"
    (tmp_path / "page.html").write_text(source)
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]
    return "page.html"


def get(**headers):
    request = RequestFactory().get("/", headers=headers)
    request._messages = CookieStorage(request)
    return request


@pytest.mark.parametrize(
    ("headers", "expected"),
    (
        ({}, False),
        (HTMX, True),
        ({**HTMX, "HX-Boosted": "true"}, False),
        ({**HTMX, "HX-History-Restore-Request": "true"}, False),
    ),
)
def test_wants_partial_only_for_a_fragment(headers, expected):
    assert wants_partial(get(**headers)) is expected


def test_render_page_renders_the_whole_page(page):
    response = render_page(get(), page, {"word": "hi"}, partial="row")
    assert response.content.decode() == "<h1>Page</h1><p>hi</p>"
    assert response["Vary"] == "HX-Request"


def test_render_page_renders_the_partial_for_htmx(page):
    response = render_page(get(**HTMX), page, {"word": "hi"}, partial="row", status=422)
    assert response.content.decode() == "<p>hi</p>"
    assert response.status_code == 422
    assert response["Vary"] == "HX-Request"


def test_render_page_without_a_partial_is_whole_for_htmx_too(page):
    response = render_page(get(**HTMX), page, {"word": "hi"})
    assert response.content.decode().startswith("<h1>")


def test_render_page_carries_toasts_with_the_fragment(page):
    request = get(**HTMX)
    toast(request, "Task marked as done.", undo_url="/c/x/tasks/1/reopen/")
    html = render_page(request, page, {"word": "hi"}, partial="row").content.decode()
    assert html.startswith("<p>hi</p>")
    assert 'id="toasts" hx-swap-oob="innerHTML"' in html
    assert "Task marked as done." in html
    assert 'action="/c/x/tasks/1/reopen/"' in html


def test_no_content_names_what_happened():
    response = no_content(trigger="task-completed")
    assert response.status_code == 204
    assert response["HX-Trigger"] == '{"task-completed": {}}'


def test_see_other_resolves_like_redirect():
    response = see_other("/somewhere/")
    assert (response.status_code, response["Location"]) == (303, "/somewhere/")


def test_redirect_client_moves_the_window_for_htmx():
    response = redirect_client(get(**HTMX), "/there/")
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/there/"


def test_redirect_client_is_a_redirect_without_htmx():
    assert redirect_client(get(), "/there/").status_code == 302
    assert redirect_client(RequestFactory().post("/"), "/there/").status_code == 303


def test_toast_is_a_success_message():
    request = get()
    toast(request, "Saved.")
    (message,) = messages.get_messages(request)
    assert (message.message, message.level_tag) == ("Saved.", "success")


@pytest.mark.parametrize(
    "words", ("%s%n", "99", "x", "members:person_list", "http://[")
)
def test_after_an_act_only_an_address_of_ours_is_followed(words):
    request = RequestFactory().post("/c/x/tasks/1/complete/", {"next": words})
    response = after_act(request, event="task-changed", page="/c/x/tasks/1/")
    assert response["Location"] == "/c/x/tasks/1/"
