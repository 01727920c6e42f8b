"""Asking people in, as coordinators do it, and answering, as the invited do."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from comms.jobs import tell
from comms.models import Delivery
from comms.sending.addresses import address_hash
from members.models import AuditEntry, Invitation, Membership, Person
from members.models.membership import MembershipState
from members.permissions import MemberRole
from tests.factories.comms import SuppressionFactory
from tests.factories.members import (
    InvitationFactory,
    MembershipFactory,
    PartnerFactory,
    UserFactory,
)
from tests.utils import HTMX, at

pytestmark = pytest.mark.django_db


def without_account(coalition, **kwargs):
    return MembershipFactory(coalition=coalition, user=None, **kwargs)


def invited(coalition, **kwargs):
    member = without_account(coalition)
    return InvitationFactory(coalition=coalition, person=member.person, **kwargs)


def fresh(record):
    with scopes_disabled():
        return type(record).objects.get(pk=record.pk)


def in_all(model):
    with scopes_disabled():
        return list(model.objects.all())


# Asking


def test_invitation_create_makes_the_person_and_asks_them(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    said = {
        "full_name": "Ana Ruiz",
        "email": "Ana@Example.org",
        "partner": partner.pk,
        "role": "steering",
        "words": "Come.",
    }
    answer = client_of(alice).post(at(alice, "web:invitation_create"), said)
    with scope(coalition=alice.coalition):
        person = Person.objects.get(email="ana@example.org")
        invitation = Invitation.objects.get()
        assert person.membership.role == MemberRole.STEERING
        assert [a.partner for a in person.affiliations.all()] == [partner]
    assert answer["Location"] == at(alice, "members:person_detail", person.pk)
    assert (invitation.person, invitation.invited_by) == (person, alice.person)
    assert invitation.words == "Come."
    assert not person.consent_digest


def test_invitation_create_names_whoever_has_the_address(alice, bob, client_of):
    said = {"full_name": "Bob", "email": bob.person.email, "role": "member"}
    page = client_of(alice).post(at(alice, "web:invitation_create"), said)
    assert page.status_code == 422
    assert "Bob Brown has this address." in page.text


def test_invitation_create_wants_an_address(alice, client_of):
    said = {"full_name": "Ana", "role": "member"}
    page = client_of(alice).post(at(alice, "web:invitation_create"), said)
    assert page.status_code == 422
    assert "Please fill this in." in page.text
    assert not in_all(Invitation)


def test_person_invite_asks_a_person_who_is_here(alice, client_of):
    member = without_account(alice.coalition)
    url = at(alice, "web:person_invite", member.person_id)
    assert member.person.email in client_of(alice).get(url).text
    client_of(alice).post(url, {"words": ""})
    assert [i.person_id for i in in_all(Invitation)] == [member.person_id]


@pytest.mark.parametrize(
    ("fields", "says"),
    (
        ({"person__email": None}, "no e-mail address"),
        ({"state": MembershipState.SUSPENDED}, "has no access now"),
    ),
    ids=("no address", "suspended"),
)
def test_person_invite_says_why_not(fields, says, alice, client_of):
    member = without_account(alice.coalition, **fields)
    page = client_of(alice).post(at(alice, "web:person_invite", member.person_id))
    assert page.status_code == 422
    assert says in page.text


def test_person_invite_refuses_who_is_in_or_asked(alice, bob, client_of):
    page = client_of(alice).post(at(alice, "web:person_invite", bob.person_id))
    assert "Bob Brown is in already." in page.text
    open_one = invited(alice.coalition)
    page = client_of(alice).post(at(alice, "web:person_invite", open_one.person_id))
    assert "has been invited already" in page.text


def test_invitation_bulk_lists_only_who_can_come(alice, bob, charlie, client_of):
    can = without_account(alice.coalition, person__full_name="Can Come")
    without_account(alice.coalition, person__full_name="No Address", person__email=None)
    without_account(alice.coalition, person__full_name="Gone", state="removed")
    asked = invited(alice.coalition)
    without_account(charlie.coalition, person__full_name="Foreign Fred")
    page = client_of(alice).get(at(alice, "web:invitation_bulk")).text
    assert can.person.full_name in page
    for name in ("No Address", "Gone", asked.person.full_name, "Bob Brown", "Foreign"):
        assert name not in page


def test_invitation_bulk_asks_those_ticked(alice, client_of):
    one, _ = (without_account(alice.coalition) for _ in range(2))
    said = {"people": [one.person_id], "words": "Come."}
    answer = client_of(alice).post(at(alice, "web:invitation_bulk"), said)
    assert answer["Location"] == at(alice, "web:invitation_list")
    assert [(i.person_id, i.words) for i in in_all(Invitation)] == [
        (one.person_id, "Come.")
    ]


def test_invitation_bulk_asks_everybody_its_filter_lists(alice, client_of):
    chair = without_account(alice.coalition, role=MemberRole.STEERING)
    without_account(alice.coalition)
    url = at(alice, "web:invitation_bulk") + "?role=steering"
    client_of(alice).post(url, {"everybody": "on"})
    assert [i.person_id for i in in_all(Invitation)] == [chair.person_id]
    assert [e.action for e in in_all(AuditEntry)] == ["invite"]


def test_invitation_bulk_makes_room_where_one_ran_out(alice, client_of):
    old = invited(alice.coalition, expires_at=timezone.now() - timedelta(days=1))
    client_of(alice).post(at(alice, "web:invitation_bulk"), {"everybody": "on"})
    assert len(in_all(Invitation)) == 2
    assert fresh(old).revoked_at


def test_invitation_bulk_wants_somebody_ticked(alice, charlie, client_of):
    without_account(alice.coalition)
    url = at(alice, "web:invitation_bulk")
    page = client_of(alice).post(url, headers=HTMX)
    assert page.status_code == 422
    assert "Tick at least one person." in page.text
    foreign = client_of(alice).post(url, {"people": [charlie.person_id]})
    assert "Somebody was invited meanwhile." in foreign.text
    assert not in_all(Invitation)


# The list


@pytest.mark.parametrize("rows", (1, 3))
def test_invitation_list_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    for _ in range(rows):
        invited(alice.coalition, invited_by=alice.person)
    with scopes_disabled():
        tell(timezone.now())
    client = client_of(alice)
    with django_assert_num_queries(11):
        page = client.get(at(alice, "web:invitation_list"))
    assert page.text.count("Alice Adams asked") == rows


@pytest.mark.parametrize("rows", (1, 3))
def test_invitation_bulk_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    for _ in range(rows):
        without_account(alice.coalition)
    client = client_of(alice)
    with django_assert_num_queries(8):
        client.get(at(alice, "web:invitation_bulk"))


def test_invitation_list_tells_how_each_stands(alice, charlie, client_of):
    now = timezone.now()
    waiting = invited(alice.coalition)
    old = invited(alice.coalition, expires_at=now - timedelta(days=1))
    done = invited(alice.coalition, accepted_at=now)
    back = invited(alice.coalition, revoked_at=now)
    foreign = invited(charlie.coalition)
    client = client_of(alice)
    url = at(alice, "web:invitation_list")
    everyone = (waiting, old, done, back, foreign)
    for state, mine in (
        ("open", waiting),
        ("expired", old),
        ("accepted", done),
        ("revoked", back),
        ("nonsense", waiting),
    ):
        text = client.get(url, {"state": state}).text
        seen = [i for i in everyone if f">{i.person.full_name}<" in text]
        assert seen == [mine], state


def test_invitation_list_says_what_befell_the_mail(alice, client_of):
    invited(alice.coalition)
    with scopes_disabled():
        tell(timezone.now())
        Delivery.objects.update(status="failed", reply="550 5.1.1 unknown")
    page = client_of(alice).get(at(alice, "web:invitation_list")).text
    assert "Could not deliver" in page
    assert "No such address." in page


# Again, and back


def test_invitation_resend_ends_the_older_link(alice, client_of):
    old = invited(alice.coalition, expires_at=timezone.now() - timedelta(days=1))
    client_of(alice).post(at(alice, "web:invitation_resend", old.pk))
    new = fresh(old)
    assert new.version == old.version + 1
    assert new.expires_at > timezone.now() + timedelta(days=6)
    assert Client().post(old.link.path).status_code == 410
    assert Client().get(new.link.path).status_code == 200


def test_invitation_resend_refuses_what_was_answered(alice, client_of):
    done = invited(alice.coalition, accepted_at=timezone.now())
    client = client_of(alice)
    client.post(at(alice, "web:invitation_resend", done.pk))
    assert fresh(done).version == 1
    page = client.get(at(alice, "web:invitation_list"))
    assert "has been answered or replaced already" in page.text


def test_invitation_revoke_asks_first_and_can_be_undone(alice, client_of):
    invitation = invited(alice.coalition)
    client = client_of(alice)
    url = at(alice, "web:invitation_revoke", invitation.pk)
    assert "Take their access away as well" in client.get(url).text
    assert fresh(invitation).revoked_at is None
    client.post(url)
    assert fresh(invitation).revoked_at
    assert Client().post(invitation.link.path).status_code == 410
    again = client.post(url)
    assert again.status_code == 422
    client.post(at(alice, "web:invitation_restore", invitation.pk))
    assert Client().get(invitation.link.path).status_code == 200


def test_invitation_revoke_takes_the_access_and_undo_gives_it_back(alice, client_of):
    invitation = invited(alice.coalition)
    client = client_of(alice)
    url = at(alice, "web:invitation_revoke", invitation.pk)
    client.post(url, {"ends_access": "on"})
    membership = in_all(Membership)[-1]
    assert membership.state == MembershipState.REMOVED
    client.post(at(alice, "web:invitation_restore", invitation.pk))
    assert fresh(membership).state == MembershipState.ACTIVE


def test_invitation_restore_gives_way_to_a_newer_one(alice, client_of):
    invitation = invited(alice.coalition, revoked_at=timezone.now())
    InvitationFactory(coalition=alice.coalition, person=invitation.person)
    client_of(alice).post(at(alice, "web:invitation_restore", invitation.pk))
    assert fresh(invitation).revoked_at


# Answering


def test_the_page_shows_what_is_asked_by_whom_and_for_whom(alice):
    invitation = invited(alice.coalition, invited_by=alice.person, words="Dear <you>")
    page = Client().get(invitation.link.path).text
    for said in ("Alice Adams", "Healthy Harbor Coalition", "Dear &lt;you&gt;"):
        assert said in page
    assert "Your access: Member." in page
    assert fresh(invitation).accepted_at is None


@pytest.mark.parametrize("ticked", (True, False))
def test_only_a_tick_of_their_own_gives_consent(ticked, alice):
    invitation = invited(alice.coalition)
    with scopes_disabled():
        Person.objects.filter(pk=invitation.person_id).update(consent_digest=False)
    page = Client().get(invitation.link.path).text
    assert 'name="wants_updates"' in page
    assert "checked" not in page.split("<form")[-1]
    Client().post(invitation.link.path, {"wants_updates": "on"} if ticked else {})
    assert fresh(invitation.person).consent_digest is ticked
    consents = [e for e in in_all(AuditEntry) if e.action == "consent"]
    assert [e.actor_id for e in consents] == [invitation.person_id] * ticked


def test_who_comes_too_late_gets_a_new_link(alice):
    invitation = invited(alice.coalition)
    client = Client()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        late = client.get(invitation.link.path)
        assert late.status_code == 410
        assert "Send me a new link" in late.text
        assert client.post(invitation.link.path).status_code == 303
        assert "newer mail" in client.get(invitation.link.path).text
        new = fresh(invitation)
        assert new.version == 2
        assert Client().get(new.link.path).status_code == 200
        assert client.post(invitation.link.path).status_code == 410
        assert fresh(invitation).version == 2


def test_no_new_link_for_who_lost_the_access(alice):
    invitation = invited(alice.coalition, expires_at=timezone.now())
    with scopes_disabled():
        Membership.objects.filter(person=invitation.person).update(state="removed")
    page = Client().post(invitation.link.path)
    assert page.status_code == 410
    assert "Send me a new link" not in page.text
    assert fresh(invitation).version == 1


def test_an_invitation_is_no_way_around_a_password_or_second_factor(alice):
    for kind in ("password", "factor", "inactive"):
        invitation = invited(alice.coalition)
        user = UserFactory(email=invitation.person.email)
        user.set_unusable_password()
        if kind == "password":
            user.set_password("long enough words")
        if kind == "factor":
            Authenticator.objects.create(user=user, type="totp", data={})
        user.is_active = kind != "inactive"
        user.save()
        client = Client()
        client.post(invitation.link.path)
        assert "_auth_user_id" not in client.session, kind
        assert fresh(invitation).accepted_at


def test_whose_address_is_off_is_marked_before_they_are_asked(alice, client_of):
    member = without_account(alice.coalition)
    asked = at(alice, "web:person_invite", member.person_id)
    assert "Mail comes back" not in client_of(alice).get(asked).content.decode()
    with scope(coalition=alice.coalition):
        SuppressionFactory(
            coalition=alice.coalition,
            addr_hmac=address_hash(member.person.email),
            reason="hard_bounce",
        )
    for page in (asked, at(alice, "web:invitation_bulk")):
        assert "Mail comes back" in client_of(alice).get(page).content.decode()
