"""What a web server hands us, read as it was meant or refused."""

import io

import pytest
from django.test import Client

from coalition.wsgi import application

BODY = b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n\\ud800\r\n--b--\r\n'


# Python knows codecs that are no text, or give characters that nobody can write back.
@pytest.mark.parametrize(
    "charset", ("idna", "rot13", "unicode_escape", "utf-16", "undefined", "nonsense")
)
@pytest.mark.parametrize("kind", ("text/plain", "multipart/form-data; boundary=b"))
@pytest.mark.parametrize("method", ("GET", "POST"))
def test_a_request_is_utf_8_whatever_charset_it_claims(method, kind, charset, db):
    environ = Client()._base_environ(
        REQUEST_METHOD=method,
        PATH_INFO="/accounts/login/",
        QUERY_STRING="next=%5C%75%64%38%30%30",
        CONTENT_TYPE=f"{kind}; charset={charset}",
        CONTENT_LENGTH=str(len(BODY)),
        HTTP_HOST="127.0.0.1",
    )
    environ["wsgi.input"] = io.BytesIO(BODY)
    statuses = []
    application(environ, lambda status, _headers: statuses.append(status))
    # The form comes without a token.
    assert statuses == ["200 OK" if method == "GET" else "403 Forbidden"]
