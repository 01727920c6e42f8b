"""The page of a check-in, by the link in the mail and signed in."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Person
from members.models.membership import MembershipState
from tasks.models import Assignment, CheckIn, CheckInState, Hurdle, SeenBy, TaskReport
from tests.architecture.test_sweep import SAFE, writes
from tests.factories.checkins import CheckInFactory, HurdleFactory
from tests.factories.goals import GoalFactory, GoalReadingFactory
from tests.factories.members import PersonFactory
from tests.tasks.checkins import (
    OPENED,
    asked,
    carries,
    close,
    open_cycle,
    speaks_with_alternate,
)
from tests.utils import at

HOSTILE = (
    "<script>alert(1)</script>",
    '" onfocus="alert(1)" autofocus="',
    "{{ settings.SECRET_KEY }}{% debug %}",
    "nul\x00byte",
    "\u202egnp.exe",
    "'; DROP TABLE tasks_checkin; --",
    "\ud7ff\U0001f469\u200d\U0001f680 z\u0335\u0321\u0322",
)

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture(params=("link", "web"))
def way(request, bob, client_of):
    """Return how Bob gets to a check-in, and with which client."""

    def go(check_in):
        if request.param == "link":
            return Client(), check_in.link.path
        return client_of(bob), at(bob, "tasks:check_in_detail", check_in.pk)

    return go


def test_the_page_knows_what_is_his(way, bob, stella):
    cycle = open_cycle(bob.coalition, question="What surprised you?")
    before = CheckInFactory(
        person=bob.person,
        cycle__schedule__coalition=bob.coalition,
        cycle__opens_at=OPENED - timedelta(days=14),
        state="answered",
        answered_at=timezone.now(),
        progress="24 visits",
    )
    HurdleFactory(check_in=before, text="No interpreters")
    HurdleFactory(
        check_in=None, coalition=bob.coalition, person=stella.person, text="Her own"
    )
    carries(bob, title="Visit families")
    carries(bob, "C", title="Only consulted")
    carries(stella, title="Her task")
    goal = GoalFactory(coalition=bob.coalition, owner=bob.person, measure="Visits paid")
    GoalReadingFactory(goal=goal, value=24)
    client, url = way(asked(bob, cycle=cycle))
    page = client.get(url).text
    for words in (
        *("Visit families", "Last time: “24 visits”", "No interpreters"),
        *("Visits paid", "Last read: 24", "What surprised you?", "two weeks"),
    ):
        assert words in page
    for words in ("Only consulted", "Her task", "Her own"):
        assert words not in page


def test_each_field_says_who_sees_it(way, bob):
    of = {"progress_seen_by": SeenBy.MEMBERS, "hurdle_seen_by": SeenBy.COORDINATORS}
    cycle = open_cycle(bob.coalition, of={**of, "ask_seen_by": SeenBy.LEADS})
    client, url = way(asked(bob, cycle=cycle))
    page = client.get(url).text
    for name, words in {
        "progress": "Everybody in the coalition sees it.",
        "hurdle": "Coordinators see it.",
        "ask": "Coordinators and the steering group see it.",
        "confidence": "Coordinators see it.",
    }.items():
        hint = page.split(f'id="id_{name}_helptext">')[1]
        assert hint.startswith(words)


def test_only_what_the_schedule_asks_is_asked(way, bob):
    of = {"asks_confidence": False, "asks_win": False}
    client, url = way(asked(bob, cycle=open_cycle(bob.coalition, of=of)))
    page = client.get(url).text
    assert 'name="progress"' in page
    for name in ("confidence", "win", "answer"):
        assert f'name="{name}"' not in page


def test_one_post_says_it_all(way, bob):
    task = carries(bob, "A")
    before = CheckInFactory(person=bob.person, cycle__schedule__coalition=bob.coalition)
    hurdle = HurdleFactory(check_in=before)
    goal = GoalFactory(coalition=bob.coalition, owner=bob.person)
    client, url = way(asked(bob))
    answer = client.post(
        url,
        {
            "act": "say",
            f"task-{task.pk}": "done",
            f"goal-{goal.pk}": "31",
            "solved": [hurdle.pk],
            "progress": "31 visits",
            "hurdle": "No van",
            "ask": "A van",
            "win": "A call",
            "confidence": "4",
        },
    )
    assert (answer.status_code, answer["Location"]) == (303, url)
    stored = CheckIn.objects.spoken().get()
    assert (stored.state, stored.progress, stored.confidence) == (
        "answered",
        "31 visits",
        4,
    )
    task.refresh_from_db()
    hurdle.refresh_from_db()
    assert task.done_by == bob.person
    assert hurdle.state == "solved"
    assert goal.readings.get().value == 31
    page = client.get(url).text
    assert "Thank you, Bob" in page
    assert "31 visits" in page
    form = client.get(f"{url}?change").text
    assert "31 visits</textarea>" in form
    assert f'value="{hurdle.pk}" id="id_solved_0" checked' in form


@pytest.mark.parametrize("method", SAFE)
def test_looking_changes_nothing(way, bob, method):
    carries(bob, "A")
    client, url = way(asked(bob))
    with writes() as tables:
        for query in ("", "?change", "?act=nothing", "?act=say&progress=x"):
            client.generic(method, url + query)
    assert not tables
    assert CheckIn.objects.get().state == CheckInState.ASKED


@pytest.mark.parametrize(
    "wrong",
    (
        {"confidence": "9"},
        {"confidence": "4", "progress": "x" * 4001},
        {"progress": "hid\u202eden"},
        {},
    ),
)
def test_a_mistake_keeps_what_was_typed(way, bob, wrong):
    client, url = way(asked(bob))
    answer = client.post(url, {"act": "say", "ask": "   ", **wrong})
    assert answer.status_code == 422
    assert CheckIn.objects.get().state == CheckInState.ASKED
    answer = client.post(url, {"hurdle": "Kept words", **wrong, "confidence": "9"})
    assert answer.status_code == 422
    assert "Kept words</textarea>" in answer.text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_text_or_refused(way, bob, hostile):
    client, url = way(asked(bob))
    fields = ("progress", "hurdle", "ask", "win")
    answer = client.post(url, dict.fromkeys(fields, hostile))
    assert answer.status_code in {303, 422}
    page = client.get(url).text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "post",
    (
        {"act": "drop", "progress": "x"},
        {"progress": "x", "task-0": "done", "goal-0": "1", "task-x": "done"},
        {"progress": "x", "solved": "notanumber"},
        {"act": "hand_over", "to": "0"},
        {"act": "hand_over"},
        {"act": "leave", "until": "yesterday"},
        {"act": "leave", "until": "2026-05-01"},
        {"act": "leave", "until": "2099-01-01"},
    ),
)
def test_made_up_posts_do_no_harm(way, bob, post):
    client, url = way(asked(bob))
    assert client.post(url, post).status_code in {303, 422}
    bob.person.refresh_from_db()
    assert bob.person.away_until is None
    assert not TaskReport.objects.exists()
    assert CheckIn.objects.count() == 1


def test_a_task_of_others_cannot_be_named(way, bob, stella):
    task = carries(stella, "A")
    client, url = way(asked(bob))
    client.post(url, {"progress": "x", f"task-{task.pk}": "done"})
    task.refresh_from_db()
    assert task.done_at is None


def test_nothing_this_time_in_one_tap(way, bob):
    client, url = way(asked(bob))
    assert client.post(url, {"act": "nothing"}).status_code == 303
    assert CheckIn.objects.get().state == CheckInState.NOTHING
    assert "that is fine" in client.get(url).text


def test_on_leave(way, bob):
    client, url = way(check_in := asked(bob))
    other = speaks_with_alternate(bob, check_in, person__full_name="Olga Other")
    client.post(url, {"act": "leave", "until": "2026-06-01"})
    bob.person.refresh_from_db()
    assert bob.person.away_until == date(2026, 6, 1)
    page = client.get(url).text
    assert "Olga Other is asked instead." in page
    theirs = CheckIn.objects.get(person=other.person)
    assert (
        "Bob Brown asks you to answer this time." in Client().get(theirs.link.path).text
    )


def test_handing_over(way, bob):
    client, url = way(check_in := asked(bob))
    assert "Let Olga answer" not in client.get(url).text
    other = speaks_with_alternate(bob, check_in, person__full_name="Olga Other")
    assert "Let Olga answer" in client.get(url).text
    client.post(url, {"act": "hand_over", "to": other.person.pk})
    assert "Olga answers this time" in client.get(url).text
    assert CheckIn.objects.get(person=other.person).state == CheckInState.ASKED


def test_after_the_close_it_shows_what_was_said_and_takes_nothing(way, bob):
    client, url = way(check_in := asked(bob))
    client.post(url, {"progress": "31 visits", "hurdle": "No van"})
    close(check_in)
    page = client.get(url)
    assert page.status_code == 200
    assert "31 visits" in page.text
    assert "?change" not in page.text
    for path in (url, f"{url}?change"):
        with writes() as tables:
            late = client.post(path, {"progress": "Too late, <b>sorry</b>"})
        assert late.status_code == (410 if "/l/" in url else 409)
        assert "Too late, &lt;b&gt;sorry" in late.text  # to be copied
        assert not tables
    assert CheckIn.objects.get().progress == "31 visits"
    assert Hurdle.objects.get().text == "No van"


def test_a_round_that_was_missed_says_so_kindly(way, bob):
    client, url = way(check_in := asked(bob))
    close(check_in)
    page = client.get(url).text
    assert "No harm done" in page
    # What comes next, and where to go: nobody is left on a page without a way on.
    assert "The next one opens on" in page
    assert ("Go to your coalition" in page) == ("/l/" in url)
    assert client.post(url, {"act": "nothing"}).status_code in {409, 410}
    assert CheckIn.objects.get().state == CheckInState.ASKED


def test_anothers_is_not_found(bob, stella, client_of):
    theirs = asked(stella)
    mine = asked(bob, cycle=theirs.cycle)
    url = at(bob, "tasks:check_in_detail", theirs.pk)
    assert client_of(bob).get(url).status_code == 404
    assert client_of(bob).post(url, {"progress": "x"}).status_code == 404
    other = client_of(stella).get(at(stella, "tasks:check_in_detail", mine.pk))
    assert other.status_code == 404


@pytest.mark.parametrize("state", (MembershipState.SUSPENDED, MembershipState.REMOVED))
def test_the_link_ends_with_the_access(bob, state):
    check_in = asked(bob)
    bob.state = state
    bob.save()
    for act in (Client().get, Client().post):
        answer = act(check_in.link.path)
        assert answer.status_code == 410
        assert bob.person.first_name not in answer.text


def test_the_link_of_an_erased_person_shows_nothing(bob):
    check_in = asked(bob)
    Person.objects.filter(pk=bob.person.pk).update(erased_at=timezone.now())
    assert Client().get(check_in.link.path).status_code == 410


def test_the_link_of_a_closed_coalition_shows_nothing(bob):
    check_in = asked(bob)
    bob.coalition.closed_at = bob.coalition.mail_paused_at = timezone.now()
    bob.coalition.save()
    assert Client().post(check_in.link.path, {"progress": "x"}).status_code == 410
    assert CheckIn.objects.get().state == CheckInState.ASKED


def test_a_coordinator_writes_down_what_they_heard(alice, bob, client_of):
    check_in, task = asked(bob), carries(bob)
    url = at(alice, "tasks:check_in_enter", check_in.pk)
    client = client_of(alice)
    assert "What did Bob tell you?" in client.get(url).text
    answer = client.post(url, {"progress": "By phone", f"task-{task.pk}": "stuck"})
    assert answer.status_code == 303
    assert "Entered by Alice Adams for Bob Brown." in client.get(url).text
    page = client_of(bob).get(at(bob, "tasks:check_in_detail", check_in.pk)).text
    assert "Entered by Alice Adams for Bob Brown." in page
    assert "By phone" in page


def test_a_coordinator_cannot_hand_over_or_be_away_for_others(alice, bob, client_of):
    check_in = asked(bob)
    url = at(alice, "tasks:check_in_enter", check_in.pk)
    for act in ("leave", "hand_over"):
        post = {"act": act, "until": "2026-06-01"}
        assert client_of(alice).post(url, post).status_code == 422
    assert CheckIn.objects.get().state == CheckInState.ASKED


def test_a_coordinator_hears_that_there_is_nothing_to_tell(alice, bob, client_of):
    check_in = asked(bob)
    url = at(alice, "tasks:check_in_enter", check_in.pk)
    board = at(alice, "tasks:check_in_round_detail", check_in.cycle_id)
    client = client_of(alice)
    assert f'href="{board}"' in client.get(url).text
    assert client.post(url, {"act": "nothing"}).status_code == 303
    stored = CheckIn.objects.get()
    assert (stored.state, stored.entered_by) == (CheckInState.NOTHING, alice.person)
    assert f'href="{board}"' in client.get(url).text


def test_own_words_stay_when_a_coordinator_writes(alice, bob, client_of):
    check_in = asked(bob)
    Client().post(check_in.link.path, {"progress": "Mine"})
    url = at(alice, "tasks:check_in_enter", check_in.pk)
    answer = client_of(alice).post(url, {"progress": "Other"})
    assert answer.status_code == 422
    assert "answered in their own words" in answer.text
    assert CheckIn.objects.get().progress == "Mine"


def test_members_find_their_own_history(bob, stella, alice, client_of):
    Client().post(asked(bob).link.path, {"progress": "Seven visits"})
    Client().post(asked(stella).link.path, {"progress": "Her words"})
    page = client_of(bob).get(at(bob, "tasks:check_in_list_mine")).text
    assert "Seven visits" in page
    assert "Her words" not in page
    of_bob = at(alice, "tasks:check_in_list_for_person", bob.person.pk)
    assert "Seven visits" in client_of(alice).get(of_bob).text
    assert client_of(stella).get(of_bob).status_code == 403


@pytest.mark.parametrize("query", ("", "?change"))
def test_the_page_asks_as_often_for_three_tasks_as_for_one(
    way, bob, query, django_assert_num_queries, django_assert_max_num_queries
):
    client, url = way(asked(bob))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            carries(bob)
            GoalFactory(coalition=bob.coalition, owner=bob.person)
            HurdleFactory(check_in=None, coalition=bob.coalition, person=bob.person)
        with django_assert_max_num_queries(40) as captured:
            client.get(url + query)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_history_asks_as_often_for_three_as_for_one(
    bob, client_of, django_assert_max_num_queries
):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            task = carries(bob)
            Client().post(asked(bob).link.path, {f"task-{task.pk}": "stuck"})
        client = client_of(bob)
        with django_assert_max_num_queries(40) as captured:
            client.get(at(bob, "tasks:check_in_list_mine"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_whoever_is_asked_answers_by_the_link_without_an_account(harbor, vera):
    outside = PersonFactory(coalition=harbor)
    cycle = open_cycle(harbor)
    for person in (outside, vera.person):
        check_in = CheckInFactory(cycle=cycle, person=person)
        answer = Client().post(check_in.link.path, {"progress": "From outside"})
        assert answer.status_code == 303
    assert CheckIn.objects.spoken().count() == 2


def test_a_task_that_is_stuck_says_so_until_it_goes_on(bob, client_of):
    task, other = carries(bob), carries(bob)
    check_in = asked(bob)
    client = client_of(bob)
    Client().post(check_in.link.path, {f"task-{task.pk}": "stuck"})
    page = at(bob, "tasks:task_detail", task.pk)
    assert "Bob Brown is stuck with it" in client.get(page).text
    board = client.get(at(bob, "tasks:task_list")).text
    assert board.count("Stuck") == 1
    assert "is stuck" not in client.get(at(bob, "tasks:task_detail", other.pk)).text
    Client().post(check_in.link.path, {f"task-{task.pk}": "on_track"})
    assert "Stuck" not in client.get(page).text
    assert "Stuck" not in client.get(at(bob, "tasks:task_list")).text


def test_once_answered_it_is_not_handed_over_and_leave_leaves_the_answer(way, bob):
    check_in = asked(bob)
    other = speaks_with_alternate(bob, check_in)
    client, url = way(check_in)
    client.post(url, {"act": "say", "progress": "31 visits"})
    page = client.get(url, {"change": ""}).text
    assert f"Let {other.person.first_name} answer" not in page
    assert "What you said stays." in page
    refused = client.post(url, {"act": "hand_over", "to": other.person.pk})
    assert refused.status_code == 422
    assert "This has been answered already." in refused.text
    client.post(url, {"act": "leave", "until": "2026-06-01"})
    page = client.get(url).text
    assert "31 visits" in page
    assert "Nobody asks you how it goes until" in page


def test_a_word_is_taken_back_and_a_done_that_waits_goes_with_it(way, bob):
    task, check_in = carries(bob, title="Visit families"), asked(bob)
    client, url = way(check_in)
    said = {"act": "say", "progress": "31 visits", "confidence": "4"}
    client.post(url, {**said, f"task-{task.pk}": "done"})
    assert TaskReport.objects.proposed().count() == 1
    page = client.get(url, {"change": ""}).text
    assert page.count("No word on it</span>") == 2
    client.post(url, {**said, f"task-{task.pk}": "", "confidence": ""})
    assert not TaskReport.objects.exists()
    stored = CheckIn.objects.get()
    assert (stored.progress, stored.confidence) == ("31 visits", None)


def test_a_done_that_counted_is_taken_back_with_the_word(way, bob):
    task, check_in = carries(bob, "A"), asked(bob)
    client, url = way(check_in)
    said = {"act": "say", "progress": "31 visits"}
    client.post(url, {**said, f"task-{task.pk}": "done"})
    task.refresh_from_db()
    assert task.done_at
    client.post(url, {**said, f"task-{task.pk}": ""})
    task.refresh_from_db()
    assert not task.done_at
    assert not TaskReport.objects.exists()


def test_nothing_is_chosen_to_begin_with_and_no_word_alone_is_no_answer(way, bob):
    task, check_in = carries(bob), asked(bob)
    client, url = way(check_in)
    assert " checked" not in client.get(url).text.partition("<main")[2]
    no_words = {"act": "say", f"task-{task.pk}": "", "confidence": ""}
    assert client.post(url, no_words).status_code == 422
    client.post(url, {**no_words, f"task-{task.pk}": "stuck"})
    assert client.post(url, no_words).status_code == 422
    assert TaskReport.objects.get().word == "stuck"


def test_a_task_that_is_theirs_no_more_stays_only_with_what_they_said_of_it(way, bob):
    spoken, silent = carries(bob, title="Spoken of"), carries(bob, title="Not yet")
    check_in = asked(bob)
    client, url = way(check_in)
    client.post(url, {"act": "say", f"task-{spoken.pk}": "stuck"})
    assert "Not yours any more" not in client.get(url, {"change": ""}).text
    Assignment.objects.update(status="declined")
    page = client.get(url, {"change": ""}).text
    assert "Not yours any more" in page.partition("Spoken of")[2]
    assert silent.title not in page
    client.post(url, {"act": "say", "progress": "31", f"task-{spoken.pk}": ""})
    assert "Spoken of" not in client.get(url, {"change": ""}).text


def test_who_lost_the_cookie_is_led_back_to_the_page_of_the_link(bob):
    path = asked(bob).link.path
    client = Client(enforce_csrf_checks=True)
    refused = client.post(path, {"act": "say", "progress": "31 visits"})
    assert refused.status_code == 403
    assert f'href="{path}"' in refused.text
    elsewhere = client.post(at(bob, "web:home"))
    assert "Open the page again" not in elsewhere.text
