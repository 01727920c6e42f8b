"""A coordinator tells a working group of an event, and they put it into a calendar."""

from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.jobs import render
from comms.models import Delivery
from comms.sending.mail import assemble
from tests.browser import assert_fine, wrong_here
from tests.factories.members import GroupMemberFactory, WorkingGroupFactory
from tests.utils import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def group(harbor, bob):
    group = WorkingGroupFactory(coalition=harbor, name="Health fair")
    GroupMemberFactory(group=group, person=bob.person, leads=True)
    return group


def the_mail():
    with scopes_disabled():
        (row,) = Delivery.objects.all()
        sealed = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1")
    return row, message_from_bytes(sealed, policy=policy.default)


@pytest.mark.parametrize("size", ("desktop", "phone"))
@pytest.mark.parametrize("scripts", (True, False), ids=("scripts", "no-scripts"))
def test_an_event_is_announced_to_a_group(  # noqa: PLR0917
    window, alice, bob, group, size, scripts
):
    page = window(alice, size=size, java_script_enabled=scripts)

    def looks_fine():
        if scripts:  # axe is one
            assert_fine(wrong_here(page, size))

    page.goto(at(alice, "web:group_detail", group.pk))
    page.get_by_role("link", name="Announce something to them").click()
    looks_fine()
    page.get_by_role("link", name="An event").click()
    starts = timezone.now() + timedelta(days=6)
    page.get_by_label("What", exact=True).fill("Setting up the fair")
    page.get_by_label("Begins").fill(starts.strftime("%Y-%m-%dT16:00"))
    page.get_by_label("Where (optional)").fill("Eastquay school hall")
    page.get_by_label("Replies go to (optional)").select_option(label="Bob Brown")
    looks_fine()
    page.get_by_role("button", name="Draft it").click()
    audience = page.locator("#audience")
    assert "The working group “Health fair”" in audience.inner_text()
    assert audience.get_by_role("link", name="Bob Brown").is_visible()
    assert "Replies go to Bob Brown" in audience.inner_text()
    looks_fine()
    page.get_by_role("button", name="Approve and send now").click()
    page.get_by_text("0 of 1 delivered").first.wait_for()
    row, mail = the_mail()
    assert row.person_id == bob.person_id
    assert mail["Reply-To"] == bob.person.email
    text = mail.get_body(("plain",)).get_content()
    lines = iter(text.splitlines())
    next(line for line in lines if "Put it into your calendar" in line)
    file = Client().get(urlsplit(next(lines).strip()).path).content.decode()
    assert "SUMMARY:Setting up the fair" in file
    assert "LOCATION:Eastquay school hall" in file
