"""A reply by mail becomes an answer, once, and what is none changes nothing."""

from datetime import timedelta
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.inbound.addresses import ReplyTo, reply_address
from comms.jobs import render, tell
from comms.models import Delivery, InboundMail, Outcome
from comms.sending.mail import assemble
from comms.services.receiving import LARGEST, MOST_A_DAY, receive_mail
from members.models import AuditEntry, Via
from members.permissions import MemberRole
from tasks.models import Ask, CheckIn, CheckInState, Hurdle
from tasks.services.checkins import TEXTS
from tests.architecture.world import tenant_models
from tests.comms.inbound.corpus import CORPUS, QUESTION, mail
from tests.factories.checkins import CheckInCycleFactory, CheckInFactory
from tests.factories.members import CoalitionFactory, MembershipFactory
from tests.utils import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]

REPLY_LIST = 5


@pytest.fixture(autouse=True)
def _address(settings):
    settings.MAIL_REPLY_ADDRESS = "reply@coalition.example.org"
    settings.MAIL_FROM = "updates@example.org"


@pytest.fixture
def asked(harbor):
    """Amina is asked, in a check-in that is open now."""
    return ask(harbor, email="amina@tenants.example.org")


def ask(coalition, *, email, **fields):
    now = timezone.now()
    membership = MembershipFactory(
        coalition=coalition, role=MemberRole.MEMBER, person__email=email, **fields
    )
    cycle = CheckInCycleFactory(
        schedule__coalition=coalition,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=4),
        question=QUESTION,
    )
    return CheckInFactory(cycle=cycle, person=membership.person)


def send(check_in, raw, *, now=None):
    address = address_of(check_in)
    raw = raw.replace(b"reply+TOKEN@coalition.example.org", address.encode())
    return receive_mail(raw, now=now or timezone.now())


def address_of(check_in):
    ids = check_in.coalition_id, check_in.pk, check_in.person_id
    return reply_address(ReplyTo(*ids))


def numbered(body, n, *more):
    return mail(body, f"Message-ID: <{n}@mail.example.org>", *more)


def answers_sent(now=None):
    """Return how many answers to replies have been queued by now."""
    tell(now or timezone.now())
    return Delivery.objects.filter(kind="reply").count()


def everything():
    """Count the rows of every table of ours, but the replies kept."""
    return {
        model: model._base_manager.count() for model in tenant_models() - {InboundMail}
    }


@pytest.mark.parametrize("sample", CORPUS, ids=lambda sample: sample.name)
def test_each_reply_has_the_stated_result(sample, asked):
    before = everything()
    outcome = send(asked, sample.raw)
    asked.refresh_from_db()
    said = {
        name: text
        for name in (*TEXTS, "confidence")
        if (text := str(getattr(asked, name) or ""))
    }
    if sample.says:
        assert (outcome, asked.state) == (Outcome.ANSWERED, CheckInState.ANSWERED)
        assert said == sample.says
        assert asked.via == Via.MAIL
    elif sample.nothing:
        assert (outcome, asked.state) == (Outcome.NOTHING, CheckInState.NOTHING)
    else:
        assert outcome in {None, Outcome.AUTOMATIC, Outcome.EMPTY, Outcome.ANSWERED}
    if sample.automatic:
        assert outcome == Outcome.AUTOMATIC
        assert everything() == before
        assert asked.state == CheckInState.ASKED
        assert answers_sent() == 0
        assert bytes(InboundMail.objects.get().raw)


def test_what_is_in_the_way_opens_a_hurdle_and_the_trail_says_by_mail(asked):
    send(asked, mail("Hurdle: the permit\n"))
    assert Hurdle.objects.get().text == "the permit"
    assert {entry.via for entry in AuditEntry.objects.all()} == {Via.MAIL}


def test_the_question_of_the_round_is_no_part_of_the_ask(asked):
    send(asked, mail(f"What would help?\nA hall.\n{QUESTION}\nNight shift.\n"))
    asked.refresh_from_db()
    assert (asked.ask, asked.answer) == ("A hall.", "Night shift.")
    assert Ask.objects.get().text == "A hall."


def test_a_second_reply_adds_to_the_first(asked):
    send(asked, numbered("Progress: the hall\nHurdle: the permit", 1))
    send(asked, numbered("Hurdle: the licence", 2))
    asked.refresh_from_db()
    assert (asked.progress, asked.hurdle) == ("the hall", "the licence")


