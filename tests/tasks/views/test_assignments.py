import pytest

from tasks.models import Assignment, AssignmentStatus
from tests.factories.members import AffiliationFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def task(harbor):
    return TaskFactory(goal__coalition=harbor, title="Write the letter")


@pytest.fixture
def asked(task, alice, bob):
    return AssignmentFactory(task=task, person=bob.person, asked_by=alice.person)


def test_assignment_create_opens_its_form_in_place(client_of, alice, task):
    url = at(alice, "tasks:assignment_create", task.pk)
    part = client_of(alice).get(url, {"letter": "A"}, headers=HTMX).text
    assert part.lstrip().startswith('<div id="task-page"')
    assert 'value="A" required id="id_letter_0" checked' in part
    assert "<html" in client_of(alice).get(url).text


@pytest.mark.parametrize("headers", ({}, HTMX))
def test_assignment_create_asks_and_can_be_undone(client_of, alice, bob, task, headers):
    client, url = client_of(alice), at(alice, "tasks:assignment_create", task.pk)
    form = {"who": "Bob Brown", "letter": "R"}
    answer = client.post(url, form, headers=headers, follow=True)
    asked = Assignment.objects.get()
    assert (asked.person, asked.asked_by) == (bob.person, alice.person)
    assert "Bob Brown is asked." in answer.text
    undo = at(alice, "tasks:assignment_withdraw", asked.pk)
    assert f'action="{undo}"' in answer.text


def test_assignment_create_asks_for_which_partner(client_of, harbor, alice, bob, task):
    union, clinic = (
        AffiliationFactory(
            person=bob.person, partner__coalition=harbor, partner__name=name
        ).partner
        for name in ("Tenants Union", "Clinic")
    )
    client, url = client_of(alice), at(alice, "tasks:assignment_create", task.pk)
    form = {"who": "Bob Brown", "letter": "R"}
    answer = client.post(url, form, headers=HTMX)
    assert answer.status_code == 422
    assert clinic.name in answer.text
    client.post(url, form | {"who-pick": f"{bob.person.pk}-{union.pk}"})
    assert Assignment.objects.get().partner == union


def test_assignment_create_refuses_a_second_accountable(
    client_of, alice, bob, vera, task
):
    AssignmentFactory(task=task, person=vera.person, letter="A")
    url = at(alice, "tasks:assignment_create", task.pk)
    form = {"who": "Bob Brown", "letter": "A"}
    answer = client_of(alice).post(url, form)
    assert answer.status_code == 422
    assert "Vera Vance is accountable already" in answer.text
    assert 'value="Bob Brown"' in answer.text


def test_assignment_create_refuses_somebody_elsewhere(client_of, alice, charlie, task):
    url = at(alice, "tasks:assignment_create", task.pk)
    form = {
        "who": "Charlie Canary",
        "who-pick": f"{charlie.person.pk}-0",
        "letter": "R",
    }
    answer = client_of(alice).post(url, form)
    assert answer.status_code == 422
    assert not Assignment.objects.exists()


def test_assignment_accept_tells_the_page(client_of, bob, asked):
    url = at(bob, "tasks:assignment_accept", asked.pk)
    answer = client_of(bob).post(url, headers=HTMX)
    assert Assignment.objects.get().status == AssignmentStatus.ACCEPTED
    assert "task-changed" in answer["HX-Trigger"]
    assert "is in good hands" in answer.text


def test_assignment_accept_works_without_javascript(client_of, bob, asked):
    url = at(bob, "tasks:assignment_accept", asked.pk)
    answer = client_of(bob).post(url, follow=True)
    assert answer.redirect_chain == [(at(bob, "tasks:task_detail", asked.task_id), 303)]


@pytest.mark.parametrize("act", ("accept", "decline"))
def test_answers_for_others_are_refused(client_of, stella, asked, act):
    url = at(stella, f"tasks:assignment_{act}", asked.pk)
    answer = client_of(stella).post(url, {"why": "time"}, follow=True)
    assert "Only Bob Brown, or a coordinator" in answer.text
    assert Assignment.objects.get().status == AssignmentStatus.PROPOSED


def test_coordinators_answer_on_behalf(client_of, alice, asked):
    url = at(alice, "tasks:assignment_decline", asked.pk)
    assert "You answer for Bob Brown" in client_of(alice).get(url).text
    client_of(alice).post(url, {"why": "else", "note": "He called."})
    assert Assignment.objects.get().reason == "He called."


def test_assignment_decline_asks_kindly_and_keeps_the_reason(client_of, bob, asked):
    client, url = client_of(bob), at(bob, "tasks:assignment_decline", asked.pk)
    board = f"http://testserver{at(bob, 'tasks:task_list')}"
    page = client.get(url, headers={"Referer": board}).text
    assert "No hard feelings. Alice sees your answer" in page
    assert f'name="next" value="{board}"' in page
    assert Assignment.objects.get().status == AssignmentStatus.PROPOSED
    form = {"why": "time", "note": "Ask me in June.", "next": board}
    answer = client.post(url, form)
    assert answer["Location"] == board
    declined = Assignment.objects.get()
    assert declined.reason == "No time before it is due: Ask me in June."
    page = client.get(at(bob, "tasks:task_detail", asked.task_id)).text
    assert "Take it after all" in page


