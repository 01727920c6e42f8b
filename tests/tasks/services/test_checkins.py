from datetime import date

import pytest
from django.utils import timezone

from goals.models import GoalReading
from members.errors import RecordElsewhere
from members.models import AuditEntry, Via
from members.models.membership import MembershipState
from members.services.audit import Actor
from tasks.errors import (
    AnsweredAlready,
    CheckInIsClosed,
    NobodyToAsk,
    NotYourCheckIn,
    NotYourTask,
    SaidThemselves,
    SettledAlready,
)
from tasks.models import (
    Ask,
    CheckIn,
    CheckInState,
    Hurdle,
    HurdleState,
    ReadingReport,
    TaskReport,
    TaskWord,
)
from tasks.services.checkins import (
    Said,
    answer_check_in,
    enter_nothing,
    enter_on_behalf,
    go_on_leave,
    hand_over_check_in,
    say_nothing,
)
from tasks.services.proposals import settle_reading_report, settle_task_report
from tasks.services.reports import report_reading
from tests.factories.checkins import CheckInFactory, HurdleFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import AffiliationFactory
from tests.factories.tasks import AssignmentFactory
from tests.tasks.checkins import asked, carries, close, speaks_with_alternate
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


def say(check_in, membership, **said):
    return answer_check_in(check_in=check_in, said=Said(**said), by=acting(membership))


def test_answering_keeps_what_was_said_and_how_it_came(bob):
    by = Actor(bob.coalition, bob.person, Via.LINK)
    said = Said(progress="31 visits", win="A call", confidence=4, answer="Rain")
    answer_check_in(check_in=asked(bob), said=said, by=by)
    stored = CheckIn.objects.get()
    assert (stored.state, stored.via, stored.entered_by) == (
        "answered",
        "link",
        bob.person,
    )
    assert (stored.progress, stored.win, stored.answer) == (
        "31 visits",
        "A call",
        "Rain",
    )
    assert stored.confidence == 4
    assert stored.answered_at
    entry = AuditEntry.objects.get(model="tasks.checkin")
    assert (entry.action, entry.via, entry.actor) == ("answered", "link", bob.person)


def test_a_no_opens_nothing_and_a_whole_no_is_nothing_this_time(bob):
    check_in = asked(bob)
    say(check_in, bob, progress="Nothing much", hurdle="Nothing", ask="no", win="n/a")
    stored = CheckIn.objects.get()
    assert (stored.state, stored.progress) == ("answered", "Nothing much")
    assert (stored.hurdle, stored.ask, stored.win) == ("", "", "")
    say(check_in, bob, hurdle="-")
    assert CheckIn.objects.get().state == CheckInState.NOTHING
    assert not Hurdle.objects.exists()
    assert not Ask.objects.exists()
    say(check_in, bob, hurdle="Nothing but the permit is missing")
    assert Hurdle.objects.get().text == "Nothing but the permit is missing"


def test_the_trail_never_holds_the_words(bob):
    check_in = asked(bob)
    said = {"progress": "Quagga", "hurdle": "Quagga", "ask": "Quagga", "win": "Quagga"}
    say(check_in, bob, **said)
    say(check_in, bob, progress="Quagga")
    for entry in AuditEntry.objects.all():
        assert "Quagga" not in f"{entry.before}{entry.after}{entry.reason}"


def test_it_can_be_changed_until_it_closes(bob):
    check_in = asked(bob)
    say(check_in, bob, progress="One")
    say(check_in, bob, progress="Two", confidence=2)
    assert CheckIn.objects.get().progress == "Two"
    close(check_in)
    with pytest.raises(CheckInIsClosed):
        say(check_in, bob, progress="Three")
    assert CheckIn.objects.get().progress == "Two"


def test_it_is_over_on_time_even_when_no_job_has_closed_it(bob):
    check_in = asked(bob)
    check_in.cycle.closes_at = check_in.cycle.opens_at.replace(hour=10)
    check_in.cycle.save()
    for act in (
        lambda: say(check_in, bob, progress="Late"),
        lambda: say_nothing(check_in=check_in, by=acting(bob)),
        lambda: go_on_leave(check_in=check_in, until=date(2026, 6, 1), by=acting(bob)),
    ):
        with pytest.raises(CheckInIsClosed):
            act()
    bob.person.refresh_from_db()
    assert bob.person.away_until is None


