"""Claims, the fence, the proof, and what each verdict does to a message."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import InternalError, OperationalError, connection
from django.utils import timezone

from comms.models import (
    Delivery,
    DeliveryStatus,
    DomainState,
    IssueState,
    Lane,
    Suppression,
    TransportState,
)
from comms.sending.addresses import address_hash
from comms.sending.claims import SENDABLE_STATES, claim, is_anything_due, release
from comms.sending.fence import fence
from comms.sending.outbox import patiently, prove
from comms.sending.rendering import Letter
from comms.sending.replies import Phase, Reply
from comms.sending.settle import note_unknown, settle
from members.models.membership import MembershipState
from tests.factories.comms import IssueFactory
from tests.factories.members import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]

LETTER = Letter(b"Subject: Hi\r\n\r\nHello\r\n", "approved")
HOUR = timedelta(hours=1)


def take(lane=Lane.BULK, *, limit=40, paced=False):
    return claim(lane=lane, owner="me", limit=limit, paced=paced)


@pytest.fixture
def claimed(queued):
    """Return a function that queues a message and claims it."""

    def make(**fields):
        queued(**fields)
        (delivery,) = take().deliveries
        return delivery

    return make


@pytest.fixture
def issue(harbor):
    return IssueFactory(
        coalition=harbor,
        state=IssueState.RELEASED,
        content_sha256="approved",
        approved_sha256="approved",
    )


def reread(delivery):
    return Delivery.objects.get(pk=delivery.pk)


# The claim


def test_claim_takes_what_is_due_longest_first_and_only_once(queued):
    now = timezone.now()
    late = queued(not_before=now - HOUR)
    early = queued(not_before=now - 2 * HOUR)
    queued(not_before=now + HOUR)
    first = take()
    assert [row.pk for row in first.deliveries] == [early.pk, late.pk]
    assert take().deliveries == []
    assert {row.claim_token for row in Delivery.objects.filter(owner="me")} == {
        first.token
    }


def test_claim_takes_no_more_than_asked(queued):
    for _ in range(3):
        queued()
    assert len(take(limit=2).deliveries) == 2


def test_claim_keeps_to_its_lane(queued):
    fast = queued(lane=Lane.FAST)
    queued()
    assert [row.pk for row in take(Lane.FAST).deliveries] == [fast.pk]


def test_claim_leaves_what_has_expired(queued):
    queued(expires_at=timezone.now() - HOUR)
    assert take().deliveries == []
    assert not is_anything_due(Lane.BULK)


@pytest.mark.parametrize(
    "state", tuple(state for state in IssueState if state not in SENDABLE_STATES)
)
def test_claim_leaves_an_issue_that_is_not_released(queued, issue, state):
    queued(issue=issue)
    type(issue).objects.update(state=state)
    assert take().deliveries == []


def test_claim_leaves_a_paused_coalition_to_itself(queued, harbor):
    queued()
    harbor.mail_paused_at = timezone.now()
    harbor.save()
    assert take().deliveries == []


@pytest.mark.parametrize("field", ("paused_at", "blocked_until"))
def test_claim_takes_nothing_while_all_mail_is_stopped(queued, field):
    queued()
    TransportState.objects.create(**{field: timezone.now() + HOUR})
    assert take().deliveries == []
    assert not is_anything_due(Lane.BULK)


def test_claim_takes_one_as_a_probe_after_trouble(queued):
    queued(), queued()
    TransportState.objects.create(fail_streak=3, blocked_until=timezone.now())
    assert len(take().deliveries) == 1


def test_claim_passes_over_a_blocked_domain(queued):
    queued("bob@slow.example")
    other = queued("bob@quick.example")
    DomainState.objects.create(
        domain="slow.example", blocked_until=timezone.now() + HOUR
    )
    assert [row.pk for row in take().deliveries] == [other.pk]


def test_claim_keeps_to_the_rate_of_the_installation(queued, settings):
    settings.MAIL_RATE_PER_MINUTE, settings.MAIL_DOMAIN_RATE_PER_MINUTE = 12, 0
    for _ in range(5):
        queued()
    assert len(take(paced=True).deliveries) == 2
    again = take(paced=True)
    assert (again.deliveries, again.throttled) == ([], True)


def test_claim_keeps_to_the_rate_of_a_domain_and_fills_up_from_others(queued, settings):
    settings.MAIL_RATE_PER_MINUTE, settings.MAIL_DOMAIN_RATE_PER_MINUTE = 0, 12
    for _ in range(5):
        queued("bob@big.example")
    queued("bob@small.example")
    domains = [row.domain for row in take(paced=True, limit=5).deliveries]
    assert sorted(domains) == ["big.example"] * 2 + ["small.example"]
    assert take(paced=True).throttled


def test_rates_fill_up_again(queued, settings):
    settings.MAIL_RATE_PER_MINUTE = settings.MAIL_DOMAIN_RATE_PER_MINUTE = 6
    queued(), queued()
    assert len(take(paced=True).deliveries) == 1
    long_ago = timezone.now() - HOUR
    TransportState.objects.update(refilled_at=long_ago)
    DomainState.objects.update(refilled_at=long_ago)
    assert len(take(paced=True).deliveries) == 1


@pytest.mark.parametrize("paced", (True, False))
def test_what_is_long_overdue_gets_a_fifth_while_other_mail_waits(
    queued, settings, paced
):
    settings.MAIL_RATE_PER_MINUTE = settings.MAIL_DOMAIN_RATE_PER_MINUTE = 600
    now = timezone.now()
    late = {queued(not_before=now - 7 * HOUR).pk for _ in range(30)}
    fresh = {queued(not_before=now - HOUR).pk for _ in range(12)}
    first = {row.pk for row in take(paced=paced, limit=10).deliveries}
    assert (len(first & late), len(first & fresh)) == (2, 8)
    second = {row.pk for row in take(paced=paced, limit=10).deliveries}
    assert (len(second & late), len(second & fresh)) == (6, 4)
    assert len(take(paced=paced, limit=10).deliveries) == 10


def test_a_domain_that_was_annoyed_gets_half_the_pace_and_it_grows_back(
    queued, claimed, settings
):
    settings.MAIL_RATE_PER_MINUTE, settings.MAIL_DOMAIN_RATE_PER_MINUTE = 0, 24
    settle(claimed(), said(421, "4.7.0 Too fast"))
    DomainState.objects.update(blocked_until=None)
    for _ in range(9):
        queued()
    assert len(take(paced=True).deliveries) == 2
    an_hour_ago = timezone.now() - HOUR
    DomainState.objects.update(slowed_at=an_hour_ago, refilled_at=an_hour_ago)
    assert len(take(paced=True).deliveries) == 4


def test_a_server_that_says_too_fast_gets_half_the_pace(queued, claimed, settings):
    settings.MAIL_RATE_PER_MINUTE, settings.MAIL_DOMAIN_RATE_PER_MINUTE = 24, 0
    settle(claimed(), said(432, "4.3.2 Concurrent connections", Phase.CONNECT))
    assert TransportState.objects.get().slowed_to == 12


def test_release_puts_back_only_what_was_not_begun(queued):
    queued(), queued()
    claimed = take()
    assert fence(claimed.deliveries[0], LETTER) is None
    assert release(claimed) == 1
    assert [row.status for row in Delivery.objects.order_by("id")] == [
        DeliveryStatus.SENDING,
        DeliveryStatus.QUEUED,
    ]


def test_release_keeps_what_was_begun_though_the_database_forgot_it(queued):
    queued(), queued()
    claimed = take()
    begun = claimed.deliveries[0].pk
    assert release(claimed, begun={begun}) == 1
    assert Delivery.objects.get(pk=begun).status == DeliveryStatus.SENDING


@pytest.mark.parametrize("count", (1, 3))
def test_claim_asks_the_same_number_of_questions(
    queued, count, settings, django_assert_num_queries
):
    settings.MAIL_RATE_PER_MINUTE = settings.MAIL_DOMAIN_RATE_PER_MINUTE = 600
    TransportState.objects.create()
    for n in range(count):
        queued(f"bob@{n}.example")
    with django_assert_num_queries(12):
        take(paced=True)


# The fence


def test_fence_marks_the_moment_and_what_is_sent(claimed):
    delivery = claimed()
    assert fence(delivery, LETTER) is None
    after = reread(delivery)
    assert after.data_started_at
    assert after.render_size == len(LETTER.content)
    assert len(after.render_sha256) == 64


def planned():
    """Return what this session of PostgreSQL has planned to run again and again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="plans in no time")
