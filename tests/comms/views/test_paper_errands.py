"""Announcements on paper, and the couriers who hear by mail what to take to whom."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.models import (
    PAPER,
    RECALL_WAIT,
    Circle,
    Delivery,
    IssueState,
    LeftOut,
    Reach,
    Topic,
)
from comms.notices.kinds import KINDS
from comms.notices.queue import queue_notices
from comms.notices.words import Words
from comms.sending.mail import Skip
from comms.updates.addressees import Addressees
from comms.updates.content import SectionKind
from comms.updates.happenings import Gathering
from comms.updates.paper_readers import on_paper
from comms.updates.render import preview
from members.models import PaperReader
from tests.comms.drafts import content, make_announcement, make_issue
from tests.comms.queuing import QUEUING
from tests.factories.comms import (
    DeliveryFactory,
    MailPreferenceFactory,
    PaperCopyFactory,
    PaperReaderFactory,
)
from tests.factories.members import GroupMemberFactory, MembershipFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


def reader_of(courier, name="Jorge Ruiz", **fields):
    harbor = courier.coalition
    person = PersonFactory(coalition=harbor, full_name=name, **{"email": None} | fields)
    MembershipFactory(coalition=harbor, person=person, user=None)
    reader = PaperReaderFactory(coalition=harbor, person=person, courier=courier.person)
    long_ago = timezone.now() - timedelta(days=90)
    PaperReader.objects.filter(pk=reader.pk).update(created_at=long_ago)
    return person


@pytest.fixture
def ruiz(bob):
    return reader_of(bob)


def left(coalition, **fields):
    """Return what left long enough ago that nobody calls it back."""
    at = timezone.now() - RECALL_WAIT - timedelta(minutes=1)
    made = {"told": content("One"), "subject": "Seven schools", "released_at": at}
    return make_issue(coalition, IssueState.DONE, **made | fields)


def announced(coalition, **fields):
    issue = left(coalition)
    named = {"kind": "announcement", "topic": Topic.WORDS, "source_key": "a:1"}
    for name, value in {**named, **fields}.items():
        setattr(issue, name, value)
    issue.save()
    return issue


def page(client, path):
    response = client.get(f"/c/harbor/{path}")
    assert response.status_code == 200, path
    return response.text


def hand(client, issue, person):
    url = f"/c/harbor/updates/{issue.pk}/people/{person.pk}/paper/hand/"
    return client.post(url)


def names_on(issue):
    return [line.person.full_name for line in on_paper(issue)]


def written(row):
    return KINDS[PAPER].write([row])[row.pk]


# Announcements on paper


def test_an_announcement_is_printed_taken_along_and_ticked_off(
    client_of, harbor, alice, bob, ruiz
):
    issue = announced(harbor, subject="Come to the pier")
    listed = page(client_of(alice), f"updates/{issue.pk}/paper/")
    assert "Bob Brown takes it to" in listed
    assert "Jorge Ruiz" in listed
    courier = client_of(bob)
    home = page(courier, "")
    assert "Please take the announcement to them" in home
    assert "Come to the pier" in page(courier, f"updates/{issue.pk}/paper/mine/")
    assert hand(courier, issue, ruiz).status_code == 303
    assert "Please take the announcement" not in page(courier, "")
    assert "1 of 1 on paper handed over." in page(
        client_of(alice), f"updates/{issue.pk}/"
    )


def test_it_is_for_those_whom_it_is_for(harbor, bob, ruiz):
    other = reader_of(bob, "Other Reader")
    place = GroupMemberFactory(group__coalition=harbor, person=ruiz)
    group = Addressees(Reach.GROUP, (place.group_id,), "Media").as_json()
    draft = make_announcement(harbor, topic=Topic.WORDS, addressees=group)
    assert names_on(draft) == ["Jorge Ruiz"]
    gone = announced(harbor, addressees=group)
    assert names_on(gone) == []  # as nobody was when it left
    row = {"coalition": harbor, "issue": gone, "to_addr": "", "to_norm": ""}
    unsent = {"status": "skipped", "reason": LeftOut.NO_ADDRESS}
    DeliveryFactory(person=other, **row, **unsent)
    assert names_on(gone) == ["Other Reader"]


def test_who_has_no_address_and_wants_no_announcements_gets_none(harbor):
    person = PersonFactory(coalition=harbor, email=None, consent_digest=True)
    MembershipFactory(coalition=harbor, person=person, user=None)
    assert len(on_paper(announced(harbor))) == 1
    MailPreferenceFactory(person=person, announcements=False)
    assert on_paper(announced(harbor, source_key="a:2")) == []


def test_the_sheet_of_an_event_says_when_it_is_for_its_reader(
    client_of, harbor, bob, ruiz
):
    ruiz.timezone = "Europe/Madrid"
    ruiz.save()
    starts = timezone.now().replace(hour=22, minute=30) + timedelta(days=9)
    event = Gathering(title="Press day", starts_at=starts, place="Pier 2")
    issue = announced(
        harbor,
        topic=Topic.EVENT,
        facts=event.as_json(),
        content=event.content(harbor.zone).as_json(),
    )
    assert SectionKind.EVENT in str(issue.content)
    shown = page(client_of(bob), f"updates/{issue.pk}/people/{ruiz.pk}/paper/")
    (sheet,) = re.findall(r"<article.*?</article>", shown, re.DOTALL)
    assert "Pier 2" in sheet
    assert "(Europe/Madrid)" in sheet


def test_the_mail_of_an_announcement_asks_nobody_to_bring_it(harbor, bob, ruiz):
    mail = preview(announced(harbor), bob.person, within=Circle.MEMBERS)
    assert "on paper" not in mail.html


# The mail to couriers


def test_a_courier_gets_one_mail_an_issue_with_all_of_theirs(
    client_of, harbor, bob, ruiz
):
    ada = reader_of(bob, "Ada Alone")
    issue = left(harbor)
    assert queue_notices(timezone.now()) == 1
    assert queue_notices(timezone.now()) == 0
    row = Delivery.objects.get(kind=PAPER)
    assert row.person == bob.person
    words = written(row)
    assert isinstance(words, Words)
    assert words.subject == "To 2 people on paper: Seven schools"
    assert [item["words"] for item in words.items] == ["Ada Alone", "Jorge Ruiz"]
    path = f"updates/{issue.pk}/paper/mine/"
    assert words.url.endswith(f"/c/harbor/{path}")
    sheets = page(client_of(bob), path)
    assert sheets.count("<article") == 2
    hand(client_of(bob), issue, ada)
    assert written(row).subject == "To one person on paper: Seven schools"
    assert "to one person who reads on paper" in written(row).paragraphs[0]
    hand(client_of(bob), issue, ruiz)
    assert written(row) == Skip(LeftOut.WITHDRAWN)


def test_nobody_is_told_while_it_can_be_called_back(harbor, ruiz):
    issue = left(harbor, released_at=timezone.now())
    assert queue_notices(timezone.now()) == 0
    issue.at_once = True
    issue.save()
    assert queue_notices(timezone.now()) == 1


def test_nobody_brings_what_night_holds_back_and_can_be_called_back(
    client_of, harbor, alice, bob, ruiz
):
    issue = announced(harbor, state=IssueState.RELEASED)
    row = DeliveryFactory(coalition=harbor, issue=issue, person=alice.person)
    assert "Please take the announcement to them" not in page(client_of(bob), "")
    assert queue_notices(timezone.now()) == 0
    row.data_started_at = timezone.now()
    row.save()
    assert "Please take the announcement to them" in page(client_of(bob), "")
    assert queue_notices(timezone.now()) == 1


def test_a_list_that_is_brought_in_afterwards_sends_no_mail(client_of, harbor, bob):
    left(harbor)
    reader = reader_of(bob)
    PaperReader.objects.update(created_at=timezone.now())
    assert queue_notices(timezone.now()) == 0
    assert reader.full_name in page(client_of(bob), "")


def test_nobody_is_told_of_what_is_old_or_with_them(harbor, ruiz, bob):
    issue = left(harbor)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert queue_notices(timezone.now()) == 0
    PaperCopyFactory(coalition=harbor, issue=issue, person=ruiz)
    assert queue_notices(timezone.now()) == 0


def test_of_an_announcement_to_a_group_only_its_couriers_hear(harbor, ruiz, stella):
    other = reader_of(stella, "Other Reader")
    group = Addressees(Reach.GROUP, (1,), "Media").as_json()
    issue = announced(harbor, addressees=group)
    row = {"coalition": harbor, "issue": issue, "to_addr": "", "to_norm": ""}
    unsent = {"status": "skipped", "reason": LeftOut.NO_ADDRESS}
    DeliveryFactory(person=other, **row, **unsent)
    assert queue_notices(timezone.now()) == 1
    assert Delivery.objects.get(kind=PAPER).person == stella.person


def test_a_courier_elsewhere_hears_nothing(harbor, ruiz, charlie):
    reader_of(charlie, "Elsewhere")
    left(harbor)
    assert queue_notices(timezone.now()) == 1
    assert "Elsewhere" not in str(written(Delivery.objects.get(kind=PAPER)))


def test_who_brings_nothing_finds_no_sheets(client_of, harbor, alice, bob, ruiz):
    draft = make_issue(harbor)
    assert (
        client_of(bob).get(f"/c/harbor/updates/{draft.pk}/paper/mine/").status_code
        == 404
    )
    url = f"/c/harbor/updates/{left(harbor, source_key='p00009').pk}/paper/mine/"
    assert client_of(alice).get(url).status_code == 404
    assert client_of(bob).get(url).status_code == 200


@pytest.mark.parametrize("rows", (1, 3))
def test_queuing_and_writing_take_the_same_statements(harbor, bob, rows):
    for n in range(rows):
        courier = MembershipFactory(coalition=harbor)
        reader_of(courier, f"Reader {n}")
        left(harbor, source_key=f"p0001{n}")
    with CaptureQueriesContext(connection) as queued:
        queue_notices(timezone.now())
    found = list(Delivery.objects.filter(kind=PAPER))
    assert len(found) == rows * rows
    with CaptureQueriesContext(connection) as wrote:
        KINDS[PAPER].write(found)
    assert (len(queued), len(wrote)) == (QUEUING + 3, 5)