def test_nobody_answers_for_another(alice, bob, stella):
    check_in = asked(bob)
    for other in (alice, stella):
        with pytest.raises(NotYourCheckIn):
            say(check_in, other, progress="Not mine")
        with pytest.raises(NotYourCheckIn):
            say_nothing(check_in=check_in, by=acting(other))


def test_whoever_lost_access_says_nothing_more(bob):
    bob.state = MembershipState.SUSPENDED
    bob.save()
    with pytest.raises(NotYourCheckIn):
        say(asked(bob), bob, progress="Still here")


def test_done_by_the_accountable_is_done_at_once(bob):
    task = carries(bob, "A")
    say(asked(bob), bob, tasks={task: TaskWord.DONE})
    task.refresh_from_db()
    report = TaskReport.objects.get()
    assert task.done_by == bob.person
    assert (report.word, report.settled_by) == ("done", bob.person)


def test_done_by_the_responsible_waits_for_the_accountable(bob, stella, vera):
    task = carries(bob)
    AssignmentFactory(task=task, person=stella.person, letter="A", status="proposed")
    say(asked(bob), bob, tasks={task: TaskWord.DONE})
    task.refresh_from_db()
    assert task.done_at is None
    report = TaskReport.objects.proposed().get()
    for other in (bob, vera):
        with pytest.raises(NotYourTask):
            settle_task_report(report=report, agrees=True, by=acting(other))
    settle_task_report(report=report, agrees=True, by=acting(stella))
    task.refresh_from_db()
    assert task.done_by == stella.person
    with pytest.raises(SettledAlready):
        settle_task_report(report=report, agrees=True, by=acting(stella))


def test_the_accountable_can_say_not_yet(alice, bob):
    task = carries(bob)
    say(asked(bob), bob, tasks={task: TaskWord.DONE})
    settle_task_report(report=TaskReport.objects.get(), agrees=False, by=acting(alice))
    task.refresh_from_db()
    assert task.done_at is None
    assert not TaskReport.objects.proposed().exists()


def test_a_slip_of_the_thumb_can_be_taken_back(bob):
    task, check_in = carries(bob, "A"), asked(bob)
    say(check_in, bob, tasks={task: TaskWord.DONE})
    say(check_in, bob, tasks={task: TaskWord.STUCK})
    task.refresh_from_db()
    report = TaskReport.objects.get()
    assert task.done_at is None
    assert (report.word, report.settled_at) == ("stuck", None)


def test_a_task_of_others_is_not_spoken_of(bob, stella):
    with pytest.raises(NotYourTask):
        say(asked(bob), bob, progress="x", tasks={carries(stella): TaskWord.DONE})
    assert CheckIn.objects.get().state == CheckInState.ASKED


def test_the_owner_of_a_goal_reads_its_figure(bob):
    goal = GoalFactory(coalition=bob.coalition, owner=bob.person)
    check_in = asked(bob)
    say(check_in, bob, readings={goal: 31})
    assert GoalReading.objects.get().value == 31
    say(check_in, bob, readings={goal: 32})
    assert GoalReading.objects.get().value == 32  # the same reading, set right
    say(check_in, bob, progress="x", readings={goal: None})
    assert not GoalReading.objects.exists()
    assert not ReadingReport.objects.exists()


def test_a_figure_of_somebody_else_waits_for_the_owner(bob, stella):
    goal = GoalFactory(coalition=bob.coalition, owner=stella.person)
    report = report_reading(check_in=asked(bob), goal=goal, value=31, by=acting(bob))
    assert not GoalReading.objects.exists()
    settle_reading_report(report=report, agrees=True, by=acting(stella))
    assert GoalReading.objects.get().value == 31


def test_hurdle_and_ask_follow_the_words_while_nobody_acted(bob):
    check_in = asked(bob)
    say(check_in, bob, hurdle="No bus", ask="A van")
    assert (Hurdle.objects.get().text, Ask.objects.get().text) == ("No bus", "A van")
    say(check_in, bob, hurdle="No bus on Sunday", ask="A van")
    assert Hurdle.objects.get().text == "No bus on Sunday"
    say(check_in, bob, progress="All fine")
    assert not Hurdle.objects.exists()
    assert not Ask.objects.exists()


