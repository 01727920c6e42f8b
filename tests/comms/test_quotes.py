"""Nobody is quoted without a yes to these very words in this one issue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.errors import (
    AskThem,
    IssueMoved,
    QuoteAnswered,
    SayHowTheyAgreed,
    TooLateForQuote,
    TooManyQuotes,
    WordsAreTheirs,
)
from comms.models import (
    QUOTE,
    Circle,
    Delivery,
    Issue,
    IssueState,
    Quote,
    QuoteState,
)
from comms.notices.kinds import KINDS
from comms.notices.queue import queue_notices
from comms.notices.words import Words
from comms.queries.quotes import quotable
from comms.sending.mail import RenderedMail, Skip
from comms.services.composing import fold_into
from comms.services.issues import approve_issue
from comms.services.items import reword_item
from comms.services.quotes import (
    QUOTES,
    add_quote,
    agree_to_quote,
    decline_quote,
    remove_quote,
    take_back_quote,
    take_quote,
)
from comms.services.release import release_issue
from comms.updates import sheet
from comms.updates.content import digest_of
from comms.updates.draft import told_sections
from comms.updates.render import preview, render_issues
from members.errors import RecordElsewhere
from members.models import AuditEntry
from tasks.models import CheckInCycle, CheckInState, SeenBy
from tests.comms.drafts import content, make_issue
from tests.factories.checkins import CheckInFactory, WinFactory
from tests.factories.comments import CommentFactory
from tests.factories.comms import QuoteFactory
from tests.factories.feedback import FeedbackFactory
from tests.factories.members import MembershipFactory, PersonFactory
from tests.factories.tasks import TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]
WORDS = "A driver switched off his engine and asked my daughter to explain the sign."


@pytest.fixture(autouse=True)
def _fresh_sheets():
    sheet.shared_part.cache_clear()


@pytest.fixture
def issue(harbor) -> Issue:
    return make_issue(harbor, told=content("One"), subject="Seven schools")


def stored(issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


def ask(issue, by, speaker, words=WORDS, **more) -> Quote:
    given = {"words": words, "signed": "A mother", "speaker": speaker}
    return add_quote(issue=issue, **given, by=acting(by), **more)


def agreed(issue, by, member, words=WORDS) -> Quote:
    quote = ask(issue, by, member.person)
    return agree_to_quote(quote=quote, words=words, by=acting(member))


def seen(issue, reader) -> str:
    mail = preview(stored(issue), reader.person, within=Circle.STEERING)
    return mail.html + " ".join(mail.text.split())


def mail_to_speaker(quote, by) -> Words | Skip:
    queue_notices(timezone.now())
    row = Delivery.objects.get(kind=QUOTE, source=str(quote.pk))
    return KINDS[QUOTE].write([row])[row.pk]


def let_go(issue, by) -> list[Delivery]:
    issue = stored(issue)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(by))
    release_issue(issue=stored(issue), now=timezone.now(), at_once=True, by=acting(by))
    return list(Delivery.objects.filter(issue=issue, status="queued"))


def test_the_speaker_is_asked_once_with_the_very_words(issue, alice, bob):
    quote = ask(issue, alice, bob.person)
    assert queue_notices(timezone.now()) == 1
    assert queue_notices(timezone.now()) == 0
    words = mail_to_speaker(quote, alice)
    assert isinstance(words, Words)
    assert (words.quote, words.quoted) == (WORDS, "A mother")
    assert words.url.endswith(quote.link.path)


@pytest.mark.parametrize("state", QuoteState)
def test_only_words_that_were_agreed_to_stand_in_the_mail(issue, alice, bob, state):
    quote = ask(issue, alice, bob.person)
    by = acting(bob)
    if state == QuoteState.DECLINED:
        decline_quote(quote=quote, by=by)
    elif state != QuoteState.ASKED:
        agree_to_quote(quote=quote, words=WORDS, by=by)
    if state == QuoteState.TAKEN_BACK:
        take_back_quote(quote=quote, by=by)
    assert Quote.objects.get().state == state
    assert seen(issue, alice).count(WORDS) == (2 if state == QuoteState.AGREED else 0)


def test_a_quote_is_shown_whole_and_signed_in_both_forms(issue, alice, bob):
    long = "so " * 130 + "long"
    agreed(issue, alice, bob, words=long)
    assert seen(issue, alice).count(f"“{long}”") == 2
    assert "-- A mother" in seen(issue, alice)


def test_the_speaker_may_choose_other_words(issue, alice, bob):
    quote = agreed(issue, alice, bob, words="He switched off his engine.")
    quote.refresh_from_db()
    assert (quote.words, quote.asked_words) == ("He switched off his engine.", WORDS)
    assert WORDS not in seen(issue, alice)
    assert "He switched off his engine." in seen(issue, alice)


def test_a_no_can_become_a_yes_while_it_is_a_draft(issue, alice, bob):
    quote = ask(issue, alice, bob.person)
    decline_quote(quote=quote, by=acting(bob))
    agree_to_quote(quote=quote, words=WORDS, by=acting(bob))
    assert WORDS in seen(issue, alice)


def test_what_was_taken_back_stays_so(issue, alice, bob):
    quote = agreed(issue, alice, bob)
    take_back_quote(quote=quote, by=acting(bob))
    take_back_quote(quote=quote, by=acting(bob))
    with pytest.raises(QuoteAnswered):
        agree_to_quote(quote=quote, words=WORDS, by=acting(bob))
    with pytest.raises(QuoteAnswered):
        decline_quote(quote=quote, by=acting(bob))


def test_a_quote_is_part_of_what_is_approved(issue, alice, bob):
    before = stored(issue).content_sha256
    agreed(issue, alice, bob)
    changed = stored(issue)
    assert changed.content_sha256 == digest_of(changed) != before


def test_a_yes_after_the_approval_is_left_out_until_it_is_taken_in(issue, alice, bob):
    quote = ask(issue, alice, bob.person)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    agree_to_quote(quote=quote, words=WORDS, by=acting(bob))
    assert stored(issue).state == IssueState.APPROVED
    assert WORDS not in seen(issue, alice)
    take_quote(quote=quote, by=acting(alice))
    assert stored(issue).state == IssueState.AWAITING_APPROVAL
    assert WORDS in seen(issue, alice)


def test_a_yes_after_the_release_is_too_late(issue, alice, bob):
    quote = ask(issue, alice, bob.person)
    let_go(issue, alice)
    with pytest.raises(TooLateForQuote):
        agree_to_quote(quote=quote, words=WORDS, by=acting(bob))
    assert isinstance(mail_to_speaker_after(quote), Skip)


def mail_to_speaker_after(quote) -> Words | Skip:
    row = Delivery(pk=1, kind=QUOTE, source=str(quote.pk))
    return KINDS[QUOTE].write([row])[1]


def test_taking_it_back_reaches_what_waits_and_keeps_the_approval(issue, alice, bob):
    quote = agreed(issue, alice, bob)
    rows = let_go(issue, alice)
    take_back_quote(quote=quote, by=acting(bob))
    sent = stored(issue)
    assert sent.approved_sha256 == sent.content_sha256 == digest_of(sent)
    for mail in render_issues(rows).values():
        assert isinstance(mail, RenderedMail)
        assert b"switched off" not in mail.content
        assert mail.withdrawn == 1
    told = told_sections(sent, Circle.STEERING)
    assert not [part for part in told if part.section.kind == "voices"]


def test_consent_is_for_one_issue(issue, alice, bob, harbor):
    agreed(issue, alice, bob)
    live = make_issue(harbor, IssueState.PLANNED, period=9)
    fold_into(live)
    assert live.quoted == []


def test_whoever_has_an_address_is_asked_themselves(issue, alice, bob):
    with pytest.raises(AskThem):
        ask(issue, alice, bob.person, agreed_how="by phone")


@pytest.mark.parametrize("known", (True, False))
def test_for_others_it_is_written_down_how_they_agreed(issue, alice, harbor, known):
    speaker = PersonFactory(coalition=harbor, email=None) if known else None
    with pytest.raises(SayHowTheyAgreed):
        ask(issue, alice, speaker)
    how = {"agreed_how": "by phone", "agreed_on": timezone.localdate()}
    quote = ask(issue, alice, speaker, **how)
    assert quote.state == QuoteState.AGREED
    assert WORDS in seen(issue, alice)


def test_the_database_wants_somebody_who_agreed(issue):
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteFactory(issue=issue, speaker=None)


def test_a_coordinator_removes_a_quote_while_it_is_a_draft(issue, alice, bob):
    quote = agreed(issue, alice, bob)
    remove_quote(quote=quote, by=acting(alice))
    assert stored(issue).quoted == []
    assert not Quote.objects.exists()
    other = agreed(issue, alice, bob)
    let_go(issue, alice)
    with pytest.raises(IssueMoved):
        remove_quote(quote=other, by=acting(alice))


def test_nobody_rewords_what_somebody_agreed_to(issue, alice, bob):
    quote = agreed(issue, alice, bob)
    with pytest.raises(WordsAreTheirs):
        reword_item(issue=issue, key=quote.key, words="x", note="", by=acting(alice))


def test_a_few_are_enough_and_a_no_makes_room(issue, alice, bob):
    quotes = [ask(issue, alice, bob.person) for _n in range(QUOTES)]
    with pytest.raises(TooManyQuotes):
        ask(issue, alice, bob.person)
    decline_quote(quote=quotes[0], by=acting(bob))
    ask(issue, alice, bob.person)


def test_somebody_of_elsewhere_cannot_be_quoted(issue, alice, charlie):
    with pytest.raises(RecordElsewhere):
        ask(issue, alice, charlie.person)


def test_each_step_leaves_a_trace(issue, alice, bob):
    quote = agreed(issue, alice, bob)
    take_back_quote(quote=quote, by=acting(bob))
    steps = AuditEntry.objects.filter(model="comms.quote", target_pk=str(quote.pk))
    assert list(steps.order_by("pk").values_list("action", "actor__full_name")) == [
        ("ask", "Alice Adams"),
        ("agree", "Bob Brown"),
        ("take_back", "Bob Brown"),
    ]


def test_only_what_all_may_read_is_offered(harbor, bob):
    open_words = FeedbackFactory(coalition=harbor, author=bob.person, text="Openly")
    FeedbackFactory(coalition=harbor, author=bob.person, hidden=True, text="Privately")
    found = quotable(timezone.now())
    assert [(each.source, each.words) for each in found] == [
        (f"feedback:{open_words.pk}", "Openly")
    ]


def test_a_comment_is_offered_as_readers_see_it(harbor, bob):
    task = TaskFactory(goal__coalition=harbor)
    CommentFactory(task=task, author=bob.person, text="Come **at seven** & knock")
    assert [each.words for each in quotable(timezone.now())] == [
        "Come at seven & knock"
    ]


def test_of_a_check_in_only_what_all_may_read_is_offered(harbor, bob):
    said = CheckInFactory(
        coalition=harbor,
        cycle__schedule__coalition=harbor,
        cycle__hurdle_seen_by=SeenBy.LEADS,
        cycle__ask_seen_by=SeenBy.COORDINATORS,
        person=bob.person,
        state=CheckInState.ANSWERED,
        answered_at=timezone.now(),
        progress="Two schools signed",
        hurdle="The mayor stalls",
        ask="A van",
        win="A third school",
    )
    found = {each.source: each.words for each in quotable(timezone.now())}
    assert found == {
        f"check_in:{said.pk}:progress": "Two schools signed",
        f"check_in:{said.pk}:win": "A third school",
    }
    CheckInCycle.objects.update(hurdle_seen_by=SeenBy.MEMBERS)
    later = {each.words: each for each in quotable(timezone.now())}
    assert later["The mayor stalls"].where == "A check-in: what is in the way"
    win = WinFactory(check_in=said, person=bob.person, words="A third school says yes")
    sources = {each.source for each in quotable(timezone.now())}
    assert f"win:{win.pk}" in sources
    assert f"check_in:{said.pk}:win" not in sources


def test_what_was_said_long_ago_or_elsewhere_is_not_offered(harbor, bob, charlie):
    for member, ago in ((bob, 70), (charlie, 1)):
        CheckInFactory(
            coalition=member.coalition,
            cycle__schedule__coalition=member.coalition,
            person=member.person,
            state=CheckInState.ANSWERED,
            answered_at=timezone.now() - timedelta(days=ago),
            progress="Two schools signed",
        )
    assert not quotable(timezone.now())


@pytest.mark.parametrize("many", (1, 3))
def test_what_can_be_quoted_takes_four_statements(harbor, bob, many):
    for _n in range(many):
        CheckInFactory(
            coalition=harbor,
            cycle__schedule__coalition=harbor,
            person=bob.person,
            state=CheckInState.ANSWERED,
            answered_at=timezone.now(),
            progress="Two schools signed",
            win="A third school",
        )
    with CaptureQueriesContext(connection) as asked:
        assert len(quotable(timezone.now())) == 2 * many
    assert len(asked) == 4


@pytest.mark.parametrize("many", (1, 3))
def test_the_statements_do_not_grow_with_quotes(issue, alice, harbor, many):
    for _n in range(many):
        member = MembershipFactory(coalition=harbor)
        agreed(issue, alice, member)
    rows = let_go(issue, alice)
    with CaptureQueriesContext(connection) as asked:
        render_issues(rows)
    assert len(asked) == 11
    quote = Quote.objects.first()
    assert quote
    assert replace(quote.link, version=2).path != quote.link.path


def test_a_question_goes_stale(issue, alice, bob):
    quote = ask(issue, alice, bob.person)
    Quote.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert queue_notices(timezone.now()) == 0
    assert quote.state == QuoteState.ASKED
