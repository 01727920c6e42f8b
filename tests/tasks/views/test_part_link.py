"""Taking or declining a part by the link in a mail, without signing in."""

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from members.models import AuditEntry, Membership
from tasks.models import Assignment, Task
from tests.factories.members import AffiliationFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory

pytestmark = pytest.mark.django_db
NO = {"answer": "no", "why": "time"}


@pytest.fixture
def part(harbor, bob, alice):
    task = TaskFactory(
        goal__coalition=harbor, title="Book the hall", description="For <b>all</b>"
    )
    return AssignmentFactory(task=task, person=bob.person, asked_by=alice.person)


def now_of(part):
    with scopes_disabled():
        return Assignment.objects.get(pk=part.pk)


def test_the_page_says_who_asks_for_what(part):
    page = Client().get(part.link.path)
    assert page.status_code == 200
    for words in ("Alice Adams", "Book the hall", "You would do it", "Yes, I take it"):
        assert words in page.text
    assert "<b>all</b>" not in page.text


def test_one_tap_takes_it_and_the_trail_says_how(part, bob):
    client = Client()
    answer = client.post(part.link.path, {"answer": "yes"})
    assert answer.status_code == 303
    assert now_of(part).status == "accepted"
    assert "It is yours" in client.get(part.link.path).text
    with scopes_disabled():
        entry = AuditEntry.objects.get(action="accept")
    assert (entry.actor, entry.via, entry.on_behalf_of) == (bob.person, "link", None)


def test_no_needs_a_reason_and_can_become_yes(part):
    client = Client()
    refused = client.post(part.link.path, {"answer": "no"})
    assert refused.status_code == 422
    assert '<details class="card" open>' in refused.text
    assert client.post(part.link.path, NO).status_code == 303
    stored = now_of(part)
    assert (stored.status, stored.reason) == ("declined", "No time before it is due")
    assert "Take it after all" in client.get(part.link.path).text
    client.post(part.link.path, {"answer": "yes"})
    assert now_of(part).status == "accepted"


def test_another_word_answers_nothing(part):
    assert Client().post(part.link.path, {"answer": "perhaps"}).status_code == 422
    assert now_of(part).status == "proposed"


def test_it_ends_with_the_task(part):
    with scopes_disabled():
        Task.objects.filter(pk=part.task_id).update(done_at=timezone.now())
    assert "This is done already" in Client().get(part.link.path).text
    assert Client().post(part.link.path, {"answer": "yes"}).status_code == 422
    assert now_of(part).status == "proposed"


@pytest.mark.parametrize("how", ("suspended", "removed", "withdrawn", "told"))
def test_it_ends_with_the_access_and_the_question(part, bob, how):
    with scopes_disabled():
        if how == "withdrawn":
            Assignment.objects.all().delete()
        elif how == "told":
            Assignment.objects.update(letter="I")
        else:
            Membership.objects.filter(pk=bob.pk).update(state=how)
    for ask in (Client().get, Client().post):
        answer = ask(part.link.path)
        assert answer.status_code == 410
        assert "Book the hall" not in answer.text


def test_what_was_handed_over_says_to_whom(part, vera, alice):
    with scopes_disabled():
        now = timezone.now()
        Assignment.objects.filter(pk=part.pk).update(
            status="handed_over", handed_at=now, handed_to=vera.person
        )
    page = Client().get(part.link.path)
    assert f"This went to {vera.person}" in page.text
    assert "Yes, I take it" not in page.text
    Client().post(part.link.path, {"answer": "yes"})
    assert now_of(part).status == "handed_over"


def test_it_is_handed_to_somebody_else_at_the_partner(part, bob):
    with scopes_disabled():
        place = AffiliationFactory(
            person=bob.person, partner__coalition=part.coalition, partner__name="Clinic"
        ).partner
        ana = AffiliationFactory(partner=place, person__full_name="Ana Ruiz").person
        Assignment.objects.filter(pk=part.pk).update(partner=place)
    client = Client()
    assert "Somebody else at Clinic" in client.get(part.link.path).text
    refused = client.post(part.link.path, {"answer": "other"})
    assert refused.status_code == 422
    assert now_of(part).status == "proposed"
    client.post(part.link.path, {"answer": "other", "to": ana.pk})
    assert (now_of(part).status, now_of(part).handed_to) == ("handed_over", ana)
    with scopes_disabled():
        entry = AuditEntry.objects.get(action="hand over")
    assert (entry.actor, entry.via) == (bob.person, "link")
    assert "This went to Ana Ruiz" in client.get(part.link.path).text


def test_where_nobody_else_is_it_is_not_offered(part):
    assert "Somebody else" not in Client().get(part.link.path).text