@pytest.mark.parametrize("text", ("", "Other words"))
def test_a_hurdle_that_was_answered_stays_as_it_was(bob, text):
    check_in = asked(bob)
    say(check_in, bob, hurdle="No bus")
    Hurdle.objects.update(state=HurdleState.ANSWERED, answer="Line 12 runs")
    say(check_in, bob, progress="x", hurdle=text)
    assert Hurdle.objects.get().text == "No bus"
    assert CheckIn.objects.get().hurdle == text


def test_hurdles_of_before_are_solved_and_opened_again(bob, stella):
    before = CheckInFactory(person=bob.person, cycle__schedule__coalition=bob.coalition)
    hurdle = HurdleFactory(check_in=before, answer="Soon")
    check_in = asked(bob)
    say(check_in, bob, progress="x", solved=[hurdle])
    assert Hurdle.objects.get().state == HurdleState.SOLVED
    say(check_in, bob, progress="x", reopened=[hurdle])
    assert Hurdle.objects.get().state == HurdleState.ANSWERED
    with pytest.raises(NotYourCheckIn):
        say(asked(stella), stella, solved=[hurdle])


def test_nothing_this_time_takes_back_what_was_said(bob):
    check_in, task = asked(bob), carries(bob)
    say(check_in, bob, hurdle="No bus", tasks={task: TaskWord.STUCK}, confidence=1)
    say_nothing(check_in=check_in, by=acting(bob))
    stored = CheckIn.objects.get()
    assert (stored.state, stored.hurdle, stored.confidence) == ("nothing", "", None)
    assert not Hurdle.objects.exists()
    assert not TaskReport.objects.exists()


def test_on_leave_the_alternate_is_asked_instead(bob):
    check_in = asked(bob)
    other = speaks_with_alternate(bob, check_in)
    go_on_leave(check_in=check_in, until=date(2026, 6, 1), by=acting(bob))
    bob.person.refresh_from_db()
    assert bob.person.away_until == date(2026, 6, 1)
    check_in.refresh_from_db()
    assert (check_in.state, check_in.handed_to) == ("away", other.person)
    theirs = CheckIn.objects.get(person=other.person)
    assert (theirs.state, theirs.cycle, theirs.stands_in_for) == (
        "asked",
        check_in.cycle,
        bob.person,
    )
    assert [v.partner for v in theirs.voices.all()] == [
        v.partner for v in check_in.voices.all()
    ]


def test_on_leave_without_an_alternate_asks_nobody(bob):
    go_on_leave(check_in=asked(bob), until=date(2026, 6, 1), by=acting(bob))
    assert CheckIn.objects.get().handed_to is None


def test_leave_after_an_answer_counts_from_the_next_round_on(bob):
    check_in = asked(bob)
    speaks_with_alternate(bob, check_in)
    say(check_in, bob, progress="31 visits", win="A call", confidence=4)
    go_on_leave(check_in=check_in, until=date(2026, 6, 1), by=acting(bob))
    bob.person.refresh_from_db()
    assert bob.person.away_until == date(2026, 6, 1)
    stored = CheckIn.objects.get()
    assert (stored.state, stored.win) == ("answered", "A call")


def test_what_was_answered_is_not_handed_over(bob):
    check_in = asked(bob)
    other = speaks_with_alternate(bob, check_in)
    say(check_in, bob, progress="31 visits", win="A call")
    with pytest.raises(AnsweredAlready):
        hand_over_check_in(check_in=check_in, to=other.person, by=acting(bob))
    assert CheckIn.objects.get().state == "answered"


def test_handing_over_asks_the_alternate_in_the_same_cycle(bob):
    check_in = asked(bob)
    other = speaks_with_alternate(bob, check_in)
    hand_over_check_in(check_in=check_in, to=other.person, by=acting(bob))
    check_in.refresh_from_db()
    assert (check_in.state, check_in.handed_to) == ("handed_over", other.person)
    theirs = CheckIn.objects.get(person=other.person)
    assert theirs.stands_in_for == bob.person
    assert theirs.tell_at == timezone.now()
    assert timezone.now() < theirs.remind_at < check_in.cycle.closes_at


