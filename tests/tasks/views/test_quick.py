from datetime import date

import pytest
from django.utils import timezone

from members.models import PartnerAlias
from members.models.partner import PartnerStatus
from tasks.models import Assignment, Task
from tests.factories.goals import GoalFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def say(client_of, alice):
    client = client_of(alice)

    def post(text, *, follow=False, **picked):
        url = at(alice, "tasks:task_quick")
        headers = {} if follow else HTMX
        return client.post(
            url, {"text": text, **picked}, headers=headers, follow=follow
        )

    return post


def test_a_line_says_it_all(say, harbor, bob):
    goal = GoalFactory(coalition=harbor, title="Clean air at every school gate")
    answer = say("Book the hall @Bob Brown !2026-12-04 #clean AIR")
    task = Task.objects.get()
    assert (task.title, task.due, task.goal) == (
        "Book the hall",
        date(2026, 12, 4),
        goal,
    )
    assert Assignment.objects.get().person == bob.person
    assert "task-changed" in answer["HX-Trigger"]
    for words in ("In the plan: Book the hall", "due Friday 4 December", "Bob Brown"):
        assert words in answer.text


def test_a_line_is_read_in_any_order_and_keeps_other_words(say, harbor, bob, stella):
    GoalFactory(coalition=harbor, title="Clean air")
    say("#clean air Call @bob brown about the hall !friday @Stella Stone")
    task = Task.objects.get()
    assert (task.title, task.due) == ("Call about the hall", date(2026, 5, 15))
    letters = Assignment.objects.order_by("letter").values_list("letter", "person")
    assert list(letters) == [("A", bob.person.pk), ("R", stella.person.pk)]


@pytest.mark.parametrize(
    ("word", "day"),
    (
        ("today", 13),
        ("tomorrow", 14),
        ("+7", 20),
        ("2026-05-30", 30),
        ("Monday", 18),
        ("fri", 15),
    ),
)
def test_a_day_is_said_in_several_ways(say, word, day):
    say(f"Book the hall !{word}")
    assert Task.objects.get().due == date(2026, 5, day)


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        ("Book the hall !31.02", "is no day"),
        ("Book the hall @Nobody", "No person and no partner here goes by “Nobody”."),
        ("Book the hall #nothing", "No open goal goes by “nothing”."),
        ("!today", "Say what is to be done, too."),
        ("", "Please fill this in."),
    ),
)
def test_what_is_not_understood_is_said_and_kept(say, text, problem):
    answer = say(text)
    assert answer.status_code == 422
    assert problem in answer.text
    assert f'value="{text}"' in answer.text
    assert not Task.objects.exists()


def test_a_name_that_fits_several_is_asked_for(say, harbor):
    anas = [
        MembershipFactory(coalition=harbor, person__full_name=name).person
        for name in ("Ana Ruiz", "Ana Duarte")
    ]
    answer = say("Book the hall @Ana")
    assert answer.status_code == 422
    assert "Which “Ana”?" in answer.text
    assert not Task.objects.exists()
    say("Book the hall @Ana", who0=f"{anas[1].pk}-0")
    assert Assignment.objects.get().person == anas[1]


def test_a_person_is_asked_at_the_partner_they_stand_for(say, harbor, bob):
    AffiliationFactory(
        person=bob.person, partner__coalition=harbor, partner__name="Tenants Union"
    )
    say("Book the hall @Bob")
    assert str(Assignment.objects.get().partner) == "Tenants Union"


@pytest.fixture
def clinic(harbor):
    """Return a partner of which Ana Ruiz is the delegate."""
    clinic = PartnerFactory(coalition=harbor, name="Clínica del Mar")
    ana = MembershipFactory(coalition=harbor, person__full_name="Ana Ruiz").person
    AffiliationFactory(person=ana, partner=clinic)
    return clinic


