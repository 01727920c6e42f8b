"""Signing somebody in beside allauth: by an operator's link, or by an invitation."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest


def sign_in(request: HttpRequest, user: Any) -> None:
    """Begin a session that its owner finds in the list of devices, and can end."""
    (backend,) = settings.AUTHENTICATION_BACKENDS
    login(request, user, backend=backend)
    record_authentication(request, user, "link")
    UserSession.objects.create_from_request(request)
