"""Whom mail does not reach: seen, and switched on again by nobody but themselves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scope
from coalition.web.services.merging.merge import merge_people
from comms.jobs import render
from comms.models import ADDRESS, Delivery, DeliveryStatus, LeftOut, Suppression
from comms.models.delivery import SuppressionReason
from comms.sending import journal, reconcile
from comms.sending.addresses import address_hash
from comms.sending.mail import RenderedMail, assemble, mime_content
from comms.sending.pump import pump
from comms.sending.troubles import people_in_trouble, troubles_of
from comms.updates.audience import audience
from members.models import AuditEntry, Person
from members.services.people import create_person
from tests.comms.inbound.reports import SOFT
from tests.comms.inbound.test_reports import come_back, leave, switched_off
from tests.factories.comms import MailReportFactory, SuppressionFactory
from tests.factories.members import MembershipFactory, PersonFactory
from tests.utils import acting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]

BOUNCE = "hard_bounce"


def switch(person, reason=BOUNCE, **fields):
    fields = {"coalition": person.coalition} | fields
    return SuppressionFactory(
        addr_hmac=address_hash(person.email), reason=reason, **fields
    )


def dead(membership, reason=BOUNCE, **fields):
    switch(membership.person, reason, **fields)
    delivery = leave(
        coalition=membership.coalition,
        person=membership.person,
        to_addr=membership.person.email,
    )
    MailReportFactory(delivery=delivery, kind="hard", words="550 5.1.1 Nobody here")
    return membership.person


def see(client_of, membership, name, pk=None):
    return client_of(membership).get(at(membership, name, pk)).text


def test_the_page_says_since_when_and_why_and_what_to_do(client_of, alice, bob):
    page = see(client_of, alice, "members:person_detail", bob.person.pk)
    assert "Mail comes back" not in page
    dead(bob)
    page = see(client_of, alice, "members:person_detail", bob.person.pk)
    for words in (
        "Mail comes back",
        "The address does not exist.",
        "550 5.1.1 Nobody here",
        "Correct the address",
        "Ask by mail",
    ):
        assert words in page


def test_a_complaint_offers_no_way_to_write_again(client_of, alice, bob):
    switch(bob.person, "complaint")
    page = see(client_of, alice, "members:person_detail", bob.person.pk)
    assert "Our mail is not wanted" in page
    assert "Ask by mail" not in page


def test_who_may_not_see_addresses_sees_nothing_of_it(client_of, bob, vera):
    dead(bob)
    for name, pk in (
        ("members:person_detail", bob.person.pk),
        ("members:person_list", None),
    ):
        assert "comes back" not in see(client_of, vera, name, pk)


def test_the_list_names_them_and_the_dashboard_leads_there(
    client_of, alice, bob, charlie
):
    assert "As far as we know" not in see(client_of, alice, "web:home")
    assert "All mail arrives" in see(client_of, alice, "comms:returned_list")
    dead(bob)
    dead(charlie)  # elsewhere
    home = see(client_of, alice, "web:home")
    assert "Mail to 1 person does not arrive" in home
    assert at(alice, "comms:returned_list") in home
    page = see(client_of, alice, "comms:returned_list")
    assert bob.person.full_name in page
    assert charlie.person.full_name not in page
    people = see(client_of, alice, "members:person_list")
    assert people.count("Mail comes back") == 1


@pytest.mark.parametrize("name", ("comms:returned_list", "members:person_list"))
def test_any_number_of_them_costs_the_same(
    name, client_of, alice, bob, django_assert_num_queries
):
    client = client_of(alice)
    dead(bob)
    client.get(at(alice, name))
    with django_assert_num_queries(10 if name == "members:person_list" else 7):
        client.get(at(alice, name))
    for _n in range(3):
        dead(MembershipFactory(coalition=alice.coalition))
    with django_assert_num_queries(10 if name == "members:person_list" else 7):
        client.get(at(alice, name))


def test_another_address_or_another_coalition_is_in_no_trouble(bob, charlie):
    switch(bob.person)
    twin = PersonFactory(coalition=charlie.coalition, email=bob.person.email)
    assert troubles_of([twin]) == {}
    assert people_in_trouble(charlie.coalition) == []
    Person.objects.filter(pk=bob.person.pk).update(email="bob.new@example.org")
    assert people_in_trouble(bob.coalition) == []


def test_what_is_switched_off_everywhere_shows_in_each_coalition(bob):
    switch(bob.person, coalition=None)
    assert [person for person, _why in people_in_trouble(bob.coalition)] == [bob.person]


def test_a_complaint_is_told_before_a_bounce(bob):
    switch(bob.person)
    switch(bob.person, "complaint")
    assert troubles_of([bob.person])[bob.person.pk].is_complaint


def ask(client_of, alice, bob):
    url = at(alice, "comms:address_ask", bob.person.pk)
    return client_of(alice).post(url, follow=True)


def question():
    return Delivery.objects.get(kind=ADDRESS)


def link_in(row):
    mail = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1")
    text = mail.decode().replace("=\r\n", "")
    return "/l/" + text.partition("/l/")[2].split("/")[0] + "/"


def test_the_question_leaves_though_the_address_is_off_and_nothing_else_does(
    client_of, alice, bob, mailbox, queued
):
    dead(bob)
    other = queued(bob.person.email, person=bob.person, lane="fast", kind="invitation")
    assert "A mail asks" in ask(client_of, alice, bob).text
    pump(render=render_both, lane="fast")
    other.refresh_from_db()
    assert question().status == DeliveryStatus.SENT
    assert (other.status, other.reason) == ("skipped", "suppressed")
    entry = AuditEntry.objects.get(action="ask whether mail arrives")
    assert entry.actor == alice.person


def render_both(batch):
    ours = [row for row in batch if row.kind == ADDRESS]
    made = render(ours) if ours else {}
    return {row.pk: made.get(row.pk) or made[ours[0].pk] for row in batch}


def test_it_asks_once_a_week_and_never_who_complained(client_of, alice, bob):
    dead(bob)
    ask(client_of, alice, bob)
    assert "this week already" in ask(client_of, alice, bob).text
    switch(bob.person, "complaint")
    Delivery.objects.filter(kind=ADDRESS).delete()
    assert "does not come back" in ask(client_of, alice, bob).text
    assert not Delivery.objects.filter(kind=ADDRESS).exists()


def test_their_yes_switches_the_address_on_and_reading_does_not(client_of, alice, bob):
    dead(bob)
    switch(bob.person, coalition=None)
    ask(client_of, alice, bob)
    client, url = Client(), link_in(question())
    assert "Write to me here again" in client.get(url).text
    assert len(switched_off()) == 2
    assert "We write to you here" in client.post(url).text
    assert switched_off() == []
    assert "We write to you here" in client.get(url).text
    entry = AuditEntry.objects.get(action="switch mail on")
    assert (entry.actor, entry.via) == (bob.person, "link")


def test_their_yes_lifts_no_complaint_and_no_unsubscribe(client_of, alice, bob):
    dead(bob)
    ask(client_of, alice, bob)
    switch(bob.person, "complaint")
    switch(bob.person, "unsubscribed")
    Client().post(link_in(question()))
    assert sorted(switched_off()) == ["complaint", "unsubscribed"]


def test_an_old_question_takes_no_answer(client_of, alice, bob):
    dead(bob)
    ask(client_of, alice, bob)
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert "too old" in Client().post(link_in(question())).text
    assert switched_off() == [BOUNCE]


def test_a_question_to_a_former_address_switches_on_that_one_alone(
    client_of, alice, bob
):
    dead(bob)
    ask(client_of, alice, bob)
    url = link_in(question())
    Person.objects.filter(pk=bob.person.pk).update(email="bob.new@example.org")
    bob.person.refresh_from_db()
    switch(bob.person)
    assert "another address" in Client().post(url).text
    assert Suppression.objects.active().get().addr_hmac == address_hash(
        "bob.new@example.org"
    )


def test_one_says_so_signed_in(client_of, bob):
    dead(bob, "complaint")
    client = client_of(bob)
    for name in ("web:home", "comms:mail_preferences"):
        assert "We do not write to you any more" in client.get(at(bob, name)).text
    page = client.post(at(bob, "comms:address_confirm"), follow=True).text
    assert "We write to you here again" in page
    assert switched_off() == []
    assert AuditEntry.objects.get(action="switch mail on").actor == bob.person


def test_an_address_that_somebody_else_typed_is_not_ones_own(client_of, bob):
    Person.objects.filter(pk=bob.person.pk).update(email="victim@example.org")
    bob.person.refresh_from_db()
    switch(bob.person, "complaint", coalition=None)
    client = client_of(bob)
    assert "Tell a coordinator which" in client.get(at(bob, "web:home")).text
    page = client.post(at(bob, "comms:address_confirm"), follow=True).text
    assert "You sign in with another address" in page
    assert switched_off() == ["complaint"]


def test_a_yes_forgets_what_came_back_before(harbor, bob, settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@coalition.example.org"
    person, now = bob.person, timezone.now()
    for days in (5, 4, 3, 2):
        row = leave(coalition=harbor, person=person, to_addr=person.email)
        come_back(row, SOFT[0].raw, now=now - timedelta(days=days))
    assert switched_off() == ["soft_bounce"]
    Suppression.objects.update(lifted_at=now - timedelta(days=1))
    row = leave(coalition=harbor, person=person, to_addr=person.email)
    come_back(row, SOFT[0].raw, now=now)
    assert switched_off() == []


def reason_of(person):
    with scope(coalition=person.coalition):
        found = audience(person.coalition, timezone.localdate())
        return {r.person_id: r.left_out for r in found}[person.pk]


@pytest.mark.parametrize("reason", ("hard_bounce", "soft_bounce", "complaint"))
def test_nothing_in_a_list_or_a_form_brings_it_back(reason, alice):
    gone = PersonFactory(coalition=alice.coalition, email="gone@example.org")
    switch(gone, reason)
    Person.objects.filter(pk=gone.pk).update(email=None)
    with scope(coalition=alice.coalition):
        again = create_person(
            by=acting(alice),
            full_name="Gone Again",
            email="gone@example.org",
            consent_digest=True,
        )
    assert reason_of(again) == LeftOut(reason)


def test_a_merge_does_not_bring_it_back(alice, bob):
    twin = PersonFactory(coalition=alice.coalition, email=None)
    switch(bob.person)
    with scope(coalition=alice.coalition):
        merge_people(
            kept=twin,
            lost=bob.person,
            by=acting(alice),
            version=twin.version,
            lost_version=bob.person.version,
        )
    twin.refresh_from_db()
    assert twin.email == bob.person.email
    assert reason_of(twin) == LeftOut.HARD_BOUNCE


def test_a_restore_does_not_bring_it_back(bob, settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@coalition.example.org"
    journal.note_switched(
        [address_hash(bob.person.email)],
        coalition_id=bob.coalition_id,
        reason=SuppressionReason.SOFT_BOUNCE,
        off=True,
    )
    journal._append(
        {
            "switched": address_hash(bob.person.email),
            "coalition": bob.coalition_id,
            "reason": "soft_bounce",
            "off": True,
        }
    )
    reconcile.reconcile()
    assert switched_off() == ["soft_bounce"]


def test_the_trail_reads_in_words(client_of, alice, bob, settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@coalition.example.org"
    row = leave(coalition=bob.coalition, person=bob.person, to_addr=bob.person.email)
    come_back(
        row,
        SOFT[0]
        .raw.replace("5.2.2", "5.1.1")
        .replace("Mailbox full: over quota", "unknown"),
    )
    ask(client_of, alice, bob)
    page = see(client_of, alice, "members:person_detail", bob.person.pk)
    assert "Mail came back: we write no more" in page
    assert "Asked by mail whether it arrives" in page


def test_sign_in_mail_goes_to_an_address_that_bounced(bob, queued, mailbox):
    dead(bob)
    switch(bob.person, "complaint", coalition=None)
    row = queued(bob.person.email, coalition=None, person=None, kind="test-account")
    pump(render=_plain, lane="bulk")
    row.refresh_from_db()
    assert row.status == DeliveryStatus.SENT


def _plain(batch):
    made = RenderedMail({"To": "x@example.org"}, mime_content(text="Hello"))
    return {row.pk: made for row in batch}
