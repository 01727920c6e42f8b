"""Signing in as a browser that has just shown who is there."""

import time

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from members.models import User


def sign_in(client: Client, user: User | None) -> Client:
    """Sign in, a moment ago: `force_login` alone leaves no note of when and how."""
    assert user
    client.force_login(user)
    request = HttpRequest()
    request.session, request.user = client.session, user
    record_authentication(request, user, "code")
    request.session.save()
    return client


def age(client: Client, minutes: int) -> None:
    """Let the sign-in of this browser be older than it is."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - minutes * 60
    session.save()