def test_what_every_message_needs_is_planned_once(transactional_db, claimed):
    connection.close()
    for _ in range(3):
        delivery = claimed()
        assert fence(delivery, LETTER) is None
        settle(delivery, said(250, "2.0.0 Ok", Phase.END))
    assert len(planned()) == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="always flushes")
def test_fence_leaves_flushing_to_the_next_claim(transactional_db, claimed):
    delivery = claimed()
    connection.close()
    assert fence(delivery, LETTER) is None
    assert "'synchronous_commit', 'off', true" in planned()[0]
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


def test_fence_refuses_what_is_no_longer_ours(claimed):
    delivery = claimed()
    Delivery.objects.update(claim_token="0b0e3cf4-6d0a-4f3c-9a1c-2d1b5a0e7c11")
    refusal = fence(delivery, LETTER)
    assert refusal
    assert refusal.lost


def pause_all(delivery):
    TransportState.objects.update(paused_at=timezone.now())


def pause_coalition(delivery):
    type(delivery.coalition).objects.update(mail_paused_at=timezone.now())


def pause_issue(delivery):
    type(delivery.issue).objects.update(state=IssueState.PAUSED)


def approve_another_form(delivery):
    type(delivery.issue).objects.update(content_sha256="b", approved_sha256="b")


