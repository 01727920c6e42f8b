"""What an update has to tell, by when it was recorded."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.models import Issue, IssueKind, IssueState, Topic
from comms.updates.build import LISTED, Window, build_update
from comms.updates.content import Content, Item, Section, SectionKind
from comms.updates.happenings import Gathering
from comms.updates.milestones import build_milestone
from comms.updates.words import subject_for
from members.models import Partner, Person
from members.models.partner import PartnerStatus
from tasks.models import Ask, Assignment, AssignmentStatus, Letter, SeenBy, Task
from tests.factories.checkins import (
    AskFactory,
    CheckInCycleFactory,
    CheckInFactory,
    CheckInPauseFactory,
    CheckInScheduleFactory,
    CheckInVoiceFactory,
    HurdleFactory,
)
from tests.factories.comms import IssueFactory, WithdrawalFactory
from tests.factories.goals import GoalFactory, GoalReadingFactory, MilestoneFactory
from tests.factories.members import (
    PartnerFactory,
    PersonFactory,
    WorkingGroupFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

START = datetime(2026, 5, 1, tzinfo=UTC)
END = datetime(2026, 5, 15, tzinfo=UTC)
TODAY = date(2026, 5, 15)
WINDOW = Window(start=START, end=END, today=TODAY)
DAY = timedelta(days=1)


def found(harbor, kind) -> list[Item]:
    content = build_update(harbor, WINDOW)
    return [i for s in content.sections if s.kind == kind for i in s.items]


@pytest.fixture
def goal(harbor):
    return GoalFactory(
        coalition=harbor, title="Clean air at every gate", baseline=0, target=12
    )


def reading(goal, value, recorded, **fields):
    row = GoalReadingFactory(goal=goal, value=value, **fields)
    type(row).objects.filter(pk=row.pk).update(recorded_at=recorded)


@pytest.mark.parametrize(
    ("moment", "told"),
    (
        (START - timedelta(microseconds=1), False),
        (START, True),
        (END - timedelta(microseconds=1), True),
        (END, False),
    ),
)
def test_the_window_begins_at_its_start_and_ends_before_its_end(
    harbor, goal, moment, told
):
    MilestoneFactory(goal=goal, reached_at=moment, reached_on=date(2020, 1, 1))
    TaskFactory(goal=goal, done_at=moment, due=None)
    partner = PartnerFactory(coalition=harbor)
    Partner.objects.filter(pk=partner.pk).update(status_since=moment)
    reading(goal, 3, moment, on=date(2020, 1, 1))
    kinds = {s.kind for s in build_update(harbor, WINDOW).sections}
    assert (SectionKind.NUMBERS in kinds) is told
    kinds -= {SectionKind.NUMBERS}
    expected = {SectionKind.ACHIEVED, SectionKind.JOINED, SectionKind.PROGRESS}
    assert kinds == (expected if told else set())


def test_a_milestone_names_who_made_it_happen(harbor, goal):
    MilestoneFactory(
        goal=goal,
        title="Seventh school signs",
        reached_at=END - DAY,
        reached_on=date(2026, 5, 11),
        reached_by=PersonFactory(coalition=harbor, full_name="Rosa Marín"),
        partner=PartnerFactory(coalition=harbor, name="Mothers of Dockside"),
        reached_note="Engines stop at the gate.",
    )
    (item,) = found(harbor, SectionKind.ACHIEVED)
    assert item.words == "Seventh school signs"
    assert item.note == (
        "Milestone reached on 11 May by Rosa Marín, Mothers of Dockside. "
        "Engines stop at the gate."
    )
    assert item.path == f"/c/harbor/goals/{goal.pk}/"
    assert item.fresh


def test_a_task_names_who_did_it_and_where(harbor, goal):
    task = TaskFactory(goal=goal, title="Check the translation", done_at=END - DAY)
    AssignmentFactory(
        task=task,
        person=PersonFactory(coalition=harbor, full_name="Amina Khalif"),
        partner=PartnerFactory(coalition=harbor, name="Eastquay Clinic"),
        status=AssignmentStatus.ACCEPTED,
        answered_at=START,
    )
    (item,) = found(harbor, SectionKind.ACHIEVED)
    assert item.note == "Done by Amina Khalif (Eastquay Clinic)."
    assert item.path == f"/c/harbor/tasks/{task.pk}/"


def test_a_task_without_people_names_who_marked_it(harbor, goal):
    bob = PersonFactory(coalition=harbor, full_name="Bob Brown")
    TaskFactory(goal=goal, done_at=END - DAY, done_by=bob)
    (item,) = found(harbor, SectionKind.ACHIEVED)
    assert item.note == "Done by Bob Brown."


def test_what_was_undone_is_not_told(harbor, goal):
    MilestoneFactory(goal=goal, due=None)
    TaskFactory(goal=goal, due=None)
    assert found(harbor, SectionKind.ACHIEVED) == []


def test_progress_tells_the_new_reading_and_the_old(harbor, goal):
    reading(goal, Decimal(5), START - DAY, on=date(2026, 4, 1))
    reading(goal, Decimal(7), END - DAY, on=date(2026, 5, 8), note="Quay Street")
    (item,) = found(harbor, SectionKind.PROGRESS)
    assert item.words == "Clean air at every gate"
    assert item.note == "7 schools now, 5 before. We aim for 12. Quay Street"
    assert item.percent == 58


def test_the_first_reading_says_where_we_began(harbor, goal):
    reading(goal, Decimal("1200.5"), END - DAY)
    (item,) = found(harbor, SectionKind.PROGRESS)
    assert item.note == "1,200.5 schools now. We aim for 12. We began at 0."


def test_filling_in_the_past_is_no_progress(harbor, goal):
    reading(goal, 7, START - DAY, on=date(2026, 4, 20))
    reading(goal, 3, END - DAY, on=date(2026, 1, 1))
    assert found(harbor, SectionKind.PROGRESS) == []


def test_a_few_newcomers_are_named_and_many_share_a_line(harbor):
    for n in range(5):
        PartnerFactory(coalition=harbor, name=f"Partner {n}", region="Eastquay")
    Partner.objects.update(status_since=END - DAY)
    items = found(harbor, SectionKind.JOINED)
    assert [item.words for item in items] == [f"Partner {n}" for n in range(5)]
    assert items[0].note == "Eastquay"
    for n in range(5, 60):
        PartnerFactory(coalition=harbor, name=f"Partner {n}")
    Partner.objects.update(status_since=END - DAY)
    (item,) = found(harbor, SectionKind.JOINED)
    assert item.words == "60 partners joined"
    assert item.note.endswith("and 55 more")


def test_only_active_partners_have_joined(harbor):
    for status in (PartnerStatus.INVITED, PartnerStatus.PAUSED, PartnerStatus.LEFT):
        PartnerFactory(coalition=harbor, status=status)
    Partner.objects.update(status_since=END - DAY)
    assert found(harbor, SectionKind.JOINED) == []


def carried(task, status=AssignmentStatus.ACCEPTED, letter=Letter.ACCOUNTABLE, **kw):
    answered = None if status == AssignmentStatus.PROPOSED else START - DAY
    fields = {"answered_at": answered, "letter": letter, **kw}
    return AssignmentFactory(task=task, status=status, **fields)


def test_hurdles_are_what_is_late_declined_or_nobodys(harbor, goal):
    late = TaskFactory(goal=goal, title="Late", due=TODAY - DAY)
    declined = TaskFactory(goal=goal, title="Declined", due=TODAY + 90 * DAY)
    TaskFactory(goal=goal, title="Nobody’s", due=TODAY + DAY)
    fine = TaskFactory(goal=goal, title="Fine", due=TODAY + 90 * DAY)
    carried(late, person__full_name="Ana Ruiz")
    for task in (declined, fine):
        carried(task)
    carried(declined, AssignmentStatus.DECLINED, Letter.RESPONSIBLE)
    MilestoneFactory(goal=goal, title="Step", due=TODAY - DAY)
    items = {item.words: item.note for item in found(harbor, SectionKind.HURDLES)}
    assert items == {
        "Step": "It was due on 14 May. Nobody looks after it yet. Could it be you?",
        "Late": "It was due on 14 May. Ana Ruiz looks after it. Could you help?",
        "Declined": "Somebody could not take it on. Could you?",
        "Nobody’s": "Nobody is accountable yet. Could it be you?",
    }


def test_a_late_milestone_says_whom_help_would_help(harbor, goal):
    goal.owner = PersonFactory(coalition=harbor, full_name="Ana Ruiz")
    goal.save()
    kitchen = PartnerFactory(coalition=harbor, name="Kitchen Co-op")
    MilestoneFactory(goal=goal, title="Market", due=TODAY - DAY, partner=kitchen)
    MilestoneFactory(goal=goal, title="Permit", due=TODAY - DAY)
    items = {item.words: item.note for item in found(harbor, SectionKind.HURDLES)}
    late = "It was due on 14 May."
    assert items == {
        "Market": f"{late} Kitchen Co-op looks after it. Could you help?",
        "Permit": f"{late} Ana Ruiz looks after it. Could you help?",
    }


def test_a_refusal_that_was_made_up_for_is_no_hurdle(harbor, goal):
    task = TaskFactory(goal=goal, due=TODAY + 90 * DAY)
    carried(task)
    carried(task, AssignmentStatus.DECLINED, Letter.RESPONSIBLE)
    carried(task, AssignmentStatus.PROPOSED, Letter.RESPONSIBLE)
    assert found(harbor, SectionKind.HURDLES) == []


def test_what_nobody_carries_is_no_hurdle_while_it_is_far_away(harbor, goal):
    TaskFactory(goal=goal, due=TODAY + 22 * DAY)
    assert found(harbor, SectionKind.HURDLES) == []


def test_what_comes_next_is_due_within_three_weeks(harbor, goal):
    for days in (-1, 0, 21, 22):
        task = TaskFactory(goal=goal, title=f"Task {days}", due=TODAY + days * DAY)
        carried(task, person__full_name=f"Person {days}")
    MilestoneFactory(goal=goal, title="Step", due=TODAY + 3 * DAY)
    items = found(harbor, SectionKind.NEXT)
    assert [(i.words, i.note) for i in items] == [
        ("Task 0", "Person 0"),
        ("Step", "Clean air at every gate"),
        ("Task 21", "Person 21"),
    ]
    assert items[0].day == TODAY


def test_one_record_is_told_once(harbor, goal):
    task = TaskFactory(goal=goal, due=TODAY + DAY)
    carried(task)
    carried(task, AssignmentStatus.DECLINED, Letter.RESPONSIBLE)
    keys = [item.key for item in build_update(harbor, WINDOW).items]
    assert keys == [f"task:{task.pk}"]


def test_late_work_alone_is_no_news(harbor, goal):
    TaskFactory(goal=goal, due=TODAY - DAY)
    content = build_update(harbor, WINDOW)
    assert list(content.items)
    assert not content.eventful


def test_a_fresh_refusal_is_news(harbor, goal):
    task = TaskFactory(goal=goal, due=None)
    carried(task, AssignmentStatus.DECLINED, answered_at=END - DAY)
    assert build_update(harbor, WINDOW).eventful


def test_more_than_can_be_listed_is_counted(harbor, goal):
    Task.objects.bulk_create(
        Task(coalition=harbor, goal=goal, title=f"Task {n}", done_at=END - DAY)
        for n in range(LISTED + 7)
    )
    section, _numbers = build_update(harbor, WINDOW).sections
    assert (len(section.items), section.total) == (LISTED, LISTED + 7)


def populate(coalition, rows):
    goal = GoalFactory(coalition=coalition)
    for _ in range(rows):
        moved = GoalFactory(coalition=coalition)
        reading(moved, 3, END - DAY)
        MilestoneFactory(goal=goal, reached_at=END - DAY, reached_on=TODAY)
        MilestoneFactory(goal=goal, due=TODAY - DAY)
        MilestoneFactory(goal=goal, due=TODAY + DAY)
        for due, done in ((TODAY, END - DAY), (TODAY - DAY, None), (TODAY, None)):
            task = TaskFactory(goal=goal, due=due, done_at=done)
            carried(task, partner=PartnerFactory(coalition=coalition))
        answered = {"state": "answered", "answer": "Yes", "answered_at": END - DAY}
        for solved in ({}, {"state": "solved", "solved_at": END - DAY}, answered):
            voice = CheckInVoiceFactory(check_in__cycle__schedule__coalition=coalition)
            made = HurdleFactory(check_in=voice.check_in, seen_by="members", **solved)
            type(made).objects.filter(pk=made.pk).update(created_at=END - DAY)
        asked = AskFactory(check_in=voice.check_in, seen_by="members")
        type(asked).objects.filter(pk=asked.pk).update(created_at=END - DAY)
    Partner.objects.update(status_since=END - DAY)


def test_composing_takes_the_same_statements_for_one_row_and_three(harbor):
    populate(harbor, 1)
    with CaptureQueriesContext(connection) as one:
        build_update(harbor, WINDOW)
    populate(harbor, 2)
    with CaptureQueriesContext(connection) as three:
        build_update(harbor, WINDOW)
    assert len(three) == len(one) == 46


def test_nothing_of_another_coalition_is_told(harbor, charlie):
    with scope(coalition=charlie.coalition):
        populate(charlie.coalition, 1)
    assert list(build_update(harbor, WINDOW).items) == []


def test_content_survives_json(harbor, goal):
    MilestoneFactory(goal=goal, due=TODAY + DAY)
    reading(goal, 3, END - DAY)
    content = build_update(harbor, WINDOW)
    assert Content.from_json(content.as_json()) == content


def test_the_subject_names_the_first_news_and_counts_the_rest():
    items = tuple(Item(key=str(n), words=f"News {n}", fresh=True) for n in range(3))
    section = Section(kind=SectionKind.ACHIEVED, items=items, total=9)
    assert subject_for(Content((section,))) == "News 0, and 8 more"
    assert subject_for(Content()) == ""
    long = Item(key="1", words="x" * 200, fresh=True)
    alone = Section(kind=SectionKind.ACHIEVED, items=(long,), total=1)
    assert len(subject_for(Content((alone,)))) == 60


@pytest.mark.parametrize("end", (".", "!", "?", "…", " . ", "?!"))
@pytest.mark.parametrize(("total", "more"), ((1, ""), (2, ", and 1 more")))
def test_the_subject_goes_on_where_a_sentence_ended(end, total, more):
    item = Item(key="hurdle:1", words=f"Out of the way: The lift{end}", fresh=True)
    section = Section(kind=SectionKind.ACHIEVED, items=(item,), total=total)
    assert subject_for(Content((section,))) == f"Out of the way: The lift{more}"


def test_the_subject_names_what_was_answered_only_when_nothing_else_is_new():
    def told(kind):
        item = Item(key="hurdle:1", words=f"Of {kind}", fresh=True)
        return Section(kind=kind, items=(item,), total=1)

    answered, achieved = told(SectionKind.BECAUSE), told(SectionKind.ACHIEVED)
    both = Content((answered, achieved))
    assert subject_for(both) == "Of achieved, and 1 more"
    assert subject_for(Content((answered,))) == "Of because"


def test_a_milestone_is_the_one_news_of_an_announcement(goal):
    milestone = MilestoneFactory(goal=goal, reached=True, title="Signed")
    (section,) = build_milestone(milestone).sections
    assert section.kind == SectionKind.NEWS
    assert [item.words for item in section.items] == ["Signed"]


def test_an_announcement_tells_what_comes_next_on_the_goal(goal):
    milestone = MilestoneFactory(goal=goal, reached=True)
    today = timezone.localdate()
    for title, days in (("Late", -5), ("Eighth school", 30), ("Ninth school", 90)):
        MilestoneFactory(goal=goal, title=title, due=today + timedelta(days=days))
    _news, section = build_milestone(milestone).sections
    assert section.kind == SectionKind.NEXT
    assert [item.words for item in section.items] == ["Eighth school"]


def test_assignments_of_the_wrong_letter_carry_nothing(harbor, goal):
    task = TaskFactory(goal=goal, done_at=END - DAY, due=None)
    carried(task, letter=Letter.CONSULTED)
    (item,) = found(harbor, SectionKind.ACHIEVED)
    assert item.note == ""
    assert Assignment.objects.count() == 1


def said(harbor, text, recorded, **fields):
    person = PersonFactory(coalition=harbor, full_name="Kofi Danso")
    row = HurdleFactory(
        check_in=None, coalition=harbor, person=person, text=text, **fields
    )
    type(row).objects.filter(pk=row.pk).update(created_at=recorded)
    return row


def test_hurdles_told_to_everybody_stand_in_the_update(harbor):
    said(harbor, "No radar\nleft", START + DAY, seen_by="members")
    answer = {"state": "answered", "answer": "Ask us", "answered_at": START}
    said(harbor, "Answered", START + DAY, seen_by="members", **answer)
    said(harbor, "A year old", START - 300 * DAY, seen_by="members")
    said(harbor, "Not yet", END, seen_by="members")
    for seen_by in ("coordinators", "leads"):
        said(harbor, f"Secret of {seen_by}", START + DAY, seen_by=seen_by)
    said(harbor, "Raised secret", START + DAY, raised_at=START)
    items = found(harbor, SectionKind.HURDLES)
    told = [(item.words, item.note, item.fresh) for item in items]
    assert told == [
        ("No radar left", "Kofi Danso. Could you help?", True),
        ("A year old", "Kofi Danso. Could you help?", False),
    ]


@pytest.mark.parametrize(
    ("moment", "told"),
    ((START - DAY, False), (START, True), (END - DAY, True), (END, False)),
)
def test_an_answered_hurdle_asks_for_no_help_and_says_the_answer(harbor, moment, told):
    answer = {
        "state": "answered",
        "answer": "The city lends two.",
        "answered_at": moment,
    }
    said(harbor, "No radar left", START - DAY, seen_by="members", **answer)
    said(harbor, "Secret", START - DAY, seen_by="leads", **answer)
    assert found(harbor, SectionKind.HURDLES) == []
    items = found(harbor, SectionKind.BECAUSE)
    assert [(item.words, item.note, item.fresh) for item in items] == [
        ("No radar left", "Kofi Danso. The answer: The city lends two.", True)
    ][: int(told)]


def test_a_hurdle_that_was_raised_after_its_answer_still_asks_for_help(harbor):
    raised = {"state": "raised", "answer": "Wait", "answered_at": START}
    said(harbor, "No radar left", START, seen_by="members", raised_at=END, **raised)
    (item,) = found(harbor, SectionKind.HURDLES)
    assert item.note == "Kofi Danso. Could you help?"
    assert found(harbor, SectionKind.BECAUSE) == []


def test_what_got_out_of_the_way_is_achieved(harbor):
    solved = {"state": "solved", "solved_at": START + DAY}
    said(harbor, "The lift", START - DAY, seen_by="members", **solved)
    said(harbor, "Secret", START - DAY, seen_by="leads", **solved)
    (item,) = found(harbor, SectionKind.ACHIEVED)
    assert (item.words, item.fresh) == ("Out of the way: The lift", True)
    assert found(harbor, SectionKind.HURDLES) == []


def test_asks_told_to_everybody_stand_in_the_update(harbor):
    person = PersonFactory(coalition=harbor, full_name="Kofi Danso")
    of = {"check_in": None, "coalition": harbor, "person": person}
    for seen_by in SeenBy:
        AskFactory(**of, text=f"For {seen_by}", seen_by=seen_by)
    closed = {"state": "closed", "closed_at": END, "met": True}
    AskFactory(**of, text="Found", seen_by="members", **closed)
    Ask.objects.update(created_at=START + DAY)
    (item,) = found(harbor, SectionKind.HURDLES)
    assert (item.words, item.note, item.fresh) == (
        "What would help: For members",
        "Kofi Danso. Could you help?",
        True,
    )


def numbers(harbor) -> list[tuple[str, str]]:
    return [(i.words, i.path) for i in found(harbor, SectionKind.NUMBERS)]


def answered(coalition, people, **whom):
    schedule = CheckInScheduleFactory(coalition=coalition, **whom)
    cycle = CheckInCycleFactory(schedule=schedule)
    for _n in range(people):
        CheckInFactory(
            cycle=cycle,
            person__coalition=coalition,
            state="answered",
            answered_at=END - DAY,
        )


def test_numbers_lead_to_what_was_counted(harbor, goal):
    PartnerFactory(coalition=harbor, status=PartnerStatus.ACTIVE)
    PartnerFactory(coalition=harbor, status=PartnerStatus.LEFT)
    TaskFactory(goal=goal, done_at=END - DAY)
    TaskFactory(goal=goal, done_at=START - DAY)
    answered(harbor, 5)
    people = Person.objects.count()
    window = "done_from=2026-05-01T00%3A00%3A00Z&done_until=2026-05-15T00%3A00%3A00Z"
    assert numbers(harbor) == [
        ("1 active partner", "/c/harbor/partners/?status=active"),
        (f"{people} people", ""),
        ("1 task done", f"/c/harbor/tasks/?state=done&{window}"),
        ("5 check-ins answered", ""),
    ]


def test_whoever_follows_a_number_finds_what_was_counted(client_of, harbor, goal, bob):
    for status in PartnerStatus:
        PartnerFactory(coalition=harbor, status=status)
    for moment in (START - DAY, START, END - DAY, END):
        TaskFactory(goal=goal, done_at=moment)
    found = {words: path for words, path in numbers(harbor) if path}
    assert list(found) == ["1 active partner", "2 tasks done"]
    for words, path in found.items():
        page = client_of(bob).get(path).context["page"]
        assert page.paginator.count == int(words.split()[0])


def test_answers_of_fewer_than_five_people_are_not_counted(harbor, goal):
    TaskFactory(goal=goal, done_at=END - DAY)
    answered(harbor, 4)
    group = WorkingGroupFactory(coalition=harbor)
    answered(harbor, 5, audience="group", group=group)
    assert "check-in" not in str(numbers(harbor))


def test_numbers_alone_are_no_news(harbor):
    PartnerFactory(coalition=harbor)
    assert numbers(harbor) == []


def test_rounds_that_ask_all_partners_open_and_close_in_what_comes_next(harbor):
    schedule = CheckInScheduleFactory(
        coalition=harbor,
        name="How is it going?",
        every=2,
        anchor_date=TODAY + 10 * DAY,
        local_time=time(9),
        timezone="UTC",
        window_days=5,
    )
    CheckInCycleFactory(schedule=schedule, opens_at=END - DAY, closes_at=END + 2 * DAY)
    CheckInScheduleFactory(
        coalition=harbor, audience="group", group=WorkingGroupFactory(coalition=harbor)
    )
    told = [(i.words, i.note, i.day) for i in found(harbor, SectionKind.NEXT)]
    assert told == [
        ("How is it going?", "The check-in closes.", TODAY + 2 * DAY),
        ("How is it going?", "The check-in opens.", TODAY + 10 * DAY),
    ]


def test_a_round_that_is_left_out_is_not_told(harbor):
    schedule = CheckInScheduleFactory(
        coalition=harbor, anchor_date=TODAY + 10 * DAY, every=12, timezone="UTC"
    )
    CheckInPauseFactory(
        schedule=schedule, from_on=TODAY + 9 * DAY, to_on=TODAY + 11 * DAY
    )
    assert found(harbor, SectionKind.NEXT) == []


def event(harbor, number: int, days: int, **fields) -> Issue:
    """Return the announcement of an event, which everybody was told of."""
    facts = Gathering(
        title=f"Fair {number}", starts_at=END + days * DAY, place="Pier 4"
    )
    told = {"approved_sha256": "1", "content_sha256": "1", "state": IssueState.DONE}
    return IssueFactory(
        coalition=harbor,
        kind=IssueKind.ANNOUNCEMENT,
        source_key=f"e:{number}",
        topic=Topic.EVENT,
        facts=facts.as_json(),
        **told | fields,
    )


def test_events_that_everybody_was_told_of_come_next(harbor):
    first, _past, _late, _group, _draft, gone, in_update = (
        event(harbor, 1, 2),
        event(harbor, 2, -1),
        event(harbor, 3, 60),
        event(harbor, 4, 2, addressees={"reach": "group", "pks": [1]}),
        event(harbor, 5, 2, state=IssueState.COMPOSED),
        event(harbor, 6, 2),
        event(
            harbor,
            7,
            3,
            state=IssueState.MERGED,
            told_in=IssueFactory(coalition=harbor),
        ),
    )
    WithdrawalFactory(issue=gone, key="event")
    told = [
        (item.key, item.words, item.day) for item in found(harbor, SectionKind.NEXT)
    ]
    assert told == [
        (f"issue:{first.pk}", "Fair 1", TODAY + 2 * DAY),
        (f"issue:{in_update.pk}", "Fair 7", TODAY + 3 * DAY),
    ]
    WithdrawalFactory(issue=in_update.told_in, key=f"issue:{in_update.pk}")
    assert [item.words for item in found(harbor, SectionKind.NEXT)] == ["Fair 1"]
