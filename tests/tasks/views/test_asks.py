"""Asks: who reads which, who could help, and what becomes of them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from coalition.common.tenancy import scopes_disabled
from members.models.person import AffiliationKind
from members.permissions import MemberRole
from tasks.models import Ask, AskHelp, AskState, HelpState, SeenBy
from tasks.services.checkins import Said, answer_check_in
from tests.factories.checkins import AskFactory, AskHelpFactory, CheckInVoiceFactory
from tests.factories.members import (
    AffiliationFactory,
    CapacityOfferFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.tasks.checkins import asked, open_cycle
from tests.utils import acting, at

NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
SECRET = "quokka"

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def ask_of(membership, **kwargs):
    kwargs = {"seen_by": SeenBy.MEMBERS, "text": "A second room"} | kwargs
    return AskFactory(check_in=asked(membership), **kwargs)


@pytest.fixture
def mira(harbor):
    """Speaks for a partner that lends a room."""
    mira = MembershipFactory(
        coalition=harbor, role=MemberRole.MEMBER, person__full_name="Mira Mar"
    )
    church = PartnerFactory(coalition=harbor, name="Lantern Church")
    AffiliationFactory(person=mira.person, partner=church, coalition=harbor)
    CapacityOfferFactory(partner=church, coalition=harbor, kind="Meeting rooms")
    return mira


@pytest.fixture
def church(mira):
    return mira.person.affiliations.get().partner


@pytest.fixture
def everybody(alice, bob, stella, vera, mira):
    leading = {"alice": alice, "stella": stella}
    return {**leading, "bob": bob, "vera": vera, "mira": mira}


READERS = {
    SeenBy.COORDINATORS: {"alice", "bob"},
    SeenBy.LEADS: {"alice", "bob", "stella"},
    SeenBy.MEMBERS: {"alice", "bob", "stella", "mira", "vera"},
}


@pytest.mark.parametrize("seen_by", SeenBy)
def test_only_those_it_was_promised_to_read_it(seen_by, everybody, church, client_of):
    bob, mira = everybody["bob"], everybody["mira"]
    ask = ask_of(bob, text=f"{SECRET} room", seen_by=seen_by)
    for name, membership in everybody.items():
        client = client_of(membership)
        reads = name in READERS[seen_by]
        detail = client.get(at(membership, "tasks:ask_detail", ask.pk))
        assert (detail.status_code == 200) == reads, name
        listed = client.get(at(membership, "tasks:ask_list")).text
        assert (SECRET in listed) == reads, name
        home = client.get(at(membership, "web:home")).text
        assert (SECRET in home) == (name == "mira" and reads), name
    refused = client_of(mira).post(
        at(mira, "tasks:ask_help", ask.pk), {"partner": church.pk}
    )
    assert refused.status_code == (303 if seen_by == SeenBy.MEMBERS else 404)


def test_the_promise_is_kept_with_the_ask(bob):
    cycle = open_cycle(bob.coalition, of={"ask_seen_by": SeenBy.LEADS})
    check_in = asked(bob, cycle=cycle)
    answer_check_in(check_in=check_in, said=Said(ask="A room"), by=acting(bob))
    assert Ask.objects.get().seen_by == SeenBy.LEADS


def test_a_partner_that_fits_is_suggested_and_asked(alice, bob, church, client_of):
    other = PartnerFactory(coalition=alice.coalition, name="Printers")
    CapacityOfferFactory(partner=other, coalition=alice.coalition, kind="Printing")
    ask = ask_of(bob)
    client, url = client_of(alice), at(alice, "tasks:ask_detail", ask.pk)
    page = client.get(url)
    assert [fit.offer.partner for fit in page.context["page"].fits] == [church]
    assert "Why: room" in page.text
    assert (
        "For 1 ask nobody has been asked yet" in client.get(at(alice, "web:home")).text
    )
    offer = church.offers.get()
    data = {"partner": church.pk, "offer": offer.pk}
    client.post(at(alice, "tasks:ask_pass_on", ask.pk), data)
    row = AskHelp.objects.get()
    assert (row.partner, row.offer, row.state, row.asked_by) == (
        church,
        offer,
        HelpState.ASKED,
        alice.person,
    )
    assert client.get(url).context["page"].fits == []
    assert "nobody has been asked" not in client.get(at(alice, "web:home")).text


def test_where_all_that_fit_were_asked_it_says_so(alice, bob, church, client_of):
    ask, client = ask_of(bob), client_of(alice)
    url = at(alice, "tasks:ask_detail", ask.pk)
    assert "has been asked" not in client.get(url).text
    client.post(at(alice, "tasks:ask_pass_on", ask.pk), {"partner": church.pk})
    text = client.get(url).text
    assert "Whose offer fits has been asked." in text
    assert "No open offer shares a word with it." not in text


def test_where_nothing_fits_it_says_so(alice, bob, client_of):
    ask = ask_of(bob)
    text = client_of(alice).get(at(alice, "tasks:ask_detail", ask.pk)).text
    assert "No open offer shares a word with it." in text


def test_the_askers_own_partners_are_not_suggested(alice, bob, church, client_of):
    ask = ask_of(bob)
    CheckInVoiceFactory(check_in=ask.check_in, partner=church)
    page = client_of(alice).get(at(alice, "tasks:ask_detail", ask.pk))
    assert page.context["page"].fits == []


@pytest.mark.parametrize("seen_by", (SeenBy.COORDINATORS, SeenBy.LEADS))
def test_what_not_everybody_may_read_is_not_passed_on(
    seen_by, alice, bob, church, client_of
):
    ask = ask_of(bob, seen_by=seen_by)
    page = client_of(alice).get(at(alice, "tasks:ask_detail", ask.pk)).text
    assert "Ask them first" in page
    url = at(alice, "tasks:ask_pass_on", ask.pk)
    answer = client_of(alice).post(url, {"partner": church.pk})
    assert answer.status_code == 422
    assert AskHelp.objects.count() == 0


def test_one_tap_offers_help(alice, bob, mira, church, client_of):
    ask = ask_of(bob)
    home = client_of(mira).get(at(mira, "web:home")).text
    assert "You could help" in home
    assert "you offer “Meeting rooms” (room)" in home
    data = {"partner": church.pk, "offer": church.offers.get().pk}
    url = at(mira, "tasks:ask_help", ask.pk)
    assert client_of(mira).get(url).status_code == 405
    assert client_of(mira).post(url, data).status_code == 303
    stored = Ask.objects.get()
    assert (stored.state, stored.offer.partner) == (AskState.OFFERED, church)
    assert stored.news_at == NOW
    assert "You could help" not in client_of(mira).get(at(mira, "web:home")).text
    page = client_of(bob).get(at(bob, "tasks:ask_detail", ask.pk)).text
    assert mira.person.email in page
    elsewhere = MembershipFactory(coalition=bob.coalition)
    page = client_of(elsewhere).get(at(elsewhere, "tasks:ask_detail", ask.pk)).text
    assert mira.person.email not in page
    client_of(mira).post(at(mira, "tasks:ask_decline", ask.pk), data)
    assert Ask.objects.get().state == AskState.OPEN


def test_nobody_offers_in_anothers_name(bob, stella, church, client_of):
    ask = ask_of(bob)
    for who in (stella, bob):
        url = at(who, "tasks:ask_help", ask.pk)
        assert client_of(who).post(url, {"partner": church.pk}).status_code == 422
    assert AskHelp.objects.count() == 0


def test_who_asked_does_not_help_themselves(mira, church, client_of):
    ask = ask_of(mira)
    url = at(mira, "tasks:ask_help", ask.pk)
    answer = client_of(mira).post(url, {"partner": church.pk})
    assert answer.status_code == 422
    assert "You could help" not in client_of(mira).get(at(mira, "web:home")).text


@pytest.mark.parametrize("met", (True, False))
def test_it_is_closed_by_the_asker_or_a_coordinator_and_opened_again(
    met, alice, bob, stella, client_of
):
    ask = ask_of(bob)
    data = {"met": "yes" if met else "no"}
    for who in (bob, alice):
        client_of(who).post(at(who, "tasks:ask_close", ask.pk), data)
        stored = Ask.objects.get()
        assert (stored.state, stored.met) == (AskState.CLOSED, met)
        client_of(who).post(at(who, "tasks:ask_reopen", ask.pk))
        assert Ask.objects.get().state == AskState.OPEN
    client_of(stella).post(at(stella, "tasks:ask_close", ask.pk), data)
    assert Ask.objects.get().state == AskState.OPEN


def test_words_stay_once_somebody_was_asked(bob, church):
    ask = ask_of(bob)
    AskHelpFactory(ask=ask, partner=church)
    answer_check_in(
        check_in=ask.check_in, said=Said(ask="Something else"), by=acting(bob)
    )
    assert Ask.objects.get().text == "A second room"


def test_a_partner_answers_by_the_link(bob, mira, church):
    row = AskHelpFactory(ask=ask_of(bob), partner=church)
    path = row.link_for(mira.person.pk).path
    client = Client()
    assert "A second room" in client.get(path).text
    client.post(path, {"act": "yes"})
    assert AskHelp.objects.get().state == HelpState.OFFERED
    client.post(path, {"act": "no"})
    assert AskHelp.objects.get().state == HelpState.DECLINED
    mira.person.affiliations.update(kind=AffiliationKind.STAFF)
    assert client.get(path).status_code == 410
    assert client.post(path, {"act": "yes"}).status_code == 410


def test_the_asker_closes_it_by_the_link(bob, mira, church):
    ask = ask_of(bob)
    AskHelpFactory(
        ask=ask,
        partner=church,
        state="offered",
        answered_by=mira.person,
        answered_at=NOW,
    )
    client = Client()
    assert mira.person.email in client.get(ask.link.path).text
    client.post(ask.link.path, {"act": "met"})
    assert Ask.objects.get().met is True
    client.post(ask.link.path, {"act": "open"})
    assert Ask.objects.get().state == AskState.OFFERED


@pytest.mark.parametrize("rows", (1, 3))
def test_statements_do_not_grow_with_asks(
    rows, everybody, client_of, django_assert_num_queries
):
    alice, bob, mira = (everybody[name] for name in ("alice", "bob", "mira"))
    for _ in range(rows):
        ask = ask_of(bob)
        CheckInVoiceFactory(
            check_in=ask.check_in, partner=PartnerFactory(coalition=bob.coalition)
        )
        partner = PartnerFactory(coalition=bob.coalition)
        AskHelpFactory(
            ask=ask,
            partner=partner,
            state="offered",
            answered_by=MembershipFactory(coalition=bob.coalition).person,
            answered_at=NOW,
        )
        CapacityOfferFactory(
            partner=PartnerFactory(coalition=bob.coalition),
            coalition=bob.coalition,
            kind="Rooms",
        )
    client = client_of(alice)
    with django_assert_num_queries(LIST):
        client.get(at(alice, "tasks:ask_list"))
    with django_assert_num_queries(DETAIL):
        client.get(at(alice, "tasks:ask_detail", ask.pk))
    client = client_of(mira)
    with django_assert_num_queries(PORTAL):
        client.get(at(mira, "web:home"))


LIST, DETAIL, PORTAL = 12, 13, 33


def test_another_coalition_stays_out(alice, bob, charlie, client_of):
    with scopes_disabled():
        theirs = ask_of(charlie, text=SECRET)
        partner = PartnerFactory(coalition=charlie.coalition)
    client = client_of(alice)
    assert SECRET not in client.get(at(alice, "tasks:ask_list")).text
    assert client.get(at(alice, "tasks:ask_detail", theirs.pk)).status_code == 404
    url = at(alice, "tasks:ask_pass_on", ask_of(bob).pk)
    assert client.post(url, {"partner": partner.pk}).status_code == 422


def test_an_empty_list_says_what_comes_here_and_a_narrow_one_how_to_widen_it(
    alice, client_of
):
    client, url = client_of(alice), at(alice, "tasks:ask_list")
    assert "Nobody looks for help" in client.get(url).text
    assert "Nothing like that" in client.get(url, {"whose": "mine"}).text