def test_the_same_message_by_two_ways_counts_once(asked):
    assert send(asked, mail("The hall")) == Outcome.ANSWERED
    again = mail("The hall", "Received: from elsewhere")
    assert send(asked, again) is None
    assert InboundMail.objects.count() == 1


def test_another_address_of_the_sender_changes_nothing(asked):
    outcome = send(asked, mail("The hall", "From: mallory@example.org"))
    asked.refresh_from_db()
    assert (outcome, asked.state) == (Outcome.STRANGER, CheckInState.ASKED)
    assert answers_sent() == 0


@pytest.mark.parametrize(
    "to",
    (
        "reply+1-1-1-aaaaaaaaaaaaaaaaaaaa@coalition.example.org",
        "reply@coalition.example.org",
        "updates@example.org",
        "",
    ),
)
def test_an_unknown_or_forged_address_changes_nothing(to, asked):
    before = everything()
    assert receive_mail(mail("The hall", f"To: {to}"), now=timezone.now()) is None
    assert everything() == before
    assert not InboundMail.objects.exists()


def test_an_address_of_one_person_answers_for_nobody_else(asked):
    other = CheckInFactory(
        cycle=asked.cycle,
        person=MembershipFactory(coalition=asked.coalition).person,
    )
    mine = address_of(asked)
    forged = mine.replace(
        f"{asked.pk}-{asked.person_id}", f"{other.pk}-{other.person_id}"
    )
    receive_mail(mail("The hall", f"To: {forged}"), now=timezone.now())
    assert set(CheckIn.objects.values_list("state", flat=True)) == {"asked"}


def test_after_the_end_it_is_kept_and_changes_nothing(asked):
    cycle = asked.cycle
    cycle.closes_at = timezone.now() - timedelta(hours=1)
    cycle.save()
    assert send(asked, mail("The hall")) == Outcome.CLOSED
    asked.refresh_from_db()
    assert asked.state == CheckInState.ASKED
    assert InboundMail.objects.get().text == "The hall"


def test_who_may_answer_no_more_changes_nothing(asked):
    asked.person.membership.state = "removed"
    asked.person.membership.save()
    assert send(asked, mail("The hall")) == Outcome.STRANGER


def test_a_message_too_large_is_not_read(asked):
    assert send(asked, mail("The hall\n" + "x" * LARGEST)) is None
    assert not InboundMail.objects.exists()


def test_a_closed_coalition_takes_nothing_in(asked):
    type(asked.coalition).objects.update(
        closed_at=timezone.now(), mail_paused_at=timezone.now()
    )
    assert send(asked, mail("The hall")) is None


def test_the_answer_says_what_was_understood_once_a_day(asked):
    now = timezone.now()
    send(asked, numbered("The hall <b>is</b> booked", 1), now=now)
    send(asked, numbered("And the band", 2), now=now)
    assert answers_sent(now) == 1
    row = Delivery.objects.get(kind="reply")
    text = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1").decode()
    assert row.to_addr == asked.person.email
    assert "And the band" in text  # what holds when it is written
    assert "Auto-Submitted: auto-generated" in text
    assert asked.link.path in text.replace("=\r\n", "")
    send(asked, numbered("More", 3), now=now + timedelta(hours=23))
    assert answers_sent(now + timedelta(hours=23)) == 1
    send(asked, numbered("Still more", 4), now=now + timedelta(hours=25))
    assert answers_sent(now + timedelta(hours=25)) == 2


def test_a_reply_goes_to_its_own_coalition(asked):
    elsewhere = ask(CoalitionFactory(), email="quagga@example.org")
    send(asked, mail("The hall"))
    assert InboundMail.objects.get().coalition == asked.coalition
    elsewhere.refresh_from_db()
    assert elsewhere.state == CheckInState.ASKED


def test_taking_in_costs_the_same_however_many_are_asked(asked):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            send(asked, numbered("The hall", len(seen) + InboundMail.objects.count()))
        return len(seen)

    statements()
    one = statements()
    for n in range(3):
        ask(asked.coalition, email=f"p{n}@example.org")
    assert statements() == one


