"""What whoever approves is told: how long, what is empty or left out, and for whom."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scopes_disabled
from comms.models import Circle, Topic
from comms.services.issues import edit_issue
from comms.services.items import show_item
from comms.updates import survey
from comms.updates.content import Content, Item, Section, SectionKind
from comms.updates.happenings import Decision
from comms.updates.look import look_over
from comms.updates.render import make_mail
from tests.comms.drafts import content, make_announcement, make_issue
from tests.factories.members import MembershipFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


def look(issue, alice):
    return look_over(issue, alice.person, within=Circle.STEERING)


def remarks(issue, alice):
    return {remark.words: list(remark.about) for remark in look(issue, alice).remarks}


def test_what_is_as_it_should_be_gets_no_remark(harbor, alice):
    issue = make_issue(harbor, introduction="It was a good week.")
    assert remarks(issue, alice) == {}


def test_a_mail_that_would_be_cut_off_is_named_with_its_reader(harbor, alice):
    issue = make_issue(harbor, introduction="🌊" * 5000)
    found = look(issue, alice)
    assert found.survey.largest > 100_000
    (remark,) = found.remarks
    assert "Gmail cuts off at 102 kB" in remark.words
    assert f"to {found.survey.largest_for} has" in remark.words


def test_it_is_the_largest_that_is_measured(harbor, alice):
    issue = make_issue(harbor)
    busy = MembershipFactory(coalition=harbor, person__full_name="Busy Bea").person
    for n in range(6):
        AssignmentFactory(
            task__goal=None,
            task__coalition=harbor,
            person=busy,
            task__title=f"{n}" * 150,
        )
    survey = look(issue, alice).survey
    assert survey.largest_for == "Busy Bea"
    assert survey.longest_line <= 998


def test_of_many_some_are_measured_evenly(harbor, alice, monkeypatch):
    monkeypatch.setattr("comms.updates.survey.MEASURED", 2)
    issue = make_issue(harbor)
    MembershipFactory.create_batch(4, coalition=harbor)
    found = look(issue, alice)
    assert found.audience.gets == 5
    assert found.survey.measured == 2
    assert len(found.survey.idle) == 5


def test_a_long_subject_is_cut_off_on_a_phone(harbor, alice):
    issue = make_issue(harbor, introduction="Hi", subject="x" * 60)
    assert remarks(issue, alice) == {}
    issue = make_issue(harbor, introduction="Hi", subject="x" * 61)
    (words,) = remarks(issue, alice)
    assert "The subject has 61 characters" in words


def test_missing_words_are_missed(harbor, alice):
    found = remarks(make_issue(harbor, subject=""), alice)
    assert "There is no subject yet." in found
    assert "Nothing in it is in your own words yet." in found


def test_a_link_that_leads_nowhere_is_named(harbor, alice):
    issue = make_issue(harbor, introduction="Read [this]() and [](https://x.org/).")
    found = remarks(issue, alice)
    assert found["These links lead nowhere:"] == ["this"]
    unseen = found["These links have no words that anybody could press:"]
    assert unseen == ["https://x.org/"]


def test_a_line_without_a_page_is_named_but_for_what_was_said_in_confidence(
    harbor, alice
):
    items = (
        Item(key="task:1", words="Leads somewhere", path="/c/harbor/tasks/1/"),
        Item(key="task:2", words="Leads nowhere"),
        Item(key="feedback:3", words="Said in confidence"),
        Item(key="number:person_list", words="38 people"),
    )
    told = Content((Section(kind=SectionKind.ACHIEVED, items=items, total=4),))
    issue = make_issue(harbor, introduction="Hi", told=told)
    assert remarks(issue, alice) == {"1 line leads to no page:": ["Leads nowhere"]}


def test_what_a_coordinator_wrote_down_needs_neither_other_words_nor_a_page(
    harbor, alice
):
    decision = Decision(decided="We march", on=date(2026, 5, 1), by="all")
    issue = make_announcement(
        harbor,
        topic=Topic.DECISION,
        facts=decision.as_json(),
        told=decision.content(ZoneInfo("UTC")),
    )
    assert remarks(issue, alice) == {}


def test_what_was_left_out_names_who_did_it_last(harbor, alice):
    issue = make_issue(harbor, told=content("One", "Two", "Three"))
    issue = show_item(issue=issue, key="task:1", shown=False, by=acting(alice))
    issue = show_item(issue=issue, key="task:2", shown=False, by=acting(alice))
    issue = show_item(issue=issue, key="task:2", shown=True, by=acting(alice))
    items = look(issue, alice).items
    assert [(entry.item.words, entry.by) for entry in items.hidden] == [
        ("One", "Alice Adams")
    ]
    assert items.total == 1


def test_what_a_mail_has_no_room_for_is_counted(harbor, alice):
    told = content(*(f"Item {n}" for n in range(10)))
    (section,) = told.sections
    told = Content((Section(kind=section.kind, items=section.items, total=12),))
    (folded,) = look(make_issue(harbor, told=told), alice).items.folded
    assert [item.words for item in folded.items] == ["Item 8", "Item 9"]
    assert (folded.unlisted, folded.total) == (2, 4)


def test_for_whom_nothing_waits_is_named(harbor, alice, bob, charlie):
    issue = make_issue(harbor)
    AssignmentFactory(
        task__goal=None, task__coalition=harbor, person=bob.person, letter="R"
    )
    PersonFactory(coalition=harbor, full_name="No Address", email=None)
    names = [who.name for who in look(issue, alice).survey.idle]
    assert "Alice Adams" in names
    assert "Bob Brown" not in names
    assert "No Address" not in names
    with scopes_disabled():
        assert charlie.person.full_name not in names


@pytest.mark.parametrize("rows", (1, 3, 500))
def test_looking_takes_the_same_statements(harbor, alice, rows):
    issue = make_issue(
        harbor, told=content(*(f"Item {n}" for n in range(min(rows, 9))))
    )
    people = PersonFactory.build_batch(rows, coalition=harbor, consent_digest=True)
    issue = show_item(issue=issue, key="task:1", shown=False, by=acting(alice))
    type(people[0]).objects.bulk_create(people)
    with CaptureQueriesContext(connection) as seen:
        look(issue, alice)
    assert len(seen) == 24


def test_looking_again_sees_what_was_edited(harbor, alice):
    issue = make_issue(harbor)
    assert remarks(issue, alice)
    issue = edit_issue(
        issue=issue,
        version=issue.version,
        subject="Seven schools",
        introduction="At last.",
        own_note="",
        by=acting(alice),
    )
    assert remarks(issue, alice) == {}


def test_a_draft_is_measured_once_and_anew_when_something_in_it_changes(
    harbor, alice, bob, monkeypatch
):
    made = []

    def counted(row, told, reader):
        made.append(row.pk)
        return make_mail(row, told, reader)

    monkeypatch.setattr(survey, "make_mail", counted)
    issue = make_issue(harbor, told=content("One", "Two"))
    first = look(issue, alice).survey
    each = len(made)
    assert each == first.measured > 1
    assert look(issue, alice).survey == first
    assert len(made) == each
    issue = show_item(issue=issue, key="task:1", shown=False, by=acting(alice))
    assert look(issue, alice).survey.largest < first.largest
    assert len(made) == 2 * each
    part = {"task__goal": None, "task__coalition": harbor, "letter": "R"}
    AssignmentFactory(person=bob.person, **part)
    assert look(issue, alice).survey.largest_for == "Bob Brown"
    assert len(made) == 3 * each
