"""The pages on which people have a say and are answered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.errors import CannotSpeakFor
from comms.models import Feedback, FeedbackBox
from comms.services.feedback import create_feedback
from members.models import AuditEntry
from tests.factories.feedback import FeedbackFactory, FeedbackSecondFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.utils import HTMX, acting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]
SAID = {"kind": "concern", "visibility": "open", "text": "Too early for parents"}


def test_a_word_from_the_portal_takes_one_form(client_of, bob):
    client = client_of(bob)
    home = client.get(at(bob, "web:home")).text
    assert 'action="/c/harbor/feedback/new/"' in home
    response = client.post(at(bob, "comms:feedback_create"), SAID)
    feedback = Feedback.objects.get()
    assert response["Location"] == at(bob, "comms:feedback_detail", feedback.pk)
    assert "Too early for parents" in client.get(response["Location"]).text
    home = client.get(at(bob, "web:home")).text
    assert "What became of what you said" in home
    assert "Too early for parents" in home


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client_of, bob):
    partner = PartnerFactory(coalition=bob.coalition)
    data = {"kind": "idea", "visibility": "open", "partner": partner.pk}
    response = client_of(bob).post(at(bob, "comms:feedback_create"), data)
    assert response.status_code == 422
    assert "Write something first." in response.text
    assert f'<option value="{partner.pk}" selected>' in response.text
    assert "<details open>" in response.text


def test_pressed_twice_is_said_once(client_of, bob):
    form = client_of(bob).get(at(bob, "comms:feedback_create")).context["form"]
    data = SAID | {"once": str(form.initial["once"])}
    for _ in range(2):
        assert client_of(bob).post(at(bob, "comms:feedback_create"), data).status_code
    assert Feedback.objects.count() == 1


def test_the_board_finds_by_state_kind_goal_and_words(client_of, alice):
    goal = GoalFactory(coalition=alice.coalition)
    FeedbackFactory(coalition=alice.coalition, text="Bread", goal=goal)
    FeedbackFactory(coalition=alice.coalition, text="Salt", kind="concern")
    FeedbackFactory(coalition=alice.coalition, text="Soup", explained=True)

    def found(**query):
        url = at(alice, "comms:feedback_list")
        page = client_of(alice).get(url, query, headers=HTMX).text
        assert "<html" not in page
        return {word for word in ("Bread", "Salt", "Soup") if word in page}

    assert found() == {"Bread", "Salt", "Soup"}
    assert found(state="waiting") == {"Bread", "Salt"}
    assert found(state="answered") == {"Soup"}
    assert found(kind="concern") == {"Salt"}
    assert found(goal=goal.pk) == {"Bread"}
    assert found(q="sal") == {"Salt"}
    assert found(q="nothing like it") == set()


def test_an_empty_board_says_what_to_do(client_of, bob):
    page = client_of(bob).get(at(bob, "comms:feedback_list")).text
    assert "Nobody has said anything yet" in page


@pytest.mark.parametrize("verb", ("detail", "second"))
def test_what_one_may_not_read_is_not_there(verb, client_of, stella):
    hidden = FeedbackFactory(coalition=stella.coalition, hidden=True)
    url = at(stella, f"comms:feedback_{verb}", hidden.pk)
    client = client_of(stella)
    assert (client.post if verb == "second" else client.get)(url).status_code == 404
    assert hidden.text not in client.get(at(stella, "comms:feedback_list")).text
    search = client.get(at(stella, "web:search"), {"q": hidden.text}).text
    assert at(stella, "comms:feedback_detail", hidden.pk) not in search


def test_about_ones_own_organisation_nothing_is_found_or_answered(client_of, alice):
    partner = PartnerFactory(coalition=alice.coalition)
    AffiliationFactory(partner=partner, person=alice.person)
    hidden = FeedbackFactory(coalition=alice.coalition, hidden=True, partner=partner)
    client = client_of(alice)
    for verb in ("detail", "assign", "close"):
        url = at(alice, f"comms:feedback_{verb}", hidden.pk)
        assert client.get(url).status_code == 404
    for verb in ("acknowledge", "close", "reopen"):
        url = at(alice, f"comms:feedback_{verb}", hidden.pk)
        assert client.post(url).status_code == 404
    for page in ("web:home", "comms:feedback_list"):
        assert hidden.text not in client.get(at(alice, page)).text
    search = client.get(at(alice, "web:search"), {"q": hidden.text}).text
    assert at(alice, "comms:feedback_detail", hidden.pk) not in search


def test_seconding_and_its_undo(client_of, bob, vera):
    feedback = FeedbackFactory(coalition=bob.coalition, author=bob.person)
    client = client_of(vera)
    page = client.post(at(vera, "comms:feedback_second", feedback.pk), follow=True).text
    assert "You think so too" in page
    assert "thinks so too" not in page
    undo = at(vera, "comms:feedback_unsecond", feedback.pk)
    assert undo in page
    assert "I think so too" in client.post(undo, follow=True).text


def test_answering_names_what_changed_and_can_be_taken_back(client_of, alice, bob):
    goal = GoalFactory(coalition=alice.coalition, title="Evening meetings")
    feedback = FeedbackFactory(coalition=alice.coalition, author=bob.person)
    url = at(alice, "comms:feedback_close", feedback.pk)
    client = client_of(alice)
    data = {
        "state": "changed",
        "answer": "From May we meet at seven.",
        "changed": f"goal:{goal.pk}",
        "version": feedback.version,
    }
    for missing, said in (
        ("answer", "Please fill this in."),
        ("changed", "Choose what was changed, or say it in words."),
        ("state", "Choose one of these."),
    ):
        refused = client.post(url, {k: v for k, v in data.items() if k != missing})
        assert (refused.status_code, said in refused.text) == (422, True)
    words = {**data, "changed": "", "changed_words": "Seven o’clock"}
    assert "Say where one can see it" in client.post(url, words).text
    page = client.post(url, data, follow=True).text
    assert "From May we meet at seven." in page
    assert at(alice, "goals:goal_detail", goal.pk) in page
    assert at(alice, "comms:feedback_reopen", feedback.pk) in page
    assert f'value="goal:{goal.pk}" selected' in client.get(url).text
    page = client.post(at(alice, "comms:feedback_reopen", feedback.pk), follow=True)
    assert "From May" not in page.text


def test_two_who_answer_at_once_are_told(client_of, alice):
    feedback = FeedbackFactory(coalition=alice.coalition)
    url = at(alice, "comms:feedback_close", feedback.pk)
    data = {"state": "explained", "answer": "One.", "version": feedback.version}
    client_of(alice).post(url, data)
    refused = client_of(alice).post(url, data | {"answer": "Two."})
    assert refused.status_code == 422
    assert "Saved now: One." in refused.text
    assert Feedback.objects.get().answer == "One."


def test_the_dashboard_shows_the_oldest_unanswered(client_of, alice, stella):
    days = timedelta(days=20)
    oldest = FeedbackFactory(
        coalition=alice.coalition,
        text="Old and waiting",
        raised_on=timezone.localdate() - days,
    )
    FeedbackFactory(coalition=alice.coalition, text="Newer")
    page = client_of(alice).get(at(alice, "web:home")).text
    assert "Answer “Old and waiting”" in page
    assert at(alice, "comms:feedback_detail", oldest.pk) in page
    assert "2 things that were said wait for an answer." in page
    assert "Old and waiting" not in client_of(stella).get(at(stella, "web:home")).text


@pytest.mark.parametrize("rows", (1, 3))
def test_pages_cost_the_same_for_any_number(rows, client_of, alice):
    for _ in range(rows):
        feedback = FeedbackFactory(
            coalition=alice.coalition, goal=GoalFactory(coalition=alice.coalition)
        )
        FeedbackSecondFactory(feedback=feedback)
    client = client_of(alice)
    client.get(at(alice, "comms:feedback_list"))
    with CaptureQueriesContext(connection) as asked:
        client.get(at(alice, "comms:feedback_list"))
    with CaptureQueriesContext(connection) as shown:
        client.get(at(alice, "comms:feedback_detail", feedback.pk))
    assert (len(asked), len(shown)) == (LISTED, SHOWN)


LISTED, SHOWN = 6, 4


def test_a_coordinator_writes_down_what_somebody_said(client_of, alice, bob):
    url = at(alice, "comms:feedback_create")
    data = SAID | {"who": bob.person.full_name}
    client_of(alice).post(url, data)
    feedback = Feedback.objects.get()
    entry = AuditEntry.objects.get()
    assert feedback.author == bob.person
    assert (entry.actor, entry.on_behalf_of) == (alice.person, bob.person)
    nameless = client_of(alice).post(url, data | {"visibility": "anonymous"})
    assert (nameless.status_code, "<details open>" in nameless.text) == (422, True)
    assert FeedbackBox.objects.count() == 0


def test_nobody_else_speaks_for_others(client_of, alice, bob):
    data = SAID | {"who": alice.person.full_name}
    client_of(bob).post(at(bob, "comms:feedback_create"), data)
    assert Feedback.objects.get().author == bob.person
    with pytest.raises(CannotSpeakFor):
        create_feedback(
            **SAID, goal=None, partner=None, who=alice.person, by=acting(bob)
        )
