"""Who gets an account, and what a sign-in link does."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from coalition.common.tenancy import scope
from members.errors import SignInLinkSpent
from members.models import Membership, User
from members.models.membership import MembershipState
from members.services.accounts import (
    ensure_account,
    find_sign_in_link,
    make_sign_in_link,
    use_sign_in_link,
)
from tests.factories.members import MembershipFactory


def secret_of(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def test_account_is_made_for_a_member_that_an_import_brought(harbor):
    imported = MembershipFactory(coalition=harbor, user=None)
    user = ensure_account(email=imported.person.email.upper())
    with scope(coalition=harbor):
        assert Membership.objects.get(pk=imported.pk).user == user


def test_account_joins_all_coalitions_that_know_the_address(harbor, charlie):
    email = "both@example.org"
    for coalition in (harbor, charlie.coalition):
        MembershipFactory(coalition=coalition, user=None, person__email=email)
    user = ensure_account(email=email)
    assert user
    with scope(coalition=[harbor, charlie.coalition]):
        assert Membership.objects.of_user(user.pk).count() == 2


@pytest.mark.parametrize("state", (MembershipState.SUSPENDED, MembershipState.REMOVED))
def test_account_is_not_made_for_whom_access_was_taken(harbor, state):
    gone = MembershipFactory(coalition=harbor, user=None, state=state)
    assert ensure_account(email=gone.person.email) is None


def test_account_is_not_made_for_a_stranger(db):
    assert ensure_account(email="stranger@example.org") is None
    assert not User.objects.exists()


def test_sign_in_link_works_once(alice):
    secret = secret_of(make_sign_in_link(user=alice.user))
    link = find_sign_in_link(secret)
    assert use_sign_in_link(link=link) == alice.user
    with pytest.raises(SignInLinkSpent):
        use_sign_in_link(link=link)
    with pytest.raises(SignInLinkSpent):
        find_sign_in_link(secret)


def test_sign_in_link_ends_after_an_hour(alice):
    secret = secret_of(make_sign_in_link(user=alice.user))
    later = timezone.now() + timedelta(minutes=61)
    with time_machine.travel(later), pytest.raises(SignInLinkSpent):
        find_sign_in_link(secret)


def test_only_the_newest_sign_in_link_works(alice, bob):
    old = secret_of(make_sign_in_link(user=alice.user))
    other = secret_of(make_sign_in_link(user=bob.user))
    new = secret_of(make_sign_in_link(user=alice.user))
    with pytest.raises(SignInLinkSpent):
        find_sign_in_link(old)
    assert find_sign_in_link(new).user == alice.user
    assert find_sign_in_link(other).user == bob.user