def erase(delivery):
    type(delivery.person).objects.update(erased_at=timezone.now())


def withdraw_consent(delivery):
    type(delivery.person).objects.update(consent_digest=False)


def suspend(delivery):
    MembershipFactory(
        coalition=delivery.coalition,
        person=delivery.person,
        state=MembershipState.SUSPENDED,
    )


def suppress(delivery):
    Suppression.objects.create(
        coalition=delivery.coalition,
        addr_hmac=address_hash(delivery.to_norm),
        reason="unsubscribed",
    )


def suppress_everywhere(delivery):
    Suppression.objects.create(
        addr_hmac=address_hash(delivery.to_norm), reason="complaint"
    )


@pytest.mark.parametrize(
    ("event", "reason", "ends"),
    (
        (pause_all, "transport_paused", False),
        (pause_coalition, "coalition_paused", False),
        (pause_issue, "issue_not_released", False),
        (approve_another_form, "issue_not_released", False),
        (erase, "erased", True),
        (withdraw_consent, "no_consent", True),
        (suspend, "not_a_member", True),
        (suppress, "suppressed", True),
        (suppress_everywhere, "suppressed", True),
    ),
)
def test_fence_sees_what_happened_since_the_claim(claimed, issue, event, reason, ends):
    delivery = claimed(issue=issue)
    event(delivery)
    refusal = fence(delivery, LETTER)
    assert refusal
    assert (refusal.reason, refusal.ends) == (reason, ends)
    assert reread(delivery).data_started_at is None


def test_fence_ignores_suppressions_that_are_lifted_or_of_another_coalition(
    claimed, issue, charlie
):
    delivery = claimed(issue=issue)
    suppress(delivery)
    Suppression.objects.update(lifted_at=timezone.now())
    Suppression.objects.create(
        coalition=charlie.coalition,
        addr_hmac=address_hash(delivery.to_norm),
        reason="unsubscribed",
    )
    assert fence(delivery, LETTER) is None