def test_answering_after_all_lets_the_alternate_go(bob):
    check_in = asked(bob)
    other = speaks_with_alternate(bob, check_in)
    hand_over_check_in(check_in=check_in, to=other.person, by=acting(bob))
    say(check_in, bob, progress="I have a minute")
    theirs = CheckIn.objects.get(person=other.person)
    assert (theirs.state, theirs.handed_to) == ("handed_over", bob.person)


def test_what_the_alternate_said_stays_when_one_answers_after_all(bob):
    check_in = asked(bob)
    other = speaks_with_alternate(bob, check_in)
    hand_over_check_in(check_in=check_in, to=other.person, by=acting(bob))
    say(CheckIn.objects.get(person=other.person), other, progress="Ours")
    say(check_in, bob, progress="And mine")
    assert CheckIn.objects.get(person=other.person).state == CheckInState.ANSWERED


def test_only_who_speaks_for_the_same_partner_stands_in(bob, stella):
    check_in = asked(bob)
    suspended = speaks_with_alternate(bob, check_in, state=MembershipState.SUSPENDED)
    mute = speaks_with_alternate(bob, check_in, person__check_in_mail=False)
    away = speaks_with_alternate(bob, check_in, person__away_until=date(2026, 5, 20))
    unreachable = speaks_with_alternate(bob, check_in, user=None, person__email=None)
    AffiliationFactory(partner__coalition=bob.coalition, person=stella.person)
    for other in (suspended, mute, away, unreachable, stella):
        with pytest.raises(NobodyToAsk):
            hand_over_check_in(check_in=check_in, to=other.person, by=acting(bob))


def test_the_coordinator_enters_one_on_behalf(alice, bob, stella):
    check_in, said = asked(bob), Said(progress="On the phone")
    with pytest.raises(NotYourCheckIn):
        enter_on_behalf(check_in=check_in, said=said, by=acting(stella))
    enter_on_behalf(check_in=check_in, said=said, by=acting(alice))
    stored = CheckIn.objects.get()
    assert (stored.progress, stored.entered_by) == ("On the phone", alice.person)
    entry = AuditEntry.objects.get(model="tasks.checkin")
    assert (entry.actor, entry.on_behalf_of) == (alice.person, bob.person)


def test_a_persons_own_words_are_left_alone(alice, bob):
    check_in = asked(bob)
    say(check_in, bob, progress="Mine")
    with pytest.raises(SaidThemselves):
        enter_on_behalf(check_in=check_in, said=Said(progress="x"), by=acting(alice))
    with pytest.raises(SaidThemselves):
        enter_nothing(check_in=check_in, by=acting(alice))
    assert CheckIn.objects.get().progress == "Mine"


def test_only_a_coordinator_notes_that_somebody_has_nothing_to_tell(alice, bob, stella):
    check_in = asked(bob)
    with pytest.raises(NotYourCheckIn):
        enter_nothing(check_in=check_in, by=acting(stella))
    enter_nothing(check_in=check_in, by=acting(alice))
    entry = AuditEntry.objects.get(model="tasks.checkin")
    assert (entry.action, entry.on_behalf_of) == (CheckInState.NOTHING, bob.person)


def test_the_person_can_change_what_was_entered_for_them(alice, bob):
    check_in = asked(bob)
    enter_on_behalf(check_in=check_in, said=Said(progress="x"), by=acting(alice))
    say(check_in, bob, progress="Rather so")
    stored = CheckIn.objects.get()
    assert (stored.progress, stored.entered_by) == ("Rather so", bob.person)


def test_nothing_of_another_coalition_comes_in(bob, charlie):
    goal = GoalFactory(coalition=charlie.coalition)
    for said in (
        Said(tasks={carries(charlie): TaskWord.DONE}),
        Said(readings={goal: 1}),
    ):
        with pytest.raises(RecordElsewhere):
            answer_check_in(check_in=asked(bob), said=said, by=acting(bob))
