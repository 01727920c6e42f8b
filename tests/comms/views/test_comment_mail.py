"""Of which comments one is told: one's own to choose, apart from the updates."""

import re

import pytest
from django.test import Client

from comms.models import Suppression
from comms.updates.links import unsubscribe_url
from members.models import AuditEntry
from members.models.person import CommentMail
from tests.utils import at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def choose(client_of, bob):
    def post(**form):
        return client_of(bob).post(at(bob, "comms:comment_mail_choose"), form)

    return post


def told(membership):
    membership.person.refresh_from_db()
    return membership.person.comment_mail


def checked(client_of, membership):
    page = client_of(membership).get(at(membership, "comms:mail_preferences")).text
    boxes = re.findall(r'<input[^>]*name="comments"[^>]*>', page)
    (chosen,) = (box for box in boxes if "checked" in box)
    return re.search(r'value="(\w+)"', chosen)[1]


def test_the_choice_is_shown_kept_and_in_the_trail(choose, client_of, bob):
    assert checked(client_of, bob) == CommentMail.ALL
    assert choose(comments="named")["Location"] == at(bob, "comms:mail_preferences")
    assert checked(client_of, bob) == told(bob) == CommentMail.NAMED
    entry = AuditEntry.objects.get(action="comment mail")
    assert (entry.before, entry.after) == (
        {"comment_mail": "all"},
        {"comment_mail": "named"},
    )


@pytest.mark.parametrize("form", ({}, {"comments": "some"}))
def test_what_is_no_choice_is_refused(choose, bob, form):
    assert choose(**form).status_code == 422
    assert told(bob) == CommentMail.ALL


def test_updates_and_comments_stop_one_without_the_other(choose, client_of, bob):
    client_of(bob).post(at(bob, "comms:check_in_mail_choose"))  # unticked
    client_of(bob).post(at(bob, "comms:mail_preferences"), {"updates": "none"})
    assert not Suppression.objects.active().exists()
    choose(comments="none")
    assert Suppression.objects.active().exists()
    choose(comments="named")
    bob.person.refresh_from_db()
    assert not Suppression.objects.active().exists()
    assert not bob.person.consent_digest


def test_unsubscribing_stops_comments_and_can_be_undone(
    choose, client_of, bob, settings
):
    choose(comments="named")
    url = unsubscribe_url(bob.coalition_id, bob.person.email)
    link = url.removeprefix(settings.SITE_URL)
    Client().post(link)
    assert told(bob) == checked(client_of, bob) == CommentMail.NONE
    Client().post(link, {"undo": "1"})
    assert told(bob) == CommentMail.NAMED


def test_undoing_leaves_what_one_chose_oneself(choose, bob, settings):
    choose(comments="none")
    url = unsubscribe_url(bob.coalition_id, bob.person.email)
    link = url.removeprefix(settings.SITE_URL)
    Client().post(link)
    Client().post(link, {"undo": "1"})
    assert told(bob) == CommentMail.NONE