@pytest.mark.parametrize("name", ("Clínica del Mar", "clinica DEL mar", "Seaside"))
def test_a_partner_is_asked_by_any_of_its_names(say, clinic, bob, name):
    PartnerAlias.objects.create(
        coalition=clinic.coalition, partner=clinic, name="Seaside"
    )
    answer = say(f"Book the hall @{name} !today @Bob")
    accountable, responsible = Assignment.objects.order_by("letter")
    assert accountable.is_unnamed
    assert accountable.partner == clinic
    assert responsible.person == bob.person
    assert "asked: Clínica del Mar, Bob Brown" in answer.text
    assert Task.objects.get().title == "Book the hall"


def test_words_that_fit_a_partner_and_its_people_are_asked_about(say, clinic):
    answer = say("Book the hall @clinica")
    assert answer.status_code == 422
    assert "Which “clinica”?" in answer.text
    assert "Ana Ruiz · Clínica del Mar" in answer.text
    assert "whoever it names" in answer.text
    say("Book the hall @clinica", who0=f"partner-{clinic.pk}")
    assert Assignment.objects.get().is_unnamed


def test_a_name_that_a_person_and_a_partner_share_is_asked_about(say, harbor, bob):
    partner = PartnerFactory(coalition=harbor, name="Bob Brown")
    AffiliationFactory(partner=partner)
    assert say("Book the hall @Bob Brown").status_code == 422
    say("Book the hall @Bob Brown", who0=f"{bob.person.pk}-0")
    assert Assignment.objects.get().person == bob.person


def test_a_partner_for_which_nobody_speaks_is_not_asked(say, harbor):
    PartnerFactory(coalition=harbor, name="Tenants Union")
    answer = say("Book the hall @Tenants Union")
    assert answer.status_code == 422
    assert "Nobody speaks for Tenants Union" in answer.text
    assert not Task.objects.exists()


def test_a_partner_that_left_or_is_in_the_archive_is_unknown(say, harbor):
    PartnerFactory(coalition=harbor, name="Gone", status=PartnerStatus.LEFT)
    PartnerFactory(coalition=harbor, name="Laid Away", archived_at=timezone.now())
    for name in ("Gone", "Laid Away"):
        assert "No person and no partner here" in say(f"Book it @{name}").text


def test_people_and_goals_of_another_coalition_are_unknown(say, charlie):
    GoalFactory(coalition=charlie.coalition, title="Canary goal")
    for text in ("Book it @Charlie Canary", f"Book it @{charlie.person.pk}"):
        assert "No person and no partner here" in say(text).text
    assert "No open goal" in say("Book it #canary").text
    foreign = PartnerFactory(coalition=charlie.coalition, name="Canary Street")
    assert "No person and no partner here" in say("Book it @Canary Street").text
    assert say("Book it @Canary", who0=f"partner-{foreign.pk}").status_code == 422
    picked = say("Book it @Charlie", who0=f"{charlie.person.pk}-0")
    assert picked.status_code == 422
    assert not Task.objects.exists()


def test_without_javascript_the_plan_is_shown_again(say, alice):
    answer = say("Book the hall", follow=True)
    assert answer.redirect_chain == [(at(alice, "tasks:task_list"), 303)]
    undo = at(alice, "tasks:task_delete", Task.objects.get().pk)
    assert f'action="{undo}"' in answer.text


def test_reading_a_line_makes_nothing(client_of, harbor, alice, bob):
    GoalFactory(coalition=harbor, title="Clean air")
    url = at(alice, "tasks:task_quick_panel")
    text = "Book the hall @Bob !today #clean"
    page = client_of(alice).get(url, {"text": text}, headers=HTMX).text
    assert "<b>Book the hall</b>" in page
    assert "Bob Brown" in page
    assert "Clean air" in page
    assert not Task.objects.exists()


def test_only_who_writes_the_plan_adds_to_it(client_of, bob):
    page = client_of(bob).get(at(bob, "tasks:task_list")).text
    assert "quick_text" not in page
    answer = client_of(bob).post(at(bob, "tasks:task_quick"), {"text": "No"})
    assert answer.status_code == 403
