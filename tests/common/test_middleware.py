import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.test import RequestFactory

from coalition.common.middleware import (
    HtmxRedirectMiddleware,
    SecurityHeadersMiddleware,
)

HTMX = {"HX-Request": "true"}


def answer(response, path="/", *, middleware=SecurityHeadersMiddleware, **headers):
    request = RequestFactory().get(path, headers=headers)
    return middleware(lambda _request: response)(request)


def test_headers_are_on_every_answer():
    response = answer(HttpResponse("hi"))
    assert "camera=()" in response["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Cache-Control" not in response
    assert "Referrer-Policy" not in response


def test_an_answer_with_a_session_is_not_stored():
    cookie = f"{django_settings.SESSION_COOKIE_NAME}=abc"
    response = answer(HttpResponse("hi"), Cookie=cookie)
    assert response["Cache-Control"] == "no-store"


def test_an_answer_that_sets_a_cookie_is_not_stored():
    response = HttpResponse("hi")
    response.set_cookie("csrftoken", "x")
    assert answer(response)["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    (
        "/l/abc/",
        "/u/abc/",
        "/accounts/link/abc/",
        "/accounts/password/reset/key/1-set-password/",
    ),
)
def test_an_address_with_a_token_stays_out_of_the_referer(path):
    response = answer(HttpResponse("hi"), path)
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"


def login(response_class=HttpResponseRedirect):
    url = f"{resolve_url(django_settings.LOGIN_URL)}?next=/c/x/panel/"
    return response_class(url)


def test_htmx_is_sent_to_the_login_and_back_to_its_page():
    response = answer(
        login(),
        middleware=HtmxRedirectMiddleware,
        **HTMX,
        **{"HX-Current-URL": "http://testserver/c/x/?page=2"},
    )
    assert response.status_code == 200
    assert response["HX-Redirect"].endswith("?next=%2Fc%2Fx%2F%3Fpage%3D2")
    assert response.content == b""


def test_a_foreign_current_page_is_not_used():
    response = answer(
        login(),
        middleware=HtmxRedirectMiddleware,
        **HTMX,
        **{"HX-Current-URL": "https://elsewhere.example/"},
    )
    assert response["HX-Redirect"].endswith("?next=%2Fc%2Fx%2Fpanel%2F")


def test_cookies_survive_the_way_to_the_login():
    gone = login()
    gone.delete_cookie("sessionid")
    response = answer(gone, middleware=HtmxRedirectMiddleware, **HTMX)
    assert "sessionid" in response.cookies


def test_other_redirects_and_plain_requests_stay_as_they_are():
    elsewhere = HttpResponseRedirect("/c/x/")
    assert answer(elsewhere, middleware=HtmxRedirectMiddleware, **HTMX) is elsewhere
    plain = login()
    assert answer(plain, middleware=HtmxRedirectMiddleware) is plain


@pytest.mark.parametrize("url", ("http://[", "http://testserver:x/", "%s%n"))
def test_a_current_page_that_is_no_address_is_not_used(url):
    response = answer(
        login(), middleware=HtmxRedirectMiddleware, **HTMX, **{"HX-Current-URL": url}
    )
    assert response["HX-Redirect"].endswith("?next=%2Fc%2Fx%2Fpanel%2F")
