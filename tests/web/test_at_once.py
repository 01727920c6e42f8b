"""Two tabs or two workers do the same at the same moment: one takes effect, whole.

The cases of an area share one database: to empty it takes longer than any of them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from coalition.common.errors import DomainError
from coalition.common.tenancy import scope
from comms.models import A_MONTH, FeedbackBox, FeedbackPeriod, Issue, IssueState
from comms.services.anonymous import create_anonymous
from comms.services.feedback import (
    A_DAY,
    Changed,
    close_feedback,
    create_feedback,
    second_feedback,
)
from comms.services.issues import approve_issue, edit_issue, recall_issue
from comms.services.quotes import agree_to_quote
from comms.services.release import release_issue
from members.models import AuditEntry, Coalition, Membership
from tasks.models import Ask, CheckIn, Hurdle, TaskWord
from tasks.services.asks import offer_help
from tasks.services.assignments import (
    accept_assignment,
    assign,
    restore_assignment,
    withdraw_assignment,
)
from tasks.services.checkins import Said, answer_check_in, hand_over_check_in
from tasks.services.consultations import answer_consultation, withdraw_consultation
from tasks.services.cycles import close_due_cycles
from tasks.services.hurdles import answer_hurdle
from tasks.services.naming import name_person
from tasks.services.proposals import settle_task_report
from tasks.services.tasks import complete_task
from tasks.services.terms import give_role
from tasks.services.wins import reach_with_win
from tests.comms.drafts import make_issue
from tests.factories.checkins import (
    AskFactory,
    CheckInCycleFactory,
    CheckInFactory,
    HurdleFactory,
    RoleFactory,
    TaskReportFactory,
)
from tests.factories.comms import QuoteFactory
from tests.factories.feedback import FeedbackFactory
from tests.factories.goals import MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, ConsultationFactory, TaskFactory
from tests.utils import acting

DONE, TABS = "done", 4
A_DAY_LONG = timedelta(days=1)


@dataclass(frozen=True)
class People:
    here: Coalition
    alice: Membership
    bob: Membership
    vera: Membership

    def together(self, *acts: Callable[[], object]) -> Counter[str]:
        """Let each begin at the same moment; return how they ended, by name."""
        barrier, ended = Barrier(len(acts)), []

        def work(act):
            try:
                with scope(coalition=self.here):
                    barrier.wait()
                    act()
                ended.append(DONE)
            except DomainError as refusal:
                ended.append(type(refusal).__name__)
            finally:
                connection.close()

        threads = [Thread(target=work, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ended) == len(acts)
        return Counter(ended)

    def check_in(self, **fields):
        now = timezone.now()
        cycle = CheckInCycleFactory(
            schedule__coalition=self.here,
            opens_at=now - A_DAY_LONG,
            closes_at=now + A_DAY_LONG,
        )
        return CheckInFactory(cycle=cycle, person=self.bob.person, **fields)

    def task(self):
        return TaskFactory(goal__coalition=self.here)

    def asked(self, **fields):
        return AssignmentFactory(task=self.task(), letter="R", **fields)


def in_tabs(service, name, row, by, tabs=TABS, **kwargs):
    """Return the same act in several tabs; each has read the row before."""
    rows = [type(row)._base_manager.get(pk=row.pk) for _ in range(tabs)]
    return [lambda r=r: service(**{name: r}, by=acting(by), **kwargs) for r in rows]


def trail(record, action):
    rows = AuditEntry._base_manager.filter(model=record._meta.label_lower)
    return rows.filter(target_pk=str(record.pk), action=action).count()


def fresh(record):
    return type(record)._base_manager.get(pk=record.pk)


# Parts of the plan


def a_part_is_accepted_once(we):
    part = we.asked(person=we.bob.person)
    ended = we.together(*in_tabs(accept_assignment, "assignment", part, we.bob))
    assert ended == {DONE: 1, "AnsweredAlready": TABS - 1}
    assert (fresh(part).status, trail(part, "accept")) == ("accepted", 1)


def a_partner_names_one(we):
    partner = PartnerFactory(coalition=we.here)
    for speaker in (we.bob, we.vera):
        AffiliationFactory(partner=partner, person=speaker.person)
    part = we.asked(person=None, partner=partner)
    tabs = [
        in_tabs(name_person, "assignment", part, who, 2, person=who.person)
        for who in (we.bob, we.vera)
    ]
    ended = we.together(*tabs[0], *tabs[1])
    assert ended == {DONE: 1, "AnsweredAlready": 3}
    assert trail(part, "name") == 1


def one_is_accountable(we):
    task, by = we.task(), acting(we.alice)
    people = (we.alice.person, we.bob.person, we.vera.person)
    ended = we.together(
        *(lambda p=p: assign(task=task, letter="A", person=p, by=by) for p in people)
    )
    assert ended == {DONE: 1, "SomebodyIsAccountable": 2}


def what_was_taken_off_comes_back_once(we):
    part, by = we.asked(person=we.bob.person), acting(we.alice)
    with scope(coalition=we.here):
        entry = withdraw_assignment(assignment=part, by=by)
    ended = we.together(*[lambda: restore_assignment(entry=entry, by=by)] * TABS)
    assert ended == {DONE: 1, "RecordIsBack": TABS - 1}
    assert trail(part, "restore") == 1


def the_last_seat_is_given_once(we):
    role = RoleFactory(coalition=we.here, seats=1, permissions=["updates.view"])
    given = {"role": role, "from_on": timezone.localdate(), "by": acting(we.alice)}
    people = (we.alice.person, we.bob.person, we.vera.person)
    ended = we.together(*(lambda p=p: give_role(person=p, **given) for p in people))
    assert ended == {DONE: 1, "NoSeatLeft": 2}


def a_question_is_answered_or_taken_back(we):
    task = we.task()
    AssignmentFactory(task=task, person=we.bob.person, letter="C")
    asked = ConsultationFactory(task=task, person=we.bob.person)
    ended = we.together(
        *in_tabs(answer_consultation, "consultation", asked, we.bob, 1, answer="Yes"),
        *in_tabs(withdraw_consultation, "consultation", asked, we.alice, 1),
    )
    assert ended[DONE] == 1
    assert ended.keys() <= {DONE, "QuestionIsOver", "RecordGone"}


# Check-ins


def what_was_reported_is_settled_once(we):
    report = TaskReportFactory(
        check_in=we.check_in(), task=we.task(), word=TaskWord.DONE
    )
    ended = we.together(
        *in_tabs(settle_task_report, "report", report, we.alice, 2, agrees=True),
        *in_tabs(settle_task_report, "report", report, we.alice, 2, agrees=False),
    )
    assert ended == {DONE: 1, "SettledAlready": 3}
    assert bool(fresh(report.task).done_at) == fresh(report).agreed


def a_yes_and_done_do_not_block_each_other(we):
    report = TaskReportFactory(
        check_in=we.check_in(), task=we.task(), word=TaskWord.DONE
    )
    ended = we.together(
        *in_tabs(settle_task_report, "report", report, we.alice, 2, agrees=True),
        *in_tabs(complete_task, "task", report.task, we.alice, 2),
    )
    assert ended.keys() <= {DONE, "SettledAlready", "TaskIsDone"}
    assert trail(report.task, "complete") == 1


def an_answer_by_two_ways_opens_one_hurdle(we):
    check_in = we.check_in()
    said = Said(progress="Two schools", hurdle="No room", ask="A room")
    tabs = in_tabs(answer_check_in, "check_in", check_in, we.bob, said=said)
    assert we.together(*tabs) == {DONE: TABS}
    for model in (Hurdle, Ask):
        assert model._base_manager.filter(check_in=check_in).count() == 1


def a_check_in_goes_to_one_other(we):
    partner, check_in = PartnerFactory(coalition=we.here), we.check_in()
    AffiliationFactory(partner=partner, person=we.bob.person)
    other = MembershipFactory(coalition=we.here).person
    AffiliationFactory(partner=partner, person=other, kind="alternate")
    tabs = in_tabs(hand_over_check_in, "check_in", check_in, we.bob, to=other)
    assert we.together(*tabs) == {DONE: 1, "NobodyToAsk": TABS - 1}
    assert CheckIn._base_manager.filter(person=other).count() == 1


def a_round_closes_once_and_keeps_no_half_answer(we):
    check_in = we.check_in()
    later = check_in.cycle.closes_at + timedelta(seconds=1)
    said = Said(progress="At the last moment", hurdle="No room")
    ended = we.together(
        *[lambda: close_due_cycles(later)] * 3,
        *in_tabs(answer_check_in, "check_in", check_in, we.bob, 2, said=said),
    )
    assert ended.keys() <= {DONE, "CheckInIsClosed"}
    raised = Hurdle._base_manager.filter(check_in=check_in).exists()
    assert raised == bool(fresh(check_in).progress)
    assert fresh(check_in.cycle).closed_at == later


def a_hurdle_is_answered_once(we):
    hurdle = HurdleFactory(check_in=None, coalition=we.here, person=we.bob.person)
    said = {"version": hurdle.version, "answer": "Take ours"}
    ended = we.together(*in_tabs(answer_hurdle, "hurdle", hurdle, we.alice, **said))
    assert ended == {DONE: 1, "EditedMeanwhile": TABS - 1}
    assert trail(hurdle, "answer") == 1


def help_is_offered_once(we):
    given = {"person": we.bob.person, "seen_by": "members"}
    ask = AskFactory(check_in=None, coalition=we.here, **given)
    speaker = MembershipFactory(coalition=we.here)
    partner = PartnerFactory(coalition=we.here)
    AffiliationFactory(partner=partner, person=speaker.person)
    tabs = in_tabs(offer_help, "ask", ask, speaker, partner=partner)
    assert we.together(*tabs) == {DONE: TABS}
    with scope(coalition=we.here):
        assert fresh(ask).helps.count() == 1


def a_win_becomes_one_milestone(we):
    check_in = we.check_in(win="The council voted yes")
    type(check_in.cycle)._base_manager.update(win_seen_by="members")
    milestone = MilestoneFactory(goal__coalition=we.here)
    said = {"words": "The council voted yes", "milestone": milestone}
    tabs = in_tabs(reach_with_win, "check_in", check_in, we.alice, **said)
    assert we.together(*tabs) == {DONE: 1, "SettledAlready": TABS - 1}
    news = Issue._base_manager.filter(source_key__startswith=f"m:{milestone.pk}:")
    assert (news.count(), trail(milestone, "reach")) == (1, 1)


# Updates

OTHER = {"subject": "Other", "introduction": "Bye", "own_note": "", "version": 1}


def approved(we, period):
    state = {"approved_by": we.alice.person, "period": period}
    key = f"p{period:05}"
    return make_issue(we.here, IssueState.APPROVED, source_key=key, **state)


def an_update_is_approved_in_no_other_form(we):
    issue = make_issue(we.here, introduction="Hello", source_key="p00001", period=1)
    seen = {"sha256": issue.content_sha256}
    ended = we.together(
        *in_tabs(approve_issue, "issue", issue, we.alice, 3, **seen),
        *in_tabs(edit_issue, "issue", issue, we.alice, 1, **OTHER),
    )
    assert ended.keys() <= {DONE, "IssueMoved", "ContentChanged"}
    stored = fresh(issue)
    assert (stored.subject, stored.state) == ("Other", IssueState.AWAITING_APPROVAL)
    assert trail(issue, "approve") <= 1


def an_update_is_released_once_and_as_it_was_approved(we):
    issue = approved(we, 2)
    now = {"now": timezone.now(), "at_once": False}
    ended = we.together(
        *in_tabs(release_issue, "issue", issue, we.alice, 3, **now),
        *in_tabs(edit_issue, "issue", issue, we.alice, 1, **OTHER),
    )
    assert ended.keys() <= {DONE, "IssueMoved", "AlreadyReleased"}
    stored = fresh(issue)
    with scope(coalition=we.here):
        left = stored.deliveries.count()
    released = stored.state == IssueState.RELEASED
    assert trail(issue, "release") == released
    assert (stored.subject, left) == (
        (issue.subject, stored.audience_count) if released else ("Other", 0)
    )


def a_release_is_called_back_whole(we):
    issue = approved(we, 3)
    with scope(coalition=we.here):
        now = {"now": timezone.now(), "at_once": False}
        release_issue(issue=issue, by=acting(we.alice), **now)
    ended = we.together(*in_tabs(recall_issue, "issue", issue, we.alice))
    assert ended == {DONE: 1, "IssueMoved": TABS - 1}
    with scope(coalition=we.here):
        assert not fresh(issue).deliveries.exists()


def a_quote_is_agreed_to_once(we):
    issue = make_issue(we.here, source_key="p00004", period=4)
    quote = QuoteFactory(issue=issue, speaker=we.bob.person)
    tabs = in_tabs(agree_to_quote, "quote", quote, we.bob, words=quote.words)
    assert we.together(*tabs) == {DONE: 1, "QuoteAnswered": TABS - 1}
    assert len(fresh(issue).quoted) == 1


# Having a say

SAYS = {"kind": "idea", "text": "Meet at seven", "goal": None, "partner": None}


def feedback_is_closed_once(we):
    feedback = FeedbackFactory(coalition=we.here)
    answer = {"version": 1, "state": "explained", "answer": "The hall is taken."}
    more = {"changed": Changed(), "public_words": ""}
    ended = we.together(
        *in_tabs(close_feedback, "feedback", feedback, we.alice, **answer, **more)
    )
    assert ended == {DONE: 1, "EditedMeanwhile": TABS - 1}
    assert trail(feedback, "answer") == 1


def feedback_is_seconded_once(we):
    feedback = FeedbackFactory(coalition=we.here)
    ended = we.together(*in_tabs(second_feedback, "feedback", feedback, we.bob))
    assert ended == {DONE: TABS}
    assert trail(feedback, "second") == 1


def nobody_says_more_in_a_day(we):
    FeedbackFactory.create_batch(A_DAY - 2, coalition=we.here, author=we.bob.person)
    said = {**SAYS, "visibility": "open", "by": acting(we.bob)}
    ended = we.together(*[lambda: create_feedback(**said)] * TABS)
    assert ended == {DONE: 2, "TooMuchFeedback": 2}


def nobody_says_more_without_their_name(we):
    by = acting(we.bob)
    once = [str(uuid4())] * 2 + [str(uuid4()) for _ in range(A_MONTH + 1)]
    ended = we.together(
        *(lambda o=o: create_anonymous(**SAYS, once=o, by=by) for o in once)
    )
    assert ended.keys() == {DONE, "FeedbackUsedUp"}
    (box,) = FeedbackBox._base_manager.all()
    (period,) = FeedbackPeriod._base_manager.all()
    assert len(box.posts) == len(period.marks) == A_MONTH


AREAS = {
    "parts": (
        a_part_is_accepted_once,
        a_partner_names_one,
        one_is_accountable,
        what_was_taken_off_comes_back_once,
        the_last_seat_is_given_once,
        a_question_is_answered_or_taken_back,
    ),
    "check-ins": (
        what_was_reported_is_settled_once,
        a_yes_and_done_do_not_block_each_other,
        an_answer_by_two_ways_opens_one_hurdle,
        a_check_in_goes_to_one_other,
        a_round_closes_once_and_keeps_no_half_answer,
        a_hurdle_is_answered_once,
        help_is_offered_once,
        a_win_becomes_one_milestone,
    ),
    "updates": (
        an_update_is_approved_in_no_other_form,
        an_update_is_released_once_and_as_it_was_approved,
        a_release_is_called_back_whole,
        a_quote_is_agreed_to_once,
    ),
    "feedback": (
        feedback_is_closed_once,
        feedback_is_seconded_once,
        nobody_says_more_in_a_day,
        nobody_says_more_without_their_name,
    ),
}


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one write at a time"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("area", AREAS)
def test_of_several_at_once_one_takes_effect(area, harbor, alice, bob, vera):
    for case in AREAS[area]:
        case(People(harbor, alice, bob, vera))
