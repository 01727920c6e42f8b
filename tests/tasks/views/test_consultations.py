"""Asking, answering and going on without, in the browser and by the link."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from members.models import Membership
from tasks.models import Assignment, Consultation, Task
from tests.factories.members import MembershipFactory, PartnerFactory
from tests.factories.tasks import AssignmentFactory, ConsultationFactory, TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(harbor, bob, stella):
    """Bob answers for it; Stella is to be consulted."""
    due = timezone.localdate() + timedelta(days=10)
    task = TaskFactory(goal__coalition=harbor, title="Write the letter", due=due)
    AssignmentFactory(
        task=task,
        person=bob.person,
        letter="A",
        status="accepted",
        answered_at=timezone.now(),
    )
    AssignmentFactory(task=task, person=stella.person, letter="C")
    return task


@pytest.fixture
def asked(task, bob, stella):
    return ConsultationFactory(
        task=task, person=stella.person, asked_by=bob.person, question="Which tone?"
    )


def stored(asked):
    with scopes_disabled():
        return Consultation.objects.get(pk=asked.pk)


def done_at(task):
    with scopes_disabled():
        return Task.objects.get(pk=task.pk).done_at


def test_the_task_leads_to_asking_and_asking_back(task, bob, stella, client_of):
    client = client_of(bob)
    page = client.get(at(bob, "tasks:task_detail", task.pk))
    ask_url = at(bob, "tasks:consultation_create", task.pk)
    assert f"{ask_url}?who={stella.person_id}" in page.text
    form = client.get(ask_url, {"who": stella.person_id})
    assert "Stella Stone" in form.text
    due = timezone.localdate() + timedelta(days=3)
    sent = {"people": [stella.person_id], "question": "Which tone?", "due": due}
    answer = client.post(ask_url, sent, follow=True)
    assert "Stella Stone is asked." in answer.text
    assert "Which tone?" in answer.text
    assert "There is nobody to ask now" in client.get(ask_url).text


WRONG = {
    "nobody": ({"people": []}, "Tick somebody."),
    "nothing": ({"question": ""}, "error"),
    "past": ({"due": "2020-01-01"}, "Choose a day that is not past."),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_question_that_is_not_whole_is_refused(task, bob, stella, client_of, wrong):
    due = timezone.localdate()
    typed, said = WRONG[wrong]
    sent = {"people": [stella.person_id], "question": "Which tone?", "due": due}
    answer = client_of(bob).post(
        at(bob, "tasks:consultation_create", task.pk), sent | typed
    )
    assert answer.status_code == 422
    assert said in answer.text
    with scopes_disabled():
        assert not Consultation.objects.exists()


def test_who_is_not_consulted_cannot_be_slipped_in(task, bob, vera, charlie, client_of):
    for other in (vera, charlie):
        sent = {"people": [other.person_id], "question": "?", "due": "2099-01-01"}
        url = at(bob, "tasks:consultation_create", task.pk)
        assert client_of(bob).post(url, sent).status_code == 422


def test_done_leads_to_who_is_to_be_heard_first(task, bob, client_of):
    client, url = client_of(bob), at(bob, "tasks:task_complete", task.pk)
    plain = client.post(url)
    assert (plain.status_code, plain["Location"]) == (303, url)
    inside = client.post(url, headers=HTMX)
    assert inside["HX-Redirect"] == url
    page = client.get(url)
    for words in ("Hear them first?", "Stella Stone", "Nobody has asked yet."):
        assert words in page.text
    assert done_at(task) is None


def test_going_on_needs_a_line(task, bob, client_of):
    client, url = client_of(bob), at(bob, "tasks:task_complete", task.pk)
    refused = client.post(url, {"without": " "})
    assert refused.status_code == 422
    assert done_at(task) is None
    home = at(bob, "web:home")
    answer = client.post(url, {"without": "It had to be today.", "next": home})
    assert answer["Location"] == home
    assert done_at(task)
    page = client.get(at(bob, "tasks:task_detail", task.pk))
    assert "It had to be today." in page.text
    undo = at(bob, "tasks:task_reopen", task.pk)
    assert undo in client.get(home).text + answer.text + page.text


def test_nothing_stands_in_the_way_where_nobody_is_consulted(harbor, alice, client_of):
    task = TaskFactory(goal__coalition=harbor)
    client, url = client_of(alice), at(alice, "tasks:task_complete", task.pk)
    assert "Nobody has to be heard first." in client.get(url).text
    client.post(url)
    assert done_at(task)
    assert "It is done already" in client.get(url).text


def test_the_link_answers_without_signing_in(asked):
    client = Client()
    page = client.get(asked.link.path)
    for words in ("Bob Brown", "Which tone?", "Write the letter", "Send the answer"):
        assert words in page.text
    assert client.post(asked.link.path, {"answer": ""}).status_code == 422
    answer = client.post(asked.link.path, {"answer": "Warm <b>words</b>"})
    assert answer.status_code == 303
    page = client.get(asked.link.path)
    assert "Warm &lt;b&gt;words" in page.text
    assert "Send the answer" not in page.text
    assert "Send the answer" in client.get(f"{asked.link.path}?change").text
    row = stored(asked)
    assert (row.answer, row.answered_by_id) == ("Warm <b>words</b>", asked.person_id)


@pytest.mark.parametrize("how", ("suspended", "removed", "withdrawn"))
def test_the_link_ends_with_the_access_and_the_question(asked, stella, how):
    with scopes_disabled():
        if how == "withdrawn":
            Consultation.objects.all().delete()
        else:
            Membership.objects.filter(pk=stella.pk).update(state=how)
    for ask in (Client().get, Client().post):
        answer = ask(asked.link.path)
        assert answer.status_code == 410
        assert "Which tone?" not in answer.text


def test_an_answer_that_comes_too_late_is_shown_once_more(asked, task):
    with scopes_disabled():
        Task.objects.filter(pk=task.pk).update(done_at=timezone.now())
    answer = Client().post(asked.link.path, {"answer": "A long answer"})
    assert answer.status_code == 409
    assert "A long answer" in answer.text
    assert stored(asked).answer == ""


def test_signed_in_it_is_ones_own_or_a_coordinators_to_answer(
    asked, alice, bob, stella, client_of
):
    url = at(bob, "tasks:consultation_detail", asked.pk)
    assert "Send the answer" not in client_of(bob).get(url).text
    assert client_of(bob).post(url, {"answer": "Cold"}).status_code == 409
    assert stored(asked).answer == ""
    assert "You answer for Stella Stone" in client_of(alice).get(url).text
    assert "asks for your view" in client_of(stella).get(url).text
    client_of(stella).post(url, {"answer": "Warm"})
    assert stored(asked).answer == "Warm"


def test_elsewhere_there_is_no_such_question(asked, charlie, client_of):
    client = client_of(charlie)
    for name in ("detail", "withdraw"):
        url = at(charlie, f"tasks:consultation_{name}", asked.pk)
        assert client.post(url, {"answer": "x"}).status_code == 404
    assert stored(asked).answer == ""


def test_a_question_is_taken_back_with_a_way_back(asked, bob, client_of):
    client = client_of(bob)
    client.post(at(bob, "tasks:consultation_withdraw", asked.pk))
    restore = at(bob, "tasks:consultation_restore", asked.pk)
    assert restore in client.get(at(bob, "tasks:task_detail", asked.task_id)).text
    client.post(restore)
    assert stored(asked).question == "Which tone?"
    unknown = at(bob, "tasks:consultation_restore", 0)
    assert client.post(unknown).status_code == 404


def test_it_stands_on_the_page_of_who_is_asked_and_of_who_is_to_ask(
    task, bob, vera, client_of
):
    member = MembershipFactory(coalition=bob.coalition)
    AssignmentFactory(task=task, person=member.person, letter="C")
    home = client_of(bob).get(at(bob, "web:home"))
    assert "Whom you are to ask" in home.text
    asked = ConsultationFactory(task=task, person=member.person, question="Which day?")
    home = client_of(member).get(at(member, "web:home"))
    assert "Your view is asked for" in home.text
    assert at(member, "tasks:consultation_detail", asked.pk) in home.text


def test_a_partner_that_named_nobody_is_not_yet_to_be_asked(bob, client_of):
    due = timezone.localdate() + timedelta(days=10)
    task = TaskFactory(goal__coalition=bob.coalition, due=due)
    AssignmentFactory(task=task, person=bob.person, letter="A")
    partner = PartnerFactory(coalition=bob.coalition, name="Somali Family Circle")
    AssignmentFactory(task=task, person=None, partner=partner, letter="C")
    client = client_of(bob)
    assert "Whom you are to ask" not in client.get(at(bob, "web:home")).text
    page = client.get(at(bob, "tasks:consultation_create", task.pk)).text
    assert "Somali Family Circle is asked who it will be" in page


def test_it_stands_among_what_coordinators_need_to_do(task, alice, client_of):
    AssignmentFactory(task=task, person=alice.person)
    home = client_of(alice).get(at(alice, "web:home"))
    assert "Ask Stella Stone about “Write the letter”" in home.text
    with scopes_disabled():
        Assignment.objects.filter(person=alice.person).update(letter="C")
    ConsultationFactory(task=task, person=alice.person)
    home = client_of(alice).get(at(alice, "web:home"))
    assert "You are asked for your view on “Write the letter”" in home.text


def test_the_plan_marks_it(task, alice, client_of):
    plan = client_of(alice).get(at(alice, "tasks:task_list"))
    assert "Somebody to ask first" in plan.text


def consulted(task, count):
    for _ in range(count):
        other = MembershipFactory(coalition=task.coalition)
        AssignmentFactory(task=task, person=other.person, letter="C")
        ConsultationFactory(task=task, person=other.person)


@pytest.mark.parametrize("name", ("tasks:task_list", "web:home", "tasks:task_detail"))
def test_statements_do_not_grow_with_voices(task, alice, client_of, name):
    AssignmentFactory(task=task, person=alice.person)
    client = client_of(alice)
    url = at(alice, name, task.pk if name.endswith("detail") else None)
    counts = []
    for more in (1, 2):
        due = timezone.localdate() + timedelta(days=3)
        for _ in range(more):
            other = TaskFactory(goal=task.goal, due=due)
            AssignmentFactory(task=other, person=alice.person, letter="A")
            AssignmentFactory(task=other, person=alice.person, letter="C")
            ConsultationFactory(task=other, person=alice.person)
        consulted(task, more)
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]
