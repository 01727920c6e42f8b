"""A milestone reached drafts its news, and taking it back takes that back too."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from comms.models import Circle, Delivery, Issue, IssueKind, IssueState
from comms.services.issues import approve_issue
from comms.services.release import release_issue
from comms.updates.content import Content, SectionKind, content_of
from comms.updates.links import absolute
from comms.updates.preheader import preheader_of
from comms.updates.render import preview
from goals.services.milestones import reach_milestone, unreach_milestone
from tests.factories.goals import MilestoneFactory
from tests.utils import acting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def milestone(harbor):
    return MilestoneFactory(goal__coalition=harbor, title="Seventh school signs")


def reach(milestone, by):
    reach_milestone(milestone=milestone, on=timezone.localdate(), by=acting(by))
    return Issue.objects.order_by("-pk").first()


def unreach(milestone, by):
    unreach_milestone(milestone=milestone, by=acting(by))


def release(issue, by):
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(by))
    issue = Issue.objects.get(pk=issue.pk)
    release_issue(issue=issue, now=timezone.now(), at_once=False, by=acting(by))


def states():
    return list(Issue.objects.order_by("pk").values_list("state", flat=True))


def test_a_milestone_reached_drafts_an_announcement(milestone, alice):
    issue = reach(milestone, alice)
    assert issue.kind == IssueKind.ANNOUNCEMENT
    assert issue.state == IssueState.AWAITING_APPROVAL
    assert issue.subject == "We did it: Seventh school signs"
    (section,) = content_of(issue).sections
    assert section.kind == SectionKind.NEWS
    assert not Delivery.objects.exists()


def test_its_mail_leads_to_the_goal_and_says_more_than_the_subject(milestone, alice):
    issue = reach(milestone, alice)
    mail = preview(issue, alice.person, within=Circle.EVERYBODY)
    goal = absolute(at(alice, "goals:goal_detail", milestone.goal_id))
    assert f'<a href="{goal}"' in mail.html.partition('class="btn"')[2][:600]
    assert f"See the goal: {goal}" in mail.text
    assert "See everything" not in mail.html + mail.text
    assert "Milestone reached on" in mail.preheader
    assert milestone.title not in mail.preheader


def test_what_the_subject_does_not_say_stands_beside_it(milestone, alice):
    issue = reach(milestone, alice)
    issue.subject = "What a week"
    assert preheader_of(issue, content_of(issue)) == milestone.title
    issue.introduction = "It **worked**.\n\nCome and see."
    assert preheader_of(issue, Content()) == "It worked. Come and see."


@pytest.mark.parametrize(("days", "kinds"), ((0, ["news", "next"]), (-1, ["news"])))
def test_what_is_late_does_not_come_next(milestone, alice, days, kinds):
    due = timezone.localdate() + timedelta(days=days)
    MilestoneFactory(goal=milestone.goal, due=due)
    issue = reach(milestone, alice)
    assert [section.kind for section in content_of(issue).sections] == kinds


def test_the_draft_and_the_milestone_commit_together(milestone, alice, monkeypatch):
    monkeypatch.setattr("comms.updates.happenings.build_milestone", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reach(milestone, alice)
    milestone.refresh_from_db()
    assert milestone.reached_at is None


@pytest.mark.parametrize("approved", (False, True))
def test_taken_back_before_release_cancels_the_draft(milestone, alice, approved):
    issue = reach(milestone, alice)
    if approved:
        approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    unreach(milestone, alice)
    assert states() == [IssueState.CANCELLED]


def test_reached_again_makes_a_fresh_draft(milestone, alice):
    reach(milestone, alice)
    unreach(milestone, alice)
    reach(milestone, alice)
    assert states() == [IssueState.CANCELLED, IssueState.AWAITING_APPROVAL]


def test_taken_back_in_the_wait_calls_the_news_back(milestone, alice):
    release(reach(milestone, alice), alice)
    unreach(milestone, alice)
    assert states() == [IssueState.CANCELLED]
    assert not Delivery.objects.exists()


def test_taken_back_after_it_left_drafts_a_correction(milestone, alice):
    release(reach(milestone, alice), alice)
    Delivery.objects.update(data_started_at=timezone.now())
    unreach(milestone, alice)
    assert states() == [IssueState.RELEASED, IssueState.AWAITING_APPROVAL]
    correction = Issue.objects.latest("pk")
    assert correction.subject == "Not yet: Seventh school signs"
    (item,) = content_of(correction).items
    assert "It is not, yet." in item.note


def test_after_a_correction_it_can_be_reached_and_announced_again(milestone, alice):
    release(reach(milestone, alice), alice)
    Delivery.objects.update(data_started_at=timezone.now())
    unreach(milestone, alice)
    again = reach(milestone, alice)
    assert again.subject == "We did it: Seventh school signs"
    unreach(milestone, alice)
    assert Issue.objects.get(pk=again.pk).state == IssueState.CANCELLED


def test_an_old_milestone_without_news_can_be_taken_back(harbor, alice):
    milestone = MilestoneFactory(
        goal__coalition=harbor, reached_at=timezone.now(), reached_on=date(2020, 1, 1)
    )
    unreach(milestone, alice)
    assert states() == []