def test_assignment_decline_keeps_what_was_typed(client_of, bob, asked):
    url = at(bob, "tasks:assignment_decline", asked.pk)
    answer = client_of(bob).post(url, {"note": "Ask me in June."})
    assert answer.status_code == 422
    assert "Ask me in June." in answer.text


def test_assignment_withdraw_can_be_undone(client_of, alice, asked):
    client = client_of(alice)
    url = at(alice, "tasks:assignment_withdraw", asked.pk)
    answer = client.post(url, headers=HTMX)
    assert not Assignment.objects.exists()
    undo = at(alice, "tasks:assignment_restore", asked.pk)
    assert f'action="{undo}"' in answer.text
    client.post(undo)
    assert Assignment.objects.get() == asked


@pytest.mark.parametrize(
    ("who", "acts"),
    (
        ("vera", ("accept", "decline", "withdraw", "restore")),
        ("bob", ("withdraw", "restore")),
        ("stella", ("withdraw", "restore")),
    ),
)
def test_assignment_acts_need_their_permission(client_of, request, asked, who, acts):
    membership = request.getfixturevalue(who)
    for act in acts:
        url = at(membership, f"tasks:assignment_{act}", asked.pk)
        assert client_of(membership).post(url).status_code == 403, act


def test_an_assignment_of_another_coalition_is_not_found(client_of, alice, charlie):
    foreign = AssignmentFactory(
        task__goal__coalition=charlie.coalition, person=charlie.person
    )
    for act in ("accept", "decline", "withdraw", "restore"):
        url = at(alice, f"tasks:assignment_{act}", foreign.pk)
        assert client_of(alice).post(url).status_code == 404


def test_why_somebody_declined_is_for_those_who_asked(
    client_of, alice, bob, vera, asked
):
    decline = at(bob, "tasks:assignment_decline", asked.pk)
    client_of(bob).post(decline, {"why": "else", "note": "I am ill."})
    detail = at(bob, "tasks:task_detail", asked.task_id)
    board = at(bob, "tasks:task_list") + "?state=all"
    for page in (detail, board):
        assert "I am ill." in client_of(alice).get(page).text
        said = client_of(vera).get(page).text
        assert "Bob Brown declined" in said
        assert "I am ill." not in said


@pytest.fixture
def handing(bob, asked, harbor):
    """Bob is asked at the clinic, where Ana is, too."""
    partner = AffiliationFactory(
        person=bob.person, partner__coalition=harbor, partner__name="Clinic"
    ).partner
    Assignment.objects.filter(pk=asked.pk).update(partner=partner)
    return AffiliationFactory(partner=partner, person__full_name="Ana Ruiz").person


def test_assignment_hand_over_offers_who_is_at_the_partner(
    client_of, bob, vera, asked, handing
):
    url = at(bob, "tasks:assignment_hand_over", asked.pk)
    page = client_of(bob).get(url).text
    assert "Ana Ruiz" in page
    assert str(vera.person) not in page


def test_assignment_hand_over_asks_them_and_the_task_tells_it(
    client_of, bob, asked, handing
):
    client, url = client_of(bob), at(bob, "tasks:assignment_hand_over", asked.pk)
    page = client.post(url, {"to": handing.pk}, follow=True).text
    assert "Ana Ruiz is asked." in page
    assert Assignment.objects.standing().get().person == handing
    assert "From Bob Brown to Ana Ruiz" in page
    assert "Handed a part over to Ana Ruiz" in page
    assert "Handed over: 1 part" in page


def test_assignment_hand_over_says_what_is_wrong(client_of, bob, vera, asked, handing):
    url = at(bob, "tasks:assignment_hand_over", asked.pk)
    assert client_of(bob).post(url, {}).status_code == 422
    refused = client_of(bob).post(url, {"to": vera.person.pk})
    assert refused.status_code == 422
    assert Assignment.objects.get().person == bob.person


def test_assignment_hand_over_where_nobody_else_is(client_of, bob, asked):
    page = client_of(bob).get(at(bob, "tasks:assignment_hand_over", asked.pk)).text
    assert "Nobody else who can be asked" in page
    assert at(bob, "tasks:assignment_decline", asked.pk) in page


def test_what_was_handed_over_is_on_no_list_of_theirs(client_of, bob, asked, handing):
    client = client_of(bob)
    client.post(at(bob, "tasks:assignment_hand_over", asked.pk), {"to": handing.pk})
    for name in ("web:home", "tasks:task_list"):
        page = client.get(at(bob, name), {"state": "mine"}).text
        assert "Alice asks you" not in page
        assert at(bob, "tasks:assignment_accept", asked.pk) not in page