class TestCommand:
    def run(self, raw, monkeypatch):
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(raw)))
        said = StringIO()
        call_command("receive_mail", stdout=said)
        return said.getvalue().strip()

    def test_takes_a_message_from_standard_input(self, asked, monkeypatch):
        address = address_of(asked)
        raw = mail("The hall", f"To: {address}")
        assert self.run(raw, monkeypatch) == "answered"
        assert self.run(raw, monkeypatch) == "not for anybody here"

    def test_wants_to_be_tried_again_when_the_database_is_away(
        self, asked, monkeypatch, capsys
    ):
        def gone(*args, **kwargs):
            raise OperationalError

        monkeypatch.setattr("comms.services.receiving._check_in", gone)
        with pytest.raises(SystemExit) as ended:
            self.run(mail("x", f"To: {address_of(asked)}"), monkeypatch)
        assert ended.value.code == 75


def test_coordinators_read_the_replies_of_their_own_coalition(client_of, alice, asked):
    elsewhere = ask(CoalitionFactory(), email="quagga@example.org")
    send(asked, mail("The hall <script>"))
    send(elsewhere, mail("quagga", "From: quagga@example.org"))
    page = client_of(alice).get(at(alice, "comms:reply_list"))
    assert asked.person.full_name in page.text
    assert elsewhere.person.full_name not in page.text
    reply = InboundMail.objects.get(check_in=asked)
    page = client_of(alice).get(at(alice, "comms:reply_detail", reply.pk))
    assert "The hall &lt;script&gt;" in page.text
    theirs = InboundMail.objects.get(check_in=elsewhere)
    there = at(alice, "comms:reply_detail", theirs.pk)
    assert client_of(alice).get(there).status_code == 404


def test_a_strangers_mail_stands_under_the_address_it_came_from(
    client_of, alice, asked
):
    send(asked, mail("The hall", "From: mallory@example.org"))
    reply = InboundMail.objects.get()
    for url in (
        at(alice, "comms:reply_list"),
        at(alice, "comms:reply_detail", reply.pk),
    ):
        page = client_of(alice).get(url).text
        assert "mallory@example.org" in page
        assert asked.person.full_name not in page


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_of_replies_asks_the_same_for_one_and_three(
    count, client_of, alice, asked, django_assert_num_queries
):
    for n in range(count):
        send(asked, numbered("The hall", n))
    client = client_of(alice)
    with django_assert_num_queries(REPLY_LIST):
        client.get(at(alice, "comms:reply_list"))


def _parts_in_parts(depth):
    head = "Content-Type: multipart/mixed; boundary=b{0}\r\n\r\n--b{0}\r\n"
    return "".join(map(head.format, range(depth))).encode()


HOSTILE = {
    "parts in parts": (_parts_in_parts(2000), b"Hello"),
    "messages in messages": (b"Content-Type: message/rfc822\r\n\r\n" * 2000, b"Hello"),
    "brackets in a type": (b"Content-Type: text/plain; x=" + b"(" * 8000, b"Hello"),
    "brackets in an id": (b"Message-ID: " + b"(" * 8000, b"Hello"),
    "brackets in a copy": (b"Cc: " + b"(" * 8000, b"Hello"),
    "brackets in a mark": (b"Precedence: x" + b"(" * 8000, b"Hello"),
    "half a character": (b"Content-Type: text/plain; charset=utf-7", b"Hello +2AA-"),
    "nothing in a subject": (b"Subject: No\x00thing", b"Hello \x00"),
}


@pytest.mark.parametrize("head", HOSTILE)
def test_whatever_stands_in_a_message_raises_nothing(asked, head):
    lines, body = HOSTILE[head]
    to = address_of(asked).encode()
    raw = b"\r\n".join(
        (b"From: amina@tenants.example.org", b"To: " + to, lines, b"", body)
    )
    assert receive_mail(raw, now=timezone.now()) in {None, Outcome.ANSWERED}
    assert "\0" not in CheckIn.objects.get().progress


def test_no_address_is_filled_with_mail(asked, harbor):
    for n in range(MOST_A_DAY):
        assert send(asked, numbered(f"Ours is {n}", n))
    assert send(asked, numbered("One more", "more")) is None
    assert InboundMail.objects.count() == MOST_A_DAY
    assert CheckIn.objects.get(pk=asked.pk).progress == f"Ours is {MOST_A_DAY - 1}"
    other = ask(harbor, email="jorge@tenants.example.org")
    assert send(other, numbered("Somebody else", "other"))
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    assert send(asked, numbered("The day after", "next"), now=tomorrow)