def test_fence_knows_a_suppression_made_with_the_key_before(claimed, settings):
    delivery = claimed()
    suppress(delivery)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key " * 6
    assert fence(delivery, LETTER)


def test_sign_in_mail_reaches_an_address_that_bounced_but_not_an_erased_one(queued):
    sign_in = {"coalition": None, "person": None, "lane": Lane.FAST}
    queued(**sign_in)
    (delivery,) = take(Lane.FAST).deliveries
    Suppression.objects.create(
        addr_hmac=address_hash(delivery.to_norm), reason="hard_bounce"
    )
    assert fence(delivery, LETTER) is None
    Suppression.objects.create(
        addr_hmac=address_hash(delivery.to_norm), reason="erased"
    )
    assert fence(delivery, LETTER)


# The proof


@pytest.mark.parametrize("status", ("sending", "queued", "held"))
def test_proof_beats_the_token(claimed, status):
    delivery = claimed(secret=b"code")
    if status != "sending":
        Delivery.objects.update(
            status=status, claim_token=None, owner="", lease_until=None
        )
    prove(delivery.pk, "250 2.0.0 Ok")
    after = reread(delivery)
    assert (after.status, after.reply) == ("sent", "250 2.0.0 Ok")
    assert after.accepted_at
    assert after.secret is None
    assert [event.kind for event in after.events.all()] == ["sent"]


def test_proof_of_a_repeat_is_recorded_and_changes_nothing(claimed):
    delivery = claimed()
    prove(delivery.pk, "250 first")
    prove(delivery.pk, "250 second")
    after = reread(delivery)
    assert after.reply == "250 first"
    assert [event.kind for event in after.events.all()] == ["sent", "sent_again"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="always flushes")
@pytest.mark.parametrize("written", (True, False))
def test_a_proof_leaves_flushing_to_the_next_claim_only_when_the_journal_has_it(
    transactional_db, claimed, settings, written
):
    delivery = claimed()
    if not written:
        settings.VAR_DIR = Path("gone")
    connection.close()
    settle(delivery, said(250, "2.0.0 Ok", Phase.END))
    proof = next(sql for sql in planned() if "WITH proven" in sql)
    assert ("synchronous_commit" in proof) == written
    after = reread(delivery)
    assert (after.status, after.events.get().kind) == ("sent", "sent")
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


def test_patience_outlasts_a_database_that_is_away(transactional_db):
    troubles = [OperationalError("away"), InternalError("only to be read")]
    answers = iter([*troubles, "written"])

    def write():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert patiently(write) == "written"


# The verdicts


def said(code, text, phase=Phase.RECIPIENT):
    return Reply(code, text, phase)


def test_a_refusal_for_now_waits_and_counts(claimed):
    delivery = claimed()
    settle(delivery, said(451, "4.3.0 Later"))
    after = reread(delivery)
    assert (after.status, after.attempts) == ("queued", 1)
    assert after.reply == "451 4.3.0 Later"
    assert (
        timedelta(minutes=3) < after.not_before - timezone.now() < timedelta(minutes=7)
    )


def test_a_refusal_for_now_is_final_when_the_time_is_over_by_then(claimed):
    delivery = claimed(expires_at=timezone.now() + timedelta(minutes=2))
    settle(delivery, said(451, "4.3.0 Later"))
    after = reread(delivery)
    assert (after.status, after.reply) == ("failed", "451 4.3.0 Later")


def test_a_domain_that_is_annoyed_gets_a_pause_that_doubles(claimed):
    for minutes in (1, 2):
        delivery = claimed()
        settle(delivery, said(421, "4.7.0 Too fast"))
        state = DomainState.objects.get(domain="example.org")
        pause = state.blocked_until - timezone.now()
        assert minutes * 60 - 30 < pause.total_seconds() <= minutes * 60
        DomainState.objects.update(blocked_until=None)


