"""Every update, only what concerns me, or none; announcements or not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.jobs import run_pump
from comms.models import Delivery, IssueState, Lane, LeftOut, MailPreference, Wish
from comms.sending.mail import Skip
from comms.services.consent import choose_mail, gets_updates, wishes_of
from comms.services.release import release_issue
from comms.updates.audience import audience
from comms.updates.concerns import concerns
from comms.updates.content import Content, Item, Section, SectionKind
from comms.updates.render import render_issues
from tasks.models import AssignmentStatus
from tests.comms.drafts import make_announcement, make_issue
from tests.comms.test_render import Mail, sealed
from tests.factories.comms import MailPreferenceFactory
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


def told(*records) -> Content:
    items = tuple(
        Item(
            key=f"{record._meta.model_name}:{record.pk}",
            words=f"About {record}",
            path="/c/harbor/",
            fresh=True,
        )
        for record in records
    )
    section = Section(kind=SectionKind.ACHIEVED, items=items, total=len(items))
    return Content((section,))


def choosing(membership, updates=Wish.CONCERNING, **fields):
    return MailPreferenceFactory(person=membership.person, updates=updates, **fields)


def left_out(issue, membership):
    today = timezone.localdate()
    everybody = audience(issue.coalition, today, issue=issue)
    return next(x.left_out for x in everybody if x.person_id == membership.person_id)


@pytest.fixture
def task(harbor):
    return TaskFactory(goal=None, coalition=harbor, title="Signs at seven gates")


# What concerns whom


def test_a_task_concerns_who_carries_it_and_their_partner(harbor, task, bob, vera):
    partner = PartnerFactory(coalition=harbor)
    AffiliationFactory(coalition=harbor, person=vera.person, partner=partner)
    AssignmentFactory(task=task, person=bob.person, partner=partner)
    key, today = f"task:{task.pk}", timezone.localdate()
    found = concerns([key], {bob.person_id, vera.person_id}, today)
    assert found == {bob.person_id: {key}, vera.person_id: {key}}


def test_what_was_declined_concerns_nobody(task, bob):
    AssignmentFactory(
        task=task,
        person=bob.person,
        status=AssignmentStatus.DECLINED,
        answered_at=timezone.now(),
    )
    found = concerns([f"task:{task.pk}"], {bob.person_id}, timezone.localdate())
    assert found == {}


def test_goals_milestones_and_partners_concern_theirs(harbor, bob, vera):
    partner = PartnerFactory(coalition=harbor)
    AffiliationFactory(coalition=harbor, person=vera.person, partner=partner)
    goal = GoalFactory(coalition=harbor, owner=bob.person)
    milestone = MilestoneFactory(goal=goal, partner=partner)
    keys = [f"goal:{goal.pk}", f"milestone:{milestone.pk}", f"partner:{partner.pk}"]
    found = concerns(
        [*keys, "partners", "win:x"],
        {bob.person_id, vera.person_id},
        timezone.localdate(),
    )
    assert found == {bob.person_id: set(keys[:2]), vera.person_id: set(keys[1:])}


# Who gets it


def test_only_what_concerns_me_leaves_me_out_of_the_rest(harbor, task, alice, bob):
    choosing(bob)
    issue = make_issue(harbor, told=told(task))
    assert left_out(issue, bob) == LeftOut.NOT_CONCERNED
    AssignmentFactory(task=task, person=bob.person)
    assert left_out(issue, bob) is None


def test_what_waits_for_me_concerns_me(harbor, task, bob):
    choosing(bob)
    AssignmentFactory(task=TaskFactory(goal=None, coalition=harbor), person=bob.person)
    assert left_out(make_issue(harbor, told=told(task)), bob) is None


def test_announcements_and_updates_are_chosen_apart(harbor, bob, vera):
    choosing(bob, Wish.NONE)
    choosing(vera, Wish.EVERY, announcements=False)
    update, news = make_issue(harbor), make_announcement(harbor)
    assert left_out(update, bob) == LeftOut.NO_UPDATES
    assert left_out(news, bob) is None
    assert left_out(update, vera) is None
    assert left_out(news, vera) == LeftOut.NO_ANNOUNCEMENTS


def test_the_draft_says_who_chose_what(client_of, alice, bob, harbor):
    choosing(bob, Wish.NONE)
    issue = make_issue(harbor)
    page = client_of(alice).get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    assert "Wants announcements, but no updates" in page


@pytest.mark.parametrize("people", (1, 3))
def test_the_statements_are_the_same_for_any_number(harbor, task, people):
    for _ in range(people):
        member = MembershipFactory(coalition=harbor)
        AssignmentFactory(task=task, person=member.person)
        choosing(member)
    issue = make_issue(harbor, told=told(task))
    with CaptureQueriesContext(connection) as seen:
        assert len(list(audience(harbor, timezone.localdate(), issue=issue))) >= people
    assert len(seen) == 7


# What they read


def mail_of(issue, membership, by) -> Mail | Skip:
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(by))
    row = Delivery.objects.get(issue=issue, person=membership.person)
    (made,) = render_issues([row]).values()
    return made if isinstance(made, Skip) else Mail(sealed(made, row))


def test_they_read_only_what_concerns_them(harbor, task, alice, bob):
    other = TaskFactory(goal=None, coalition=harbor, title="Somebody else’s")
    AssignmentFactory(task=task, person=bob.person)
    choosing(bob)
    issue = make_issue(harbor, IssueState.APPROVED, told=told(task, other), subject="S")
    mail = mail_of(issue, bob, alice)
    for words in (mail.text, mail.seen.words):
        assert "About Signs at seven gates" in words
        assert "concerns you and your partner only" in words
        assert "About Somebody" not in words.partition("Hello Bob")[2]


def test_what_concerns_them_no_more_is_not_sent(harbor, task, alice, bob):
    part = AssignmentFactory(task=task, person=bob.person)
    choosing(bob)
    issue = make_issue(harbor, IssueState.APPROVED, told=told(task))
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(alice))
    part.delete()
    row = Delivery.objects.get(issue=issue, person=bob.person)
    assert render_issues([row]) == {row.pk: Skip(LeftOut.NOT_CONCERNED)}


@pytest.mark.parametrize("people", (1, 3))
def test_a_batch_of_them_takes_the_same_statements(harbor, task, alice, people):
    for _ in range(people):
        member = MembershipFactory(coalition=harbor)
        AssignmentFactory(task=task, person=member.person)
        choosing(member)
    issue = make_issue(harbor, IssueState.APPROVED, told=told(task))
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(alice))
    rows = list(Delivery.objects.filter(status="queued"))
    with CaptureQueriesContext(connection) as seen:
        render_issues(rows)
    assert len(seen) == 13


# The fence


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize(
    ("make", "wish", "reason"),
    (
        (make_issue, {"updates": Wish.NONE}, "no_updates"),
        (make_announcement, {"announcements": False}, "no_announcements"),
    ),
)
def test_a_choice_made_while_it_waits_is_kept(harbor, alice, make, wish, reason):
    issue = make(harbor, state=IssueState.APPROVED, subject="S")
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(alice))
    MailPreferenceFactory(person=alice.person, **wish)
    run_pump(Lane.BULK, until_idle=True)
    row = Delivery.objects.get(issue=issue)
    assert (row.status, row.reason) == ("skipped", reason)


# Choosing


def test_a_choice_is_kept(alice):
    choose_mail(
        person=alice.person, updates="concerning", announcements=False, by=acting(alice)
    )
    wishes = wishes_of(alice.person)
    assert (wishes.updates, wishes.announcements) == (Wish.CONCERNING, False)
    assert gets_updates(alice.person)


def test_wanting_nothing_is_taking_consent_back(alice):
    choose_mail(
        person=alice.person, updates="none", announcements=False, by=acting(alice)
    )
    alice.person.refresh_from_db()
    assert not alice.person.consent_digest
    assert not MailPreference.objects.exists()
    assert wishes_of(alice.person).updates == Wish.NONE


def test_the_page_keeps_and_shows_the_choice(client_of, bob):
    client = client_of(bob)
    url = "/c/harbor/mail/"
    data = {"updates": "concerning", "announcements": "on"}
    assert client.post(url, data).status_code == 303
    page = client.get(url).content.decode()
    assert 'value="concerning"' in page
    assert MailPreference.objects.get().updates == Wish.CONCERNING


def test_an_unknown_choice_is_refused(client_of, bob):
    response = client_of(bob).post("/c/harbor/mail/", {"updates": "all of it"})
    assert response.status_code == 422
    assert not MailPreference.objects.exists()
