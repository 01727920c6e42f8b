"""Picking words in a draft, and the page on which their speaker answers."""

import pytest
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.models import Delivery, Issue, IssueState, Quote, QuoteState
from comms.services.issues import approve_issue, recall_issue
from comms.services.release import release_issue
from tests.comms.drafts import make_issue
from tests.factories.comms import QuoteFactory
from tests.factories.feedback import FeedbackFactory
from tests.utils import acting, at

pytestmark = pytest.mark.django_db
WORDS = "We danced on the pier."


@pytest.fixture
def issue(harbor) -> Issue:
    return make_issue(harbor, subject="Seven schools")


@pytest.fixture
def quote(issue, bob) -> Quote:
    return QuoteFactory(issue=issue, speaker=bob.person, words=WORDS)


def stored(quote) -> Quote:
    with scope(coalition=quote.coalition):
        return Quote.objects.select_related("issue").get(pk=quote.pk)


def test_words_are_picked_from_what_was_said(issue, alice, bob, client_of):
    said = FeedbackFactory(coalition=alice.coalition, author=bob.person, text=WORDS)
    client = client_of(alice)
    url = at(alice, "comms:update_quote_create", issue.pk)
    assert WORDS in client.get(url).text
    picked = f"{url}?source=feedback:{said.pk}"
    page = client.get(picked)
    assert f'<option value="{bob.person_id}" selected>' in page.text
    given = {"words": WORDS, "speaker": bob.person_id, "signed": "Bob"}
    assert client.post(picked, given).status_code == 303
    with scope(coalition=alice.coalition):
        quote = Quote.objects.get()
    assert (quote.source, quote.state) == (f"feedback:{said.pk}", QuoteState.ASKED)
    page = client.get(at(alice, "comms:update_detail", issue.pk))
    assert "Waits for a yes" in page.text
    assert "1 quote waits for a yes and is left out." in page.text


def test_what_is_missing_is_said_and_what_was_typed_is_kept(issue, alice, client_of):
    url = at(alice, "comms:update_quote_create", issue.pk)
    answer = client_of(alice).post(url, {"words": WORDS, "signed": "A mother"})
    assert answer.status_code == 422
    assert "Write down how they agreed" in answer.text
    assert WORDS in answer.text


def test_the_speaker_sees_the_very_words_and_says_yes(quote):
    client = Client()
    page = client.get(quote.link.path)
    for words in (WORDS, "A mother", "in the update of"):
        assert words in page.text
    client.post(quote.link.path, {"answer": "yes"})
    assert stored(quote).state == QuoteState.AGREED
    assert stored(quote).issue.quoted[0]["words"] == WORDS
    assert "Take it back" in client.get(quote.link.path).text


def test_the_speaker_says_it_in_other_words(quote):
    answer = Client().post(quote.link.path, {"answer": "other", "words": ""})
    assert answer.status_code == 422
    Client().post(quote.link.path, {"answer": "other", "words": "We sang."})
    assert stored(quote).words == "We sang."


def test_the_speaker_says_no_or_takes_it_back(quote):
    Client().post(quote.link.path, {"answer": "no"})
    assert stored(quote).state == QuoteState.DECLINED
    Client().post(quote.link.path, {"answer": "yes"})
    Client().post(quote.link.path, {"answer": "back"})
    assert stored(quote).state == QuoteState.TAKEN_BACK
    assert stored(quote).issue.quoted == []
    assert "You took it back" in Client().get(quote.link.path).text


LEFT = "It has left without your words"


def test_an_answer_that_comes_too_late_hears_so(quote, alice):
    released(quote, alice)
    with scope(coalition=quote.coalition):
        Delivery.objects.update(data_started_at=timezone.now())
    page = Client().post(quote.link.path, {"answer": "yes"}, follow=True)
    assert LEFT in page.text
    assert stored(quote).state == QuoteState.ASKED


def test_what_has_not_left_is_not_said_to_have(quote, alice):
    released(quote, alice)
    page = Client().get(quote.link.path)
    assert LEFT not in page.text
    assert "It is approved without your words" in page.text
    assert 'value="yes"' not in page.text
    with scope(coalition=quote.coalition):
        recall_issue(issue=stored(quote).issue, by=acting(alice))
    assert 'value="yes"' in Client().get(quote.link.path).text


def test_what_is_approved_can_still_take_a_yes_in(quote, alice):
    approved(quote, alice)
    page = Client().get(quote.link.path)
    assert "After a yes they can still be taken in" in page.text
    assert 'value="yes"' in page.text


def test_what_was_cancelled_is_not_said_to_have_left(quote):
    with scope(coalition=quote.coalition):
        Issue.objects.filter(pk=quote.issue_id).update(state=IssueState.CANCELLED)
    page = Client().post(quote.link.path, {"answer": "yes"}, follow=True)
    assert LEFT not in page.text
    assert "It was not sent" in page.text


def approved(quote, alice) -> Issue:
    issue = stored(quote).issue
    with scope(coalition=quote.coalition):
        return approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))


def released(quote, alice) -> None:
    issue = approved(quote, alice)
    with scope(coalition=quote.coalition):
        release_issue(issue=issue, now=timezone.now(), at_once=False, by=acting(alice))


def test_a_coordinator_takes_in_and_removes(quote, alice, client_of):
    client = client_of(alice)
    client.post(at(alice, "comms:quote_take", quote.pk))
    assert stored(quote).issue.quoted == []
    Client().post(quote.link.path, {"answer": "yes"})
    client.post(at(alice, "comms:quote_remove", quote.pk))
    with scope(coalition=alice.coalition):
        assert not Quote.objects.exists()
    assert Client().get(quote.link.path).status_code == 410


def test_an_answer_in_no_words_of_ours_changes_nothing(quote):
    assert Client().post(quote.link.path, {"answer": "maybe"}).status_code in {200, 422}
    assert stored(quote).state == QuoteState.ASKED
