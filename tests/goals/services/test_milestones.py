from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction

from goals.errors import (
    DateLiesAhead,
    MilestoneAlreadyReached,
    MilestoneNotReached,
    ReachedMilestoneStays,
)
from goals.models import Milestone
from goals.services.milestones import (
    create_milestone,
    delete_milestone,
    edit_milestone,
    reach_milestone,
    restore_milestone,
    unreach_milestone,
)
from goals.signals import milestone_reached, milestone_unreached
from members.errors import EditedMeanwhile, RecordElsewhere, RecordGone
from members.models import AuditEntry
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import PartnerFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")

TODAY = date(2026, 5, 13)


def trail():
    return AuditEntry.objects.filter(model="goals.milestone")


@contextmanager
def listening(signal):
    heard = []

    def listen(sender, milestone, by, **kwargs):
        heard.append((milestone, by, transaction.get_connection().in_atomic_block))

    signal.connect(listen)
    try:
        yield heard
    finally:
        signal.disconnect(listen)


def test_create_milestone_belongs_to_its_goal(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    partner = PartnerFactory(coalition=harbor)
    milestone = create_milestone(
        goal=goal, by=acting(alice), title="First school", due=TODAY, partner=partner
    )
    assert list(goal.milestones.all()) == [milestone]
    assert trail().get().after["title"] == "First school"


def test_create_milestone_refuses_a_partner_from_elsewhere(harbor, alice, charlie):
    goal = GoalFactory(coalition=harbor)
    foreign = PartnerFactory(coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        create_milestone(goal=goal, by=acting(alice), title="No", partner=foreign)


def test_edit_milestone_tells_the_second_of_two_editors(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)
    stale = Milestone.objects.get()
    edit_milestone(milestone=milestone, version=1, by=acting(alice), title="One")
    with pytest.raises(EditedMeanwhile):
        edit_milestone(milestone=stale, version=1, by=acting(alice), title="Two")
    assert Milestone.objects.get().title == "One"


def test_reach_milestone_says_who_made_it_happen(harbor, alice, bob):
    milestone = MilestoneFactory(goal__coalition=harbor)
    partner = PartnerFactory(coalition=harbor)
    with listening(milestone_reached) as heard:
        reach_milestone(
            milestone=milestone,
            on=TODAY,
            by=acting(alice),
            person=bob.person,
            partner=partner,
            note="Two more schools asked to join.",
        )
    stored = Milestone.objects.get()
    assert stored.reached_at is not None
    assert (stored.reached_on, stored.reached_by, stored.partner) == (
        TODAY,
        bob.person,
        partner,
    )
    assert heard == [(stored, acting(alice), True)]
    assert trail().get().action == "reach"


def test_reach_milestone_keeps_the_partner_who_carries_it(harbor, alice):
    partner = PartnerFactory(coalition=harbor)
    milestone = MilestoneFactory(goal__coalition=harbor, partner=partner)
    reach_milestone(milestone=milestone, on=TODAY, by=acting(alice))
    assert Milestone.objects.get().partner == partner


def test_reach_milestone_twice_is_one_act(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)
    stale = Milestone.objects.get()
    reach_milestone(milestone=milestone, on=TODAY, by=acting(alice))
    with listening(milestone_reached) as heard, pytest.raises(MilestoneAlreadyReached):
        reach_milestone(milestone=stale, on=TODAY, by=acting(alice))
    assert heard == []
    assert trail().count() == 1


def test_reach_milestone_fails_whole_when_a_receiver_fails(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)

    def fail(**kwargs):
        raise RuntimeError

    milestone_reached.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            reach_milestone(milestone=milestone, on=TODAY, by=acting(alice))
    finally:
        milestone_reached.disconnect(fail)
    assert Milestone.objects.open().exists()
    assert not trail().exists()


def test_reach_milestone_refuses_a_day_to_come(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)
    with pytest.raises(DateLiesAhead):
        reach_milestone(
            milestone=milestone, on=TODAY + timedelta(days=1), by=acting(alice)
        )


@pytest.mark.parametrize("link", ("milestone", "person", "partner"))
def test_reach_milestone_refuses_what_is_elsewhere(harbor, alice, charlie, link):
    links = {"milestone": MilestoneFactory(goal__coalition=harbor)}
    links[link] = {
        "milestone": MilestoneFactory(goal__coalition=charlie.coalition),
        "person": charlie.person,
        "partner": PartnerFactory(coalition=charlie.coalition),
    }[link]
    with pytest.raises(RecordElsewhere):
        reach_milestone(on=TODAY, by=acting(alice), **links)


def test_unreach_milestone_takes_it_back_and_tells(harbor, alice, bob):
    milestone = MilestoneFactory(
        goal__coalition=harbor, reached=True, reached_by=bob.person, reached_note="!"
    )
    with listening(milestone_unreached) as heard:
        unreach_milestone(milestone=milestone, by=acting(alice))
    stored = Milestone.objects.get()
    assert (stored.reached_at, stored.reached_on, stored.reached_by) == (None,) * 3
    assert stored.reached_note == ""
    assert heard == [(stored, acting(alice), True)]
    assert trail().get().before["reached_by"] == bob.person.pk


def test_unreach_milestone_refuses_an_open_one(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)
    with pytest.raises(MilestoneNotReached):
        unreach_milestone(milestone=milestone, by=acting(alice))


def test_delete_milestone_can_be_taken_back(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor, title="Keep me")
    entry = delete_milestone(milestone=milestone, by=acting(alice))
    assert not Milestone.objects.exists()
    restore_milestone(entry=entry, by=acting(alice))
    assert Milestone.objects.get(pk=milestone.pk).title == "Keep me"


def test_delete_milestone_keeps_what_was_reached(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor, reached=True)
    with pytest.raises(ReachedMilestoneStays):
        delete_milestone(milestone=milestone, by=acting(alice))


def test_delete_milestone_twice_says_that_it_is_gone(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)
    stale = Milestone.objects.get()
    delete_milestone(milestone=milestone, by=acting(alice))
    with pytest.raises(RecordGone):
        delete_milestone(milestone=stale, by=acting(alice))
