"""A win becomes a milestone reached, a line of the update, or is simply kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.models import Issue, IssueKind
from comms.updates.build import Window, build_update
from goals.models import Milestone
from members.models import AuditEntry
from tasks.errors import NotAskedYet, NotForYou, SettledAlready
from tasks.models import SeenBy, Win, WinUse
from tasks.services.wins import Credit, drop_win, keep_win, reach_with_win
from tests.factories.checkins import CheckInVoiceFactory, WinFactory
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import MembershipFactory, PartnerFactory
from tests.tasks.checkins import asked, open_cycle
from tests.utils import acting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


def won(membership, words="The mayor called back", **of):
    check_in = asked(
        membership,
        cycle=open_cycle(membership.coalition, of=of),
        state="answered",
        answered_at=timezone.now(),
        win=words,
    )
    partner = PartnerFactory(
        coalition=membership.coalition, name=f"Clean Air {check_in.pk}"
    )
    CheckInVoiceFactory(check_in=check_in, partner=partner)
    return check_in


@pytest.fixture
def milestone(harbor):
    return MilestoneFactory(goal__coalition=harbor, title="The mayor listens")


def test_a_milestone_is_reached_credited_and_announced(alice, bob, milestone):
    check_in = won(bob)
    partner = check_in.voices.get().partner
    win = reach_with_win(
        check_in=check_in,
        words="The mayor called",
        milestone=milestone,
        credit=Credit(partner=partner),
        by=acting(alice),
    )
    milestone.refresh_from_db()
    assert (milestone.reached_by, milestone.partner) == (bob.person, partner)
    assert milestone.reached_note == "The mayor called"
    assert win.milestone == milestone
    assert Issue.objects.filter(kind=IssueKind.ANNOUNCEMENT).count() == 1


def test_a_new_milestone_is_made_and_reached(alice, bob, harbor):
    goal = GoalFactory(coalition=harbor)
    reach_with_win(
        check_in=won(bob), words="The mayor called", goal=goal, by=acting(alice)
    )
    assert Milestone.objects.reached().get(goal=goal).title == "The mayor called"


def test_who_does_not_want_to_be_named_is_not(alice, bob, milestone):
    reach_with_win(
        check_in=won(bob),
        words="x",
        milestone=milestone,
        credit=Credit(named=False),
        by=acting(alice),
    )
    milestone.refresh_from_db()
    assert milestone.reached_by is None


def test_taking_it_back_opens_the_milestone_again(alice, bob, milestone):
    win = reach_with_win(
        check_in=won(bob), words="x", milestone=milestone, by=acting(alice)
    )
    drop_win(win=win, by=acting(alice))
    milestone.refresh_from_db()
    assert milestone.reached_at is None
    assert not Win.objects.exists()


@pytest.mark.parametrize("seen_by", (SeenBy.COORDINATORS, SeenBy.LEADS))
def test_what_was_not_said_to_all_is_told_when_they_agreed(alice, bob, seen_by):
    check_in = won(bob, win_seen_by=seen_by)
    fields = {"check_in": check_in, "words": "x", "by": acting(alice)}
    with pytest.raises(NotAskedYet):
        keep_win(use=WinUse.UPDATE, **fields)
    keep_win(use=WinUse.UPDATE, agreed=True, **fields)


def test_to_keep_it_nobody_has_to_be_asked(alice, bob):
    check_in = won(bob, win_seen_by=SeenBy.COORDINATORS)
    keep_win(check_in=check_in, use=WinUse.KEPT, words="x", by=acting(alice))
    with pytest.raises(SettledAlready):
        keep_win(check_in=check_in, use=WinUse.KEPT, words="x", by=acting(alice))


def test_only_coordinators_decide_and_the_trail_has_no_words(alice, bob, stella):
    check_in = won(bob)
    for other in (bob, stella):
        with pytest.raises(NotForYou):
            keep_win(check_in=check_in, use=WinUse.KEPT, words="x", by=acting(other))
    keep_win(check_in=check_in, use=WinUse.KEPT, words="Quagga", by=acting(alice))
    for entry in AuditEntry.objects.all():
        assert "Quagga" not in f"{entry.before}{entry.after}"


def test_the_update_tells_it_with_thanks_once(alice, bob, harbor):
    check_in = won(bob)
    partner = check_in.voices.get().partner
    credit = Credit(partner=partner)
    fields = {"check_in": check_in, "words": "The mayor called", "credit": credit}
    keep_win(use=WinUse.UPDATE, by=acting(alice), **fields)
    WinFactory(check_in=won(stranger_of(bob)), words="Kept")
    now, today = timezone.now(), timezone.localdate()
    found = []
    for start in (now - timedelta(days=14), now + timedelta(days=1)):
        window = Window(start=start, end=start + timedelta(days=15), today=today)
        content = build_update(harbor, window)
        found.append([i for s in content.sections for i in s.items if "win:" in i.key])
    assert [(item.words, item.note) for item in found[0]] == [
        ("The mayor called", f"With thanks to Bob Brown, {partner}.")
    ]
    assert found[1] == []


def stranger_of(membership):
    return MembershipFactory(coalition=membership.coalition)


# The pages


def test_the_list_leads_to_the_form_and_back(client_of, alice, bob, milestone):
    check_in = won(bob)
    client = client_of(alice)
    assert "The mayor called back" in client.get(at(alice, "tasks:win_list")).text
    url = at(alice, "tasks:win_decide", check_in.pk)
    assert "Thank Bob Brown by name" in client.get(url).text
    data = {
        "use": "milestone",
        "milestone": milestone.pk,
        "words": "The mayor called",
        "named": "on",
        "partner": check_in.voices.get().partner_id,
    }
    assert client.post(url, data).status_code == 303
    assert "With thanks to" in client.get(url).text
    client.post(url, {"act": "back"})
    assert not Win.objects.exists()


def test_a_new_milestone_needs_a_goal(client_of, alice, bob):
    url = at(alice, "tasks:win_decide", won(bob).pk)
    answer = client_of(alice).post(url, {"use": "milestone", "words": "x"})
    assert answer.status_code == 422
    assert "Choose a milestone, or the goal for a new one." in answer.text


def test_the_form_asks_for_consent_where_it_was_not_said_to_all(client_of, alice, bob):
    check_in = won(bob, win_seen_by=SeenBy.COORDINATORS)
    url = at(alice, "tasks:win_decide", check_in.pk)
    client = client_of(alice)
    assert "Bob Brown said yes to telling everybody" in client.get(url).text
    data = {"use": "update", "words": "x", "named": "on"}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "Ask Bob Brown first" in answer.text
    assert client.post(url, {**data, "agreed": "on"}).status_code == 303


def test_others_find_nothing(client_of, bob, stella, charlie):
    check_in = won(bob)
    url = at(stella, "tasks:win_decide", check_in.pk)
    assert client_of(stella).get(url).status_code == 403
    theirs = at(charlie, "tasks:win_decide", check_in.pk)
    assert client_of(charlie).get(theirs).status_code == 404
    assert "mayor" not in client_of(charlie).get(at(charlie, "tasks:win_list")).text


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_costs_the_same_however_long(client_of, alice, bob, count):
    for _ in range(count):
        won(bob)
        WinFactory(check_in=won(bob))
    client = client_of(alice)
    with CaptureQueriesContext(connection) as found:
        client.get(at(alice, "tasks:win_list"))
    assert len(found) == 7
