from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comms.models import IssueState
from comms.sending.addresses import address_hashes
from comms.services.consent import stop_mail
from members.models.person import AffiliationKind
from tests.comms.drafts import make_issue
from tests.factories.comms import IssueFactory, QuoteFactory, UpdateScheduleFactory
from tests.factories.feedback import FeedbackFactory
from tests.factories.goals import GoalReadingFactory, MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    AgreementAcceptanceFactory,
    AgreementFactory,
    GroupMemberFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.tasks.checkins import asked, close
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(datetime(2026, 5, 13, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def portal(client_of):
    def get(membership, path="web:home", **headers):
        url = at(membership, path)
        return client_of(membership).get(url, headers=headers).text

    return get


def test_portal_greets_and_says_for_whom_one_stands(portal, harbor, bob):
    AffiliationFactory(
        person=bob.person, partner__coalition=harbor, partner__name="Tenants Union"
    )
    page = portal(bob)
    assert "Hello, Bob" in page
    assert "Tenants Union · Member" in page


def test_portal_asks_and_takes_answers(portal, harbor, alice, bob):
    asked = AssignmentFactory(
        task__goal__coalition=harbor, person=bob.person, asked_by=alice.person
    )
    taken = AssignmentFactory(
        task__goal__coalition=harbor,
        person=bob.person,
        letter="A",
        status="accepted",
        answered_at=timezone.now(),
    )
    told = AssignmentFactory(
        task__goal__coalition=harbor, person=bob.person, letter="I"
    )
    page = portal(bob)
    assert "Alice asks you to be <b>responsible</b>." in page
    assert at(bob, "tasks:assignment_accept", asked.pk) in page
    assert at(bob, "tasks:assignment_decline", asked.pk) in page
    assert "You are <b>accountable</b>." in page
    assert at(bob, "tasks:task_complete", taken.task_id) in page
    assert "You are <b>kept informed</b>." in page
    assert at(bob, "tasks:task_complete", told.task_id) not in page


def test_portal_shows_an_observer_no_buttons(portal, harbor, vera):
    asked = AssignmentFactory(task__goal__coalition=harbor, person=vera.person)
    assert at(vera, "tasks:assignment_accept", asked.pk) not in portal(vera)


def test_portal_renews_what_is_mine_after_an_act(portal, bob):
    part = portal(bob, **HTMX)
    assert part.lstrip().startswith('<section id="my-tasks"')
    assert "<html" not in part


def test_portal_shows_what_was_achieved_lately(portal, harbor, bob):
    lately = datetime(2026, 5, 12, tzinfo=UTC)
    MilestoneFactory(
        goal__coalition=harbor,
        title="Seventh school",
        reached=True,
        reached_at=lately,
        reached_note="2,900 children breathe easier.",
    )
    task = TaskFactory(goal__coalition=harbor, title="Put up the signs", done_at=lately)
    AffiliationFactory(person=bob.person, partner__coalition=harbor)
    AssignmentFactory(
        task=task,
        person=bob.person,
        partner=bob.person.affiliations.get().partner,
    )
    long_ago = datetime(2026, 4, 1, tzinfo=UTC)
    TaskFactory(goal__coalition=harbor, title="Long ago", done_at=long_ago)
    page = portal(bob)
    assert "Seventh school" in page
    assert "2,900 children breathe easier." in page
    assert "Put up the signs" in page
    assert "Long ago" not in page


def test_portal_says_when_the_next_update_comes(portal, harbor, bob):
    UpdateScheduleFactory(
        coalition=harbor, anchor_date=date(2026, 5, 21), local_time=time(10)
    )
    assert "Thursday 21 May, 10:00" in portal(bob)


def test_portal_counts_on_from_an_update_that_is_over_early(portal, harbor, bob):
    UpdateScheduleFactory(
        coalition=harbor, anchor_date=date(2026, 5, 21), local_time=time(10)
    )
    IssueFactory(coalition=harbor, state="skipped", period=1)
    assert "Thursday 4 June, 10:00" in portal(bob)


def test_what_was_released_early_is_not_the_next_one(portal, harbor, bob, alice):
    UpdateScheduleFactory(
        coalition=harbor, anchor_date=date(2026, 5, 21), local_time=time(10)
    )
    due = datetime(2026, 5, 21, 10, tzinfo=harbor.zone)
    gone = {"period": 1, "due_at": due, "released_at": timezone.now()}
    make_issue(harbor, IssueState.RELEASED, **gone)
    assert "Thursday 4 June, 10:00" in portal(bob)
    for page in (portal(alice), portal(alice, path="comms:update_list")):
        assert "4 June, 10:00" in page
        assert "21 May" not in page
    assert "Sending, <time" in portal(alice)


def test_portal_keeps_a_draft_to_those_who_may_see_it(portal, harbor, bob, stella):
    UpdateScheduleFactory(coalition=harbor)
    IssueFactory(
        coalition=harbor,
        state="composed",
        subject="Not yet",
        due_at=datetime(2026, 5, 21, 10, tzinfo=UTC),
    )
    assert "Not yet" not in portal(bob)
    assert "Thursday 21 May, 10:00" in portal(bob)
    assert "Not yet" in portal(stella)


def test_portal_says_when_updates_rest(portal, harbor, bob):
    UpdateScheduleFactory(coalition=harbor, paused_at=timezone.now())
    assert "Updates rest for now." in portal(bob)


def test_portal_leads_to_hurdles_and_asks_and_so_does_its_menu(portal, bob):
    page = portal(bob)
    for name in ("tasks:hurdle_list", "tasks:ask_list"):
        assert f'href="{at(bob, name)}"' in page
    menu = page.partition('id="me"')[2].partition("</ul>")[0]
    assert "Hurdles and asks" in menu


def test_an_empty_portal_says_what_will_come(portal, bob):
    page = portal(bob)
    assert "Nothing waits for you" in page
    assert "Nothing new yet. That will change." in page
    assert "No date set yet." in page


def test_portal_shows_nothing_of_another_coalition(portal, bob, charlie):
    other = charlie.coalition
    GoalReadingFactory(goal__coalition=other, goal__title="Canary")
    MilestoneFactory(goal__coalition=other, title="Canary", reached=True)
    TaskFactory(goal__coalition=other, title="Canary", done=True)
    AssignmentFactory(
        task__goal__coalition=other, task__title="Canary", person=charlie.person
    )
    assert "Canary" not in portal(bob)


def test_portal_asks_a_delegate_to_read_and_accept(portal, harbor, bob):
    place = AffiliationFactory(
        person=bob.person, partner__coalition=harbor, partner__name="Tenants Union"
    )
    agreement = AgreementFactory(coalition=harbor, title="Points of unity")
    page = portal(bob)
    assert "Please read and accept" in page
    assert at(bob, "members:agreement_accept", place.partner_id) in page
    assert at(bob, "members:partner_detail", place.partner_id) in page
    AgreementAcceptanceFactory(partner=place.partner, agreement=agreement)
    assert "Please read and accept" not in portal(bob)


def test_portal_asks_nobody_who_only_works_there(portal, harbor, bob):
    AffiliationFactory(
        person=bob.person, partner__coalition=harbor, kind=AffiliationKind.STAFF
    )
    AgreementFactory(coalition=harbor)
    assert "Please read and accept" not in portal(bob)


@pytest.mark.parametrize("rows", (1, 3))
def test_portal_needs_the_same_queries_for_any_number_of_rows(
    client_of, harbor, bob, rows, django_assert_num_queries
):
    UpdateScheduleFactory(coalition=harbor)
    for _ in range(rows):
        AffiliationFactory(person=bob.person, partner__coalition=harbor)
        goal = GoalReadingFactory(goal__coalition=harbor).goal
        lately = datetime(2026, 5, 12, tzinfo=UTC)
        MilestoneFactory(
            goal=goal, reached=True, reached_at=lately, reached_by=bob.person
        )
        MilestoneFactory(goal=goal)
        AssignmentFactory(task__goal=goal, person=bob.person)
        AssignmentFactory(task__goal=goal, task__done_at=lately, person=bob.person)
        IssueFactory(coalition=harbor)
        GroupMemberFactory(group__coalition=harbor, person=bob.person)
        AffiliationFactory(person=bob.person, partner__coalition=harbor)
        FeedbackFactory(coalition=harbor, author=bob.person)
    AgreementFactory(coalition=harbor)
    client = client_of(bob)
    with django_assert_num_queries(30):
        client.get(at(bob, "web:home"))


def test_portal_asks_whether_my_words_may_be_told(portal, harbor, bob, stella):
    issue = make_issue(harbor)
    mine = QuoteFactory(issue=issue, speaker=bob.person, words="We danced.")
    QuoteFactory(issue=issue, speaker=stella.person, words="We sang.")
    page = portal(bob)
    assert "“We danced.”" in page
    assert mine.link.path in page
    assert "We sang." not in page


def test_portal_knows_who_unsubscribed(portal, bob):
    assert "You get it by e-mail." in portal(bob)
    (addr_hmac, *_) = address_hashes(bob.person.email)
    stop_mail(coalition=bob.coalition, addr_hmac=addr_hmac)
    assert "You do not get it by e-mail." in portal(bob)


def test_portal_asks_for_the_check_in_that_is_open(portal, bob, stella):
    check_in = asked(bob)
    asked(stella)
    page = portal(bob)
    assert page.count('data-kind="brand"') == 1
    assert "How did the last two weeks go?" in page
    assert "in 4 days" in page
    assert f'href="{at(bob, "tasks:check_in_detail", check_in.pk)}"' in page
    Client().post(check_in.link.path, {"progress": "31 visits"})
    page = portal(bob)
    assert 'data-kind="brand"' not in page
    assert "you are done for now" in page


def test_portal_forgets_a_check_in_that_is_over(portal, bob):
    close(asked(bob))
    assert 'data-kind="brand"' not in portal(bob)