def test_a_server_in_trouble_costs_no_attempt_and_opens_the_breaker(claimed):
    for _ in range(3):
        delivery = claimed()
        settle(delivery, Reply(0, "Connection refused", Phase.CONNECT))
        after = reread(delivery)
        assert (after.status, after.attempts) == ("queued", 0)
        Delivery.objects.update(not_before=timezone.now() + HOUR)
    state = TransportState.objects.get()
    assert state.fail_streak == 3
    assert state.blocked_until > timezone.now()


def test_a_message_on_which_the_link_breaks_makes_room_for_others(claimed):
    delivery = claimed()
    settle(delivery, Reply(0, "Connection reset", Phase.RECIPIENT))
    assert reread(delivery).not_before > timezone.now() + timedelta(seconds=50)


def test_a_person_who_is_not_there_is_suppressed_in_this_coalition(claimed, harbor):
    delivery = claimed(secret=b"code")
    settle(delivery, said(550, "5.1.1 No such user"))
    after = reread(delivery)
    assert (after.status, after.secret) == ("failed", None)
    suppression = Suppression.objects.get()
    assert suppression.reason == "hard_bounce"
    assert suppression.coalition == harbor
    assert suppression.addr_hmac == address_hash("bob@example.org")


def test_a_spam_verdict_gets_one_more_try_and_switches_nobody_off(claimed):
    delivery = claimed()
    settle(delivery, said(554, "5.7.1 Spam", Phase.END))
    assert reread(delivery).status == "queued"
    Delivery.objects.update(not_before=timezone.now())
    (delivery,) = take().deliveries
    settle(delivery, said(554, "5.7.1 Spam", Phase.END))
    assert reread(delivery).status == "failed"
    assert not Suppression.objects.exists()


def test_five_spam_verdicts_in_a_row_pause_the_issue(queued, issue):
    for n in range(5):
        queued(f"p{n}@example.org", issue=issue)
    for delivery in take().deliveries:
        issue.refresh_from_db()
        assert issue.state == IssueState.RELEASED
        settle(delivery, said(554, "5.7.1 Spam", Phase.END))
    issue.refresh_from_db()
    assert issue.state == IssueState.PAUSED
    assert issue.hold_reason


@pytest.mark.parametrize(
    "reply",
    (
        Reply(535, "5.7.8 Bad credentials", Phase.CONNECT),
        Reply(550, "5.7.26 Unauthenticated", Phase.END),
    ),
)
def test_a_wrong_configuration_stops_all_mail_and_burns_nobody(claimed, reply):
    delivery = claimed()
    settle(delivery, reply)
    after = reread(delivery)
    assert (after.status, after.attempts) == ("queued", 0)
    state = TransportState.objects.get()
    assert state.paused_at
    assert state.reason == str(reply)


def test_a_message_that_is_too_big_is_held(claimed):
    delivery = claimed()
    settle(delivery, said(552, "5.3.4 Too big", Phase.END))
    after = reread(delivery)
    assert (after.status, after.reason) == ("held", "content_error")


def test_an_unknown_outcome_waits_and_the_third_is_held(claimed, settings):
    settings.MAIL_UNCERTAIN_DELAY_SECONDS = 1800
    delivery = claimed()
    for count in (1, 2):
        settle(delivery, Reply(0, "timed out", Phase.END))
        after = reread(delivery)
        assert (after.status, after.uncertain) == ("queued", count)
        assert after.not_before > timezone.now() + timedelta(minutes=29)
        Delivery.objects.update(not_before=timezone.now())
        (delivery,) = take().deliveries
    note_unknown(delivery, "the worker died")
    after = reread(delivery)
    assert (after.status, after.uncertain, after.reason) == ("held", 3, "uncertain")
