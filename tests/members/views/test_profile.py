"""One's own profile, and an address that is changed."""

from datetime import date

import pytest
from django.core.cache import cache

from coalition.common.tenancy import scopes_disabled
from members.models import AuditEntry, Person
from members.services.accounts import ensure_account
from tests.factories.members import MembershipFactory, PersonFactory
from tests.members.views.test_taking_over import claim, confirmation
from tests.utils import at

pytestmark = pytest.mark.django_db
NEW = "new@example.org"


def person_of(membership):
    with scopes_disabled():
        return Person.objects.get(pk=membership.person_id)


def profile(membership, **changed):
    person = person_of(membership)
    return {
        "full_name": person.full_name,
        "version": person.version,
        "timezone": "",
        "language": "",
        **changed,
    }


def test_the_page_shows_what_is_known(vera, client_of):
    page = client_of(vera).get(at(vera, "members:profile_edit")).text
    assert "Vera Vance" in page
    assert vera.user.email in page


def test_anybody_says_who_they_are(vera, client_of):
    needs = "Large print"
    data = profile(
        vera, full_name="Vera Voss", timezone="Europe/Madrid", access_needs=needs
    )
    answer = client_of(vera).post(at(vera, "members:profile_edit"), data)
    assert answer.status_code == 303
    person = person_of(vera)
    assert (person.full_name, person.timezone, person.access_needs) == (
        "Vera Voss",
        "Europe/Madrid",
        needs,
    )
    with scopes_disabled():
        entry = AuditEntry.objects.get(target_pk=str(person.pk), action="edit")
    assert entry.actor == person


def test_a_leave_is_set_and_ended_early(bob, client_of):
    client, url = client_of(bob), at(bob, "members:profile_edit")
    client.post(url, profile(bob, away_until="2026-12-24"))
    assert person_of(bob).away_until == date(2026, 12, 24)
    assert 'value="2026-12-24"' in client.get(url).text
    client.post(url, profile(bob, away_until=""))
    assert person_of(bob).away_until is None


def test_a_name_is_needed_and_what_was_typed_stays(vera, client_of):
    data = profile(vera, full_name="", access_needs="An interpreter")
    answer = client_of(vera).post(at(vera, "members:profile_edit"), data)
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "An interpreter" in answer.text


def test_nobody_gives_themselves_more_than_the_form_holds(vera, client_of):
    data = profile(vera, email=NEW, role="coordinator", consent_digest="", notes="x")
    client_of(vera).post(at(vera, "members:profile_edit"), data)
    person = person_of(vera)
    assert (person.email, person.notes, person.consent_digest) == (
        vera.person.email,
        "",
        True,
    )
    vera.refresh_from_db()
    assert vera.role == "observer"


def test_a_language_from_a_list_is_kept(vera, client_of):
    with scopes_disabled():
        Person.objects.filter(pk=vera.person_id).update(language="vi")
    data = profile(vera, language="vi")
    assert (
        client_of(vera).post(at(vera, "members:profile_edit"), data).status_code == 303
    )
    assert person_of(vera).language == "vi"


def test_needs_are_shown_to_who_arranges_things_alone(vera, alice, bob, client_of):
    with scopes_disabled():
        Person.objects.filter(pk=vera.person_id).update(access_needs="Large print")
    url = at(vera, "members:person_detail", vera.person_id)
    assert "Large print" in client_of(alice).get(url).text
    assert "Large print" not in client_of(bob).get(url).text


@pytest.fixture
def moved(bob, client_of):
    """Bob changes his address and confirms the new one."""

    def move():
        cache.clear()
        ensure_account(email=bob.person.email)
        client = client_of(bob)
        claim(client, NEW)
        return client, client.post(confirmation(), follow=True)

    return move


def test_the_person_follows_the_account_to_a_new_address(bob, moved):
    client, _ = moved()
    assert person_of(bob).email == NEW
    bob.refresh_from_db()
    assert bob.user.email == NEW
    assert client.get(at(bob, "web:home")).status_code == 200


def test_a_person_known_by_another_address_stays_so(bob, moved):
    with scopes_disabled():
        Person.objects.filter(pk=bob.person_id).update(email="work@example.org")
    moved()
    assert person_of(bob).email == "work@example.org"


def test_in_every_coalition_alike(bob, moved):
    there = MembershipFactory(user=bob.user, person__email=bob.person.email)
    moved()
    assert person_of(there).email == NEW


def test_an_address_that_somebody_else_has_stays_theirs(bob, moved):
    PersonFactory(coalition=bob.coalition, email=NEW)
    _, page = moved()
    assert person_of(bob).email == bob.person.email
    assert f"In {bob.coalition} somebody else has this address" in page.text
