"""Hurdles: who reads which, and what is done about them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from members.models import AuditEntry
from members.permissions import MemberRole
from tasks.models import Hurdle, HurdleState, SeenBy, Task
from tasks.services.checkins import Said, answer_check_in
from tests.factories.checkins import CheckInVoiceFactory, HurdleFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import MembershipFactory, PartnerFactory
from tests.factories.tasks import TaskFactory
from tests.tasks.checkins import asked, open_cycle
from tests.utils import acting, at

NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
SECRET = "quokka"

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def hurdle_of(membership, **kwargs):
    """Return what holds a member up, for their partner, said so many days ago."""
    days = kwargs.pop("days", 0)
    made = HurdleFactory(check_in=asked(membership), **kwargs)
    if days:
        past = timezone.now() - timedelta(days=days)
        Hurdle.objects.filter(pk=made.pk).update(created_at=past)
    return made


def for_partner(hurdle, **kwargs):
    partner = PartnerFactory(coalition=hurdle.coalition, **kwargs)
    CheckInVoiceFactory(check_in=hurdle.check_in, partner=partner)
    return partner


READERS = {
    SeenBy.COORDINATORS: {"alice", "bob"},
    SeenBy.LEADS: {"alice", "bob", "stella"},
    SeenBy.MEMBERS: {"alice", "bob", "stella", "mira", "vera"},
}


@pytest.fixture
def everybody(alice, bob, stella, vera, harbor):
    mira = MembershipFactory(coalition=harbor, role=MemberRole.MEMBER)
    members = {"alice": alice, "bob": bob, "stella": stella, "vera": vera}
    return {**members, "mira": mira}


@pytest.mark.parametrize("seen_by", SeenBy)
def test_only_those_it_was_promised_to_read_it(seen_by, everybody, client_of, bob):
    hurdle = hurdle_of(bob, text=SECRET, seen_by=seen_by, answer=f"{SECRET} too")
    task = TaskFactory(goal__coalition=bob.coalition)
    hurdle.task = task
    hurdle.save()
    partner = for_partner(hurdle)
    for name, membership in everybody.items():
        client = client_of(membership)
        detail = client.get(at(membership, "tasks:hurdle_detail", hurdle.pk))
        shown = {
            "detail": detail.status_code == 200,
            **{
                place: SECRET in client.get(url).text
                for place, url in {
                    "list": at(membership, "tasks:hurdle_list"),
                    "partner": at(
                        membership, "tasks:hurdle_list_for_partner_panel", partner.pk
                    ),
                }.items()
            },
        }
        reads = name in READERS[seen_by]
        assert shown == dict.fromkeys(shown, reads), (name, seen_by)
        for page in ("web:home", "tasks:task_list", "members:partner_list"):
            text = client.get(at(membership, page)).text
            assert SECRET not in text or name == "bob"
        if not reads:
            for verb in ("raise", "lower", "solve", "reopen"):
                url = at(membership, f"tasks:hurdle_{verb}", hurdle.pk)
                assert client.post(url).status_code in {403, 404}


def test_the_promise_holds_when_the_schedule_changes(alice, bob, stella, client_of):
    cycle = open_cycle(bob.coalition, of={"hurdle_seen_by": SeenBy.COORDINATORS})
    check_in = asked(bob, cycle=cycle)
    answer_check_in(check_in=check_in, said=Said(hurdle=SECRET), by=acting(bob))
    schedule = cycle.schedule
    schedule.hurdle_seen_by = SeenBy.MEMBERS
    schedule.save()
    assert Hurdle.objects.get().seen_by == SeenBy.COORDINATORS
    page = client_of(stella).get(at(stella, "tasks:hurdle_list")).text
    assert SECRET not in page


def test_the_oldest_stands_first_with_its_age(alice, bob, client_of):
    for text, days in (("Newer", 3), ("Oldest", 40), ("Today", 0)):
        hurdle_of(bob, text=text, days=days)
    text = client_of(alice).get(at(alice, "tasks:hurdle_list")).text
    assert text.index("Oldest") < text.index("Newer") < text.index("Today")
    for words in ("for 5 weeks", "for 3 days", "since today"):
        assert words in text


def test_the_list_is_narrowed(alice, bob, client_of):
    goal = GoalFactory(coalition=bob.coalition, title="Clean air")
    first = hurdle_of(bob, text="First", goal=goal)
    hurdle_of(bob, text="Second", state=HurdleState.ANSWERED, answer="Yes")
    hurdle_of(bob, text="Third", state=HurdleState.SOLVED, solved_at=NOW)
    partner = for_partner(first)
    url = at(alice, "tasks:hurdle_list")
    client = client_of(alice)

    def found(query):
        text = client.get(f"{url}?{query}").text
        return [name for name in ("First", "Second", "Third") if name in text]

    assert found("") == ["First", "Second"]
    assert found("state=all") == ["First", "Second", "Third"]
    assert found("state=answered") == ["Second"]
    assert found(f"goal={goal.pk}") == ["First"]
    assert found(f"partner={partner.pk}") == ["First"]
    assert found("whose=mine") == []
    assert "Show all hurdles" in client.get(f"{url}?whose=mine").text


def test_an_answer_reaches_the_portal_and_the_next_check_in(alice, bob, client_of):
    hurdle = hurdle_of(bob, text="No radar", seen_by=SeenBy.LEADS)
    url = at(alice, "tasks:hurdle_answer", hurdle.pk)
    data = {"answer": "Ask the city", "version": hurdle.version}
    assert client_of(alice).post(url, data).status_code == 303
    stored = Hurdle.objects.get()
    assert (stored.state, stored.answer, stored.answered_by) == (
        HurdleState.ANSWERED,
        "Ask the city",
        alice.person,
    )
    assert stored.news_at == NOW
    assert "Ask the city" in client_of(bob).get(at(bob, "web:home")).text
    following = asked(bob)
    page = client_of(bob).get(at(bob, "tasks:check_in_detail", following.pk)).text
    assert "No radar (The answer: Ask the city)" in page
    trail = AuditEntry.objects.filter(model="tasks.hurdle", action="answer").get()
    assert "city" not in f"{trail.before}{trail.after}"


def test_an_answer_is_asked_for_and_a_second_editor_told(alice, bob, client_of):
    hurdle = hurdle_of(bob)
    url = at(alice, "tasks:hurdle_answer", hurdle.pk)
    empty = client_of(alice).post(url, {"answer": "", "version": hurdle.version})
    assert empty.status_code == 422
    assert "Please fill this in." in empty.text
    late = client_of(alice).post(url, {"answer": "Mine", "version": hurdle.version + 1})
    assert late.status_code == 422
    assert "Mine" in late.text
    assert Hurdle.objects.get().answer == ""


def test_the_steering_group_answers_only_what_was_raised(alice, bob, stella, client_of):
    hurdle = hurdle_of(bob, seen_by=SeenBy.LEADS)
    url = at(stella, "tasks:hurdle_answer", hurdle.pk)
    data = {"answer": "We call the mayor", "version": hurdle.version}
    refused = client_of(stella).post(url, data)
    assert refused.status_code == 422
    client_of(alice).post(at(alice, "tasks:hurdle_raise", hurdle.pk))
    raised = Hurdle.objects.get()
    assert (raised.state, raised.raised_at) == (HurdleState.RAISED, NOW)
    home = client_of(stella).get(at(stella, "web:home")).text
    assert "1 hurdle was raised with the steering group" in home
    data["version"] = raised.version
    assert client_of(stella).post(url, data).status_code == 303
    assert Hurdle.objects.get().state == HurdleState.ANSWERED
    home = client_of(stella).get(at(stella, "web:home")).text
    assert "raised with the steering group" not in home


def test_a_confidence_is_opened_only_by_whoever_gave_it(alice, bob, stella, client_of):
    hurdle = hurdle_of(bob, text=SECRET)
    page = client_of(alice).get(at(alice, "tasks:hurdle_detail", hurdle.pk)).text
    assert "Ask them first" in page
    client_of(alice).post(at(alice, "tasks:hurdle_raise", hurdle.pk))
    assert Hurdle.objects.get().state == HurdleState.OPEN
    client_of(bob).post(at(bob, "tasks:hurdle_raise", hurdle.pk))
    assert SECRET in client_of(stella).get(at(stella, "tasks:hurdle_list")).text
    client_of(bob).post(at(bob, "tasks:hurdle_lower", hurdle.pk))
    assert SECRET not in client_of(stella).get(at(stella, "tasks:hurdle_list")).text


def test_solved_by_its_raiser_or_a_coordinator_and_back(alice, bob, client_of):
    hurdle = hurdle_of(bob, seen_by=SeenBy.MEMBERS, answer="Yes", state="answered")
    for who in (bob, alice):
        client_of(who).post(at(who, "tasks:hurdle_solve", hurdle.pk))
        assert Hurdle.objects.get().state == HurdleState.SOLVED
        client_of(who).post(at(who, "tasks:hurdle_reopen", hurdle.pk))
        assert Hurdle.objects.get().state == HurdleState.ANSWERED


def test_a_bystander_changes_nothing(bob, stella, everybody, client_of):
    hurdle = hurdle_of(bob, seen_by=SeenBy.MEMBERS)
    for who in (stella, everybody["mira"]):
        for verb in ("raise", "lower", "solve", "reopen"):
            client_of(who).post(at(who, f"tasks:hurdle_{verb}", hurdle.pk))
    stored = Hurdle.objects.get()
    assert (stored.state, stored.version) == (HurdleState.OPEN, hurdle.version)


def test_it_is_put_to_a_task_or_goal(alice, bob, client_of):
    hurdle = hurdle_of(bob, seen_by=SeenBy.MEMBERS, text="No radar")
    task = TaskFactory(goal__coalition=bob.coalition, title="Call the city")
    url = at(alice, "tasks:hurdle_place", hurdle.pk)
    client = client_of(alice)
    client.post(url, {"task": "Call the city", "goal": task.goal_id})
    stored = Hurdle.objects.get()
    assert (stored.task, stored.goal) == (task, task.goal)
    page = client.get(at(alice, "tasks:task_detail", task.pk)).text
    assert "No radar" in page
    wrong = client.post(url, {"task": "Fly to the moon"})
    assert wrong.status_code == 422
    assert "No open task goes by these words." in wrong.text
    client.post(url, {"task": "", "goal": ""})
    assert Hurdle.objects.get().task is None


@pytest.mark.parametrize(
    ("seen_by", "written"), ((SeenBy.MEMBERS, True), (SeenBy.LEADS, False))
)
def test_a_task_is_made_of_it(seen_by, written, alice, bob, client_of):
    hurdle = hurdle_of(bob, seen_by=seen_by, text=SECRET)
    url = at(alice, "tasks:hurdle_task", hurdle.pk)
    form = client_of(alice).get(url).context["form"]
    assert ("title" in form.initial) == written
    client_of(alice).post(url, {"title": "Call the city"})
    task = Task.objects.get()
    assert Hurdle.objects.get().task == task


def test_the_task_shows_it_only_to_its_readers(alice, bob, client_of, everybody):
    hurdle = hurdle_of(bob, text=SECRET, seen_by=SeenBy.LEADS)
    hurdle.task = TaskFactory(goal__coalition=bob.coalition)
    hurdle.save()
    shown = {
        name: SECRET
        in client_of(who).get(at(who, "tasks:task_detail", hurdle.task_id)).text
        for name, who in everybody.items()
    }
    assert {name for name, seen in shown.items() if seen} == READERS[SeenBy.LEADS]


def test_the_dashboard_counts_what_waits(alice, bob, stella, client_of):
    for days in (12, 3):
        hurdle_of(bob, days=days)
    hurdle_of(bob, days=30, state=HurdleState.ANSWERED, answer="Yes")
    text = client_of(alice).get(at(alice, "web:home")).text
    assert "2 hurdles wait for an answer" in text
    assert "The oldest waits for 12 days." in text
    assert "hurdles wait" not in client_of(stella).get(at(stella, "web:home")).text


def test_the_link_tells_the_answer_and_takes_solved(alice, bob):
    hurdle = hurdle_of(bob, text="No radar", answer="Ask the city", state="answered")
    Hurdle.objects.update(answered_by=alice.person, answered_at=NOW)
    client, path = Client(), hurdle.link.path
    assert "Ask the city" in client.get(path).text
    assert client.post(path, {"act": "solved"}).status_code == 303
    assert Hurdle.objects.get().state == HurdleState.SOLVED
    assert Hurdle.objects.get().news_at is None
    client.post(path, {"act": "open"})
    assert Hurdle.objects.get().state == HurdleState.ANSWERED
    client.post(path, {"act": "anything"})
    assert Hurdle.objects.get().state == HurdleState.ANSWERED


@pytest.mark.parametrize("rows", (1, 3))
def test_statements_do_not_grow_with_hurdles(
    rows, alice, bob, client_of, django_assert_num_queries
):
    for _ in range(rows):
        hurdle = hurdle_of(
            bob, task=TaskFactory(goal__coalition=bob.coalition), seen_by="members"
        )
        partner = for_partner(hurdle)
    client = client_of(alice)
    client.get(at(alice, "tasks:hurdle_list"))
    with django_assert_num_queries(LIST):
        client.get(at(alice, "tasks:hurdle_list"))
    with django_assert_num_queries(PANEL):
        client.get(at(alice, "tasks:hurdle_list_for_partner_panel", partner.pk))


LIST, PANEL = 9, 7


def test_another_coalition_stays_out(alice, charlie, client_of):
    with scopes_disabled():
        theirs = hurdle_of(charlie, text=SECRET, seen_by=SeenBy.MEMBERS)
        task = TaskFactory(goal__coalition=charlie.coalition, title="Theirs")
    client = client_of(alice)
    assert SECRET not in client.get(at(alice, "tasks:hurdle_list")).text
    for verb in ("detail", "answer", "place", "task"):
        url = at(alice, f"tasks:hurdle_{verb}", theirs.pk)
        assert client.get(url).status_code == 404
    mine = hurdle_of(alice)
    url = at(alice, "tasks:hurdle_place", mine.pk)
    for named in ("Theirs", f"#{task.pk}"):
        assert client.post(url, {"task": named}).status_code == 422


def test_an_empty_list_says_what_comes_here_and_a_narrow_one_how_to_widen_it(
    alice, client_of
):
    client, url = client_of(alice), at(alice, "tasks:hurdle_list")
    assert "Nothing is in the way" in client.get(url).text
    assert "Nothing like that" in client.get(url, {"whose": "mine"}).text
