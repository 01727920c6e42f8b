"""What a web server hands us, read as it was meant or refused."""

import io

import pytest
from django.test import Client

from coalition.wsgi import application

BODY = (
    b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n\\ud800\r\n--b--\r\n'
)


def statuses_of(**claims):
    environ = Client()._base_environ(HTTP_HOST="127.0.0.1", **claims)
    environ["wsgi.input"] = io.BytesIO(BODY)
    statuses = []

    def start(status, _headers, _exc_info=None, /):
        statuses.append(status)
        return statuses.append

    application(environ, start)
    return statuses


# Python knows codecs that are no text, or give characters that nobody can write back.
@pytest.mark.parametrize(
    "charset", ("idna", "rot13", "unicode_escape", "utf-16", "undefined", "nonsense")
)
@pytest.mark.parametrize("kind", ("text/plain", "multipart/form-data; boundary=b"))
@pytest.mark.parametrize("method", ("GET", "POST"))
def test_a_request_is_utf_8_whatever_charset_it_claims(method, kind, charset, db):
    statuses = statuses_of(
        REQUEST_METHOD=method,
        PATH_INFO="/accounts/login/",
        QUERY_STRING="next=%5C%75%64%38%30%30",
        CONTENT_TYPE=f"{kind}; charset={charset}",
        CONTENT_LENGTH=str(len(BODY)),
    )
    # The form comes without a token.
    assert statuses == ["200 OK" if method == "GET" else "403 Forbidden"]


def test_a_cookie_that_no_database_can_look_up_is_none(db, settings):
    cookie = rf'{settings.SESSION_COOKIE_NAME}="\000\000\000\000\000\000\000\000"'
    statuses = statuses_of(PATH_INFO="/accounts/login/", HTTP_COOKIE=cookie)
    assert statuses == ["200 OK"]
