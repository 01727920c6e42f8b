"""A new member's first page, by keyboard, and what stands behind links that ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from members.models import Invitation
from members.permissions import MemberRole
from tests.browser import assert_fine, wrong_here, wrong_with
from tests.factories.members import (
    HandoverFactory,
    InvitationFactory,
    MembershipFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
each_size = pytest.mark.parametrize("size", ("phone", "desktop"))


def invited(coalition, **kwargs):
    member = MembershipFactory(coalition=coalition, user=None)
    return InvitationFactory(coalition=coalition, person=member.person, **kwargs)


@each_size
def test_an_invitation_is_accepted_by_keyboard(alice, window, size):
    words = "Come,\n\nwe need your voice."
    invitation = invited(alice.coalition, invited_by=alice.person, words=words)
    page = window(size=size)
    page.goto(invitation.link.path)
    assert_fine(wrong_here(page, size))
    page.get_by_role("button", name="Accept and come in").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Welcome to Healthy Harbor Coalition.").wait_for()
    with scopes_disabled():
        assert Invitation.objects.get().accepted_at


@each_size
def test_pages_behind_links_that_ended(alice, bob, window, size):
    harbor = alice.coalition
    now = timezone.now()
    ended = (
        {"accepted_at": now},
        {"revoked_at": now},
        {"expires_at": now - timedelta(days=1)},
    )
    links = [invited(harbor, **fields).link for fields in ended]
    people = {"giver": alice.person, "taker": bob.person}
    links.append(HandoverFactory(coalition=harbor, **people).link)
    links.append(HandoverFactory(coalition=harbor, **people, declined_at=now).link)
    page = window(size=size)
    assert_fine(wrong_with(page, [link.path for link in links], size))


@each_size
def test_pages_about_coming_and_going(alice, bob, window, size):
    invited(alice.coalition)
    MembershipFactory(coalition=alice.coalition, user=None, role=MemberRole.STEERING)
    MembershipFactory(coalition=alice.coalition, state="removed")
    here = f"/c/{alice.coalition.slug}"
    paths = ["invitations/", "invitations/new/", "invitations/bulk/", "access/"]
    paths += ["handovers/", f"people/{bob.person_id}/leave/"]
    page = window(alice, size=size)
    assert_fine(wrong_with(page, [f"{here}/{path}" for path in paths], size))
