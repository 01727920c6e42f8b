"""A mail to the address at the foot of an update becomes feedback, once, by its writer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.inbound.addresses import ReplyTo, reply_address, say_address
from comms.jobs import render, tell
from comms.models import (
    Delivery,
    Feedback,
    FeedbackKind,
    InboundMail,
    IssueState,
    Outcome,
    Visibility,
)
from comms.models.feedback import LONGEST
from comms.sending.mail import assemble
from comms.services.feedback import A_DAY
from comms.services.receiving import receive_mail
from members.models import AuditEntry, Via
from tests.architecture.world import tenant_models
from tests.comms.drafts import make_issue
from tests.comms.inbound.corpus import CORPUS, TO, mail
from tests.factories.checkins import CheckInFactory
from tests.factories.comms import DeliveryFactory
from tests.factories.members import CoalitionFactory, MembershipFactory
from tests.utils import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]

AMINA = "amina@tenants.example.org"
REPLY_LIST = 5


@pytest.fixture(autouse=True)
def _address(settings):
    settings.MAIL_REPLY_ADDRESS = "reply@coalition.example.org"
    settings.MAIL_FROM = "updates@example.org"


def told(coalition, *, email=AMINA):
    """Send somebody an update."""
    member = MembershipFactory(coalition=coalition, person__email=email)
    issue = make_issue(coalition, IssueState.DONE, subject="Seven schools")
    return DeliveryFactory(
        coalition=coalition,
        issue=issue,
        person=member.person,
        status="sent",
        accepted_at=timezone.now(),
    )


@pytest.fixture
def got(harbor):
    """Amina got an update."""
    return told(harbor)


def address_of(got):
    return say_address(ReplyTo(got.coalition_id, got.issue_id, got.person_id))


def send(got, raw, *, now=None):
    raw = raw.replace(TO.encode(), address_of(got).encode())
    return receive_mail(raw, now=now or timezone.now())


def numbered(body, n, *more):
    return mail(body, f"Message-ID: <{n}@mail.example.org>", *more)


def everything():
    """Count the rows of every table of ours, but the replies kept."""
    return {
        model: model._base_manager.count() for model in tenant_models() - {InboundMail}
    }


def confirmations(now=None):
    tell(now or timezone.now())
    return list(Delivery.objects.filter(kind="reply").order_by("pk"))


def text_of(row):
    sealed = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1")
    return sealed.decode().replace("=\r\n", "")


@pytest.mark.parametrize("sample", CORPUS, ids=lambda sample: sample.name)
def test_each_mail_has_the_stated_result(sample, got):
    before = everything()
    outcome = send(got, sample.raw)
    if sample.automatic:
        assert outcome == Outcome.AUTOMATIC
        assert everything() == before
        assert confirmations() == []
    elif sample.says:
        assert outcome == Outcome.SAID
        said = Feedback.objects.get().text
        first = next(iter(sample.says.values()))
        assert first.split("\n")[0] in said
    else:
        assert outcome in {None, Outcome.EMPTY, Outcome.SAID}


def test_it_is_theirs_by_mail_and_for_the_coordinators(got):
    assert send(got, mail("Meet later, please.")) == Outcome.SAID
    said = Feedback.objects.get()
    assert (said.text, said.author, said.coalition) == (
        "Meet later, please.",
        got.person,
        got.coalition,
    )
    assert (said.kind, said.visibility) == (FeedbackKind.IDEA, Visibility.COORDINATORS)
    assert said.by_mail
    entry = AuditEntry.objects.get()
    assert (entry.via, entry.actor) == (Via.MAIL, got.person)
    assert InboundMail.objects.get().feedback == said


def test_what_is_too_long_is_cut_and_kept_whole(got):
    words = "w" * (LONGEST + 10)
    assert send(got, mail(words)) == Outcome.SAID
    assert Feedback.objects.get().text == words[:LONGEST]
    assert words.encode() in bytes(InboundMail.objects.get().raw)


def test_the_same_message_and_the_same_words_count_once(got):
    assert send(got, numbered("Meet later.", 1)) == Outcome.SAID
    assert send(got, numbered("Meet later.", 1)) is None
    assert send(got, numbered("Meet later.", 2)) == Outcome.SAID
    said = Feedback.objects.get()
    assert list(InboundMail.objects.values_list("feedback", flat=True)) == [said.pk] * 2
    assert send(got, numbered("And outdoors.", 3)) == Outcome.SAID
    assert Feedback.objects.count() == 2


def test_nobody_says_more_in_a_day_than_by_the_link(got):
    for n in range(A_DAY):
        assert send(got, numbered(f"Idea {n}", n)) == Outcome.SAID
    assert send(got, numbered("One more", "more")) == Outcome.TOO_MUCH
    assert Feedback.objects.count() == A_DAY
    assert "One more" in InboundMail.objects.latest("pk").text


def test_another_address_of_the_sender_changes_nothing(got):
    before = everything()
    assert send(got, mail("Hello", "From: mallory@example.org")) == Outcome.STRANGER
    assert everything() == before
    assert confirmations() == []


@pytest.mark.parametrize("sign", ("forged", "reply", "other person", "bare"))
def test_an_address_that_we_did_not_sign_for_this_is_for_nobody(sign, got):
    ids = ReplyTo(got.coalition_id, got.issue_id, got.person_id)
    other = MembershipFactory(coalition=got.coalition).person
    mine = address_of(got)
    to = {
        "forged": f"reply+say-{got.coalition_id}-{got.issue_id}-1-{'a' * 20}"
        "@coalition.example.org",
        "reply": reply_address(ids).replace("+", "+say-"),
        "other person": mine.replace(f"-{got.person_id}-", f"-{other.pk}-"),
        "bare": mine.replace("say-", ""),
    }[sign]
    before = everything()
    assert receive_mail(mail("Hello", f"To: {to}"), now=timezone.now()) is None
    assert everything() == before
    assert not InboundMail.objects.exists()


def test_the_address_of_a_check_in_takes_no_feedback(got):
    check_in = CheckInFactory(cycle__schedule__coalition=got.coalition)
    ids = ReplyTo(got.coalition_id, check_in.pk, check_in.person_id)
    written = mail("Hello", f"From: {check_in.person.email}")
    to = reply_address(ids).encode()
    receive_mail(written.replace(TO.encode(), to), now=timezone.now())
    assert not Feedback.objects.exists()
    assert InboundMail.objects.get().check_in == check_in


def test_whoever_is_of_another_coalition_says_nothing_here(got):
    elsewhere = told(CoalitionFactory(), email="quagga@example.org")
    from_there = mail("Hello", "From: quagga@example.org")
    assert send(got, from_there) == Outcome.STRANGER
    crossed = say_address(
        ReplyTo(elsewhere.coalition_id, got.issue_id, elsewhere.person_id)
    )
    to_both = from_there.replace(TO.encode(), crossed.encode())
    assert receive_mail(to_both, now=timezone.now()) is None
    assert not Feedback.objects.exists()
    assert send(elsewhere, from_there) == Outcome.SAID
    assert Feedback.objects.get().coalition == elsewhere.coalition


def test_who_never_got_the_update_says_nothing_by_it(got):
    got.delete()
    assert send(got, mail("Hello")) == Outcome.STRANGER


def test_who_left_says_nothing(got):
    got.person.membership.state = "removed"
    got.person.membership.save()
    assert send(got, mail("Hello")) == Outcome.STRANGER
    assert confirmations() == []


def test_of_whom_is_erased_nothing_is_kept(got):
    got.person.erased_at = timezone.now()
    got.person.save()
    assert send(got, mail("Hello")) is None
    assert not InboundMail.objects.exists()


def test_a_closed_coalition_takes_nothing_in(got):
    type(got.coalition).objects.update(
        closed_at=timezone.now(), mail_paused_at=timezone.now()
    )
    assert send(got, mail("Hello")) is None
    assert not InboundMail.objects.exists()


def test_one_mail_a_day_says_what_was_noted_and_who_reads_it(got):
    now = timezone.now()
    send(got, numbered("Meet <b>later</b>.", 1), now=now)
    send(got, numbered("And outdoors.", 2), now=now)
    (row,) = confirmations(now)
    text = text_of(row)
    assert row.to_addr == AMINA
    assert "Your words are with us: Seven schools" in text
    assert "Meet <b>later</b>." in text
    assert "Only those who coordinate read it" in " ".join(text.split())
    said = Feedback.objects.get(text__startswith="Meet")
    path = f"/c/{got.coalition.slug}/feedback/{said.pk}/"
    assert path in text
    later = now + timedelta(hours=25)
    send(got, numbered("Once more.", 3), now=later)
    assert len(confirmations(later)) == 2


def test_an_answer_to_a_check_in_and_feedback_get_one_mail_a_day(got):
    check_in = CheckInFactory(
        cycle__schedule__coalition=got.coalition, person=got.person
    )
    ids = ReplyTo(got.coalition_id, check_in.pk, got.person_id)
    now = timezone.now()
    receive_mail(
        numbered("Hello", 1).replace(TO.encode(), reply_address(ids).encode()), now=now
    )
    send(got, numbered("Meet later.", 2), now=now)
    assert InboundMail.objects.to_tell().count() == 1


def test_who_wrote_nothing_is_told_so_and_has_a_link(got):
    assert send(got, mail("> quoted\n")) == Outcome.EMPTY
    assert not Feedback.objects.exists()
    text = text_of(confirmations()[0])
    assert "We found no answer in your mail: Seven schools" in text
    assert "/l/" in text


def test_taking_in_costs_the_same_however_many_got_it(got):
    def statements(n):
        with CaptureQueriesContext(connection) as seen:
            send(got, numbered(f"Idea {n}", n))
        return len(seen)

    statements(0)
    one = statements(1)
    for n in range(3):
        told(got.coalition, email=f"p{n}@example.org")
    assert statements(2) == one


def test_coordinators_read_what_came_and_what_it_became(client_of, alice, got):
    elsewhere = told(CoalitionFactory(), email="quagga@example.org")
    send(got, mail("Meet later."))
    send(elsewhere, mail("quagga", "From: quagga@example.org"))
    said = Feedback.objects.get(author=got.person)
    there = at(alice, "comms:feedback_detail", said.pk)
    reply = InboundMail.objects.get(feedback=said)
    client = client_of(alice)
    page = client.get(at(alice, "comms:reply_list"))
    assert got.person.full_name in page.text
    assert elsewhere.person.full_name not in page.text
    assert there in page.text
    assert there in client.get(at(alice, "comms:reply_detail", reply.pk)).text
    assert "by mail" in client.get(there).text
    theirs = InboundMail.objects.get(coalition=elsewhere.coalition)
    theirs_at = at(alice, "comms:reply_detail", theirs.pk)
    assert client.get(theirs_at).status_code == 404


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_asks_the_same_for_one_and_three(
    count, client_of, alice, got, django_assert_num_queries
):
    for n in range(count):
        send(got, numbered(f"Idea {n}", n))
    client = client_of(alice)
    with django_assert_num_queries(REPLY_LIST):
        client.get(at(alice, "comms:reply_list"))
