"""Who stops the mail has it stopped at once; only they can take it back."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.signing import make_token
from coalition.common.tenancy import scope
from comms.models import Suppression
from comms.sending.addresses import address_hash
from comms.updates.audience import audience
from comms.updates.links import unsubscribe_url
from members.models import AuditEntry, Via
from members.services.audit import Actor
from members.services.imports import import_people
from tests.factories.members import CoalitionFactory, PartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def link(harbor, bob, settings):
    url = unsubscribe_url(harbor.pk, bob.person.email)
    return url.removeprefix(settings.SITE_URL)


def active():
    return list(Suppression.objects.active().values_list("coalition__slug", "reason"))


def test_opening_the_link_changes_nothing_and_shows_nothing(link, bob):
    response = Client().get(link)
    assert response.status_code == 200
    assert active() == []
    page = response.content.decode()
    assert "Healthy Harbor Coalition" in page
    assert bob.person.email not in page
    assert "Bob" not in page
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_one_click_stops_without_cookie_token_or_redirect(link):
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = client.post(link, ONE_CLICK)
        assert response.status_code == 200
        assert active() == [("harbor", "unsubscribed")]


def test_it_works_without_a_body_too(link):
    assert Client().post(link).status_code == 200
    assert active() == [("harbor", "unsubscribed")]


def test_it_works_for_people_who_are_gone(link, bob):
    type(bob).objects.all().delete()
    type(bob.person).objects.all().delete()
    assert Client().post(link, ONE_CLICK).status_code == 200
    assert active() == [("harbor", "unsubscribed")]


def test_undo_takes_back_what_the_person_did_and_no_more(link, harbor, bob):
    hashed = address_hash(bob.person.email)
    Suppression.objects.create(coalition=harbor, addr_hmac=hashed, reason="complaint")
    Client().post(link, ONE_CLICK)
    response = Client().post(link, {"undo": "1"})
    assert "back on the list" in response.content.decode()
    assert active() == [("harbor", "complaint")]
    Client().post(link, ONE_CLICK)
    assert len(active()) == 2


def test_stopping_here_stops_nothing_elsewhere(link, bob):
    CoalitionFactory(slug="elsewhere")
    Client().post(link)
    assert active() == [("harbor", "unsubscribed")]


@pytest.mark.parametrize("token", ("1-abc", "1-abc.forged", "x"))
def test_a_forged_link_is_not_found(db, token):
    assert Client().get(f"/u/{token}/").status_code == 404
    assert Client().post(f"/u/{token}/").status_code == 404
    assert active() == []


def test_a_link_of_a_coalition_that_is_gone_still_answers(db):
    token = make_token("unsubscribe", "4711", "a" * 64)
    assert Client().post(f"/u/{token}/").status_code == 200


@pytest.mark.parametrize("method", ("put", "delete", "patch"))
def test_other_methods_are_refused(link, method):
    assert getattr(Client(), method)(link).status_code == 405


def choose(client_of, membership, *, updates="none", **data):
    data["updates"] = updates
    return client_of(membership).post("/c/harbor/mail/", data)


def is_chosen(client_of, membership):
    page = client_of(membership).get("/c/harbor/mail/").content.decode()
    boxes = re.findall(r'<input[^>]*name="updates"[^>]*>', page)
    (chosen,) = (box for box in boxes if "checked" in box)
    return 'value="none"' not in chosen


def test_consent_is_taken_and_given_by_the_person(client_of, vera):
    assert choose(client_of, vera).status_code == 303
    vera.person.refresh_from_db()
    assert not vera.person.consent_digest
    choose(client_of, vera, updates="every")
    vera.person.refresh_from_db()
    assert vera.person.consent_digest
    assert AuditEntry.objects.filter(action="consent").count() == 2


def test_choosing_again_takes_an_unsubscribe_back(client_of, link, bob):
    Client().post(link)
    assert not is_chosen(client_of, bob)
    choose(client_of, bob, updates="every")
    assert active() == []
    assert is_chosen(client_of, bob)


def edit(client_of, alice, member, **changes):
    member.person.refresh_from_db()
    data = {
        "full_name": member.person.full_name,
        "email": member.person.email,
        "consent_digest": "on",
        "version": member.person.version,
    }
    url = f"/c/harbor/people/{member.person.pk}/edit/"
    return client_of(alice).post(url, data | changes)


def left_out(member):
    today = timezone.localdate()
    everybody = audience(member.coalition, today)
    return next(x.left_out for x in everybody if x.person_id == member.person.pk)


@pytest.mark.parametrize("address", ("bob@example.org", "bob.brown@example.org"))
def test_a_no_is_not_made_a_yes_by_a_coordinator(client_of, alice, bob, address):
    choose(client_of, bob)
    page = edit(client_of, alice, bob, email=address)
    assert page.status_code == 422
    assert "only they can say yes again" in page.text
    assert left_out(bob) == "no_consent"
    assert not is_chosen(client_of, bob)


def test_a_yes_said_twice_is_no_no(client_of, alice, bob):
    choose(client_of, bob, updates="every")
    edit(client_of, alice, bob, consent_digest="")
    assert edit(client_of, alice, bob).status_code == 303
    assert left_out(bob) is None


def test_an_unsubscribe_outlives_a_new_address(client_of, alice, bob, link):
    Client().post(link)
    moved = {"email": "bob.brown@example.org"}
    assert edit(client_of, alice, bob, **moved).status_code == 422
    edit(client_of, alice, bob, **moved, consent_digest="")
    assert left_out(bob) == "no_consent"


def test_an_unsubscribe_outlives_an_import(harbor, bob, link):
    Client().post(link)
    PartnerFactory(coalition=harbor, name="Acme")
    row = f"Acme,Bob Brown,{bob.person.email},yes"
    data = f"organisation,full_name,email,consent_digest\n{row}\n".encode()
    with scope(coalition=harbor):
        import_people(data=data, apply=True, by=Actor(harbor, None, Via.IMPORT))
    assert left_out(bob) == "unsubscribed"


def test_undo_gives_back_the_consent_that_the_link_took(client_of, bob, link):
    Client().post(link)
    Client().post(link, {"undo": "1"})
    bob.person.refresh_from_db()
    assert bob.person.consent_digest
    assert left_out(bob) is None
    said = AuditEntry.objects.filter(action="consent")
    assert [(entry.via, entry.actor) for entry in said] == [("link", bob.person)] * 2


def test_undo_gives_no_consent_that_was_taken_back_elsewhere(client_of, bob, link):
    choose(client_of, bob)
    Client().post(link, {"undo": "1"})
    bob.person.refresh_from_db()
    assert not bob.person.consent_digest
