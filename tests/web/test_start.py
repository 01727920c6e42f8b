import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from comms.models import Delivery
from comms.services.account_mail import KIND, open_account_mail
from members.models import Coalition, Membership, User
from members.permissions import MemberRole

pytestmark = pytest.mark.django_db
NAMED = {
    "coordinator_name": "Rosa Marín",
    "name": "Clean Air",
    "purpose": "Every child can breathe.",
    "timezone": "Europe/Lisbon",
    "language": "es",
    "accent": "ocean",
}


@pytest.fixture(autouse=True)
def _open(settings):
    settings.STARTING = "open"
    cache.clear()


def mails():
    with scopes_disabled():
        return Delivery.objects.filter(kind=KIND)


def mailed_code() -> str:
    mail = open_account_mail(mails().latest("pk").secret)
    return re.findall(r"\b[A-Z]{4}-[A-Z]{4}\b", mail.text)[0]


def ask(client, email="rosa@example.org"):
    return client.post("/start/", {"email": email})


def prove(client, email="rosa@example.org"):
    ask(client, email)
    return client.post("/start/code/", {"code": mailed_code()})


def test_an_empty_installation_leads_to_the_start(client):
    assert client.get("/").url == "/start/"


def test_an_installation_in_use_leads_to_the_sign_in(client, harbor):
    assert client.get("/").url == "/accounts/login/?next=/"


def test_closed_says_whom_to_ask(client, settings):
    settings.STARTING, settings.OPERATOR = "closed", "Ana, ana@example.org"
    page = client.get("/start/")
    assert page.status_code == 200
    assert "Ana, ana@example.org" in page.text
    assert ask(client).status_code == 403
    assert client.get("/").url == "/accounts/login/?next=/"
    assert "/start/" not in client.get("/accounts/login/").text
    assert not mails().exists()


def test_closed_takes_no_code_that_is_on_its_way(client, settings):
    ask(client)
    settings.STARTING = "closed"
    assert client.post("/start/code/", {"code": mailed_code()}).url == "/start/"
    assert not User.objects.exists()


def test_nothing_is_made_before_the_code_comes_back(client):
    assert ask(client).url == "/start/code/"
    assert not User.objects.exists()
    assert not Coalition.objects.exists()


def test_the_answer_is_the_same_for_who_is_known(client, alice):
    answers = []
    for email in (alice.person.email, "nobody@example.org"):
        answer = ask(client, email)
        page = client.get("/start/code/").text.replace(email, "…")
        page = re.sub(r'value="\w{64}"', "", page)
        answers.append((answer.status_code, answer.url, page))
    assert answers[0] == answers[1]
    assert mails().count() == 2


def test_an_address_that_is_none_is_asked_for_again(client):
    answer = ask(client, "rosa@")
    assert answer.status_code == 422
    assert "rosa@" in answer.text


def test_the_code_signs_in_and_leads_to_the_name(client):
    assert prove(client).url == "/start/"
    assert User.objects.get().email == "rosa@example.org"
    assert "What brings you together?" in client.get("/start/").text
    assert client.get("/start/code/").url == "/start/"


def test_a_code_is_typed_as_people_type(client):
    ask(client)
    code = mailed_code().lower().replace("-", " ")
    assert client.post("/start/code/", {"code": code}).status_code == 302


def test_a_wrong_code_says_so_and_only_some_guesses_count(client):
    ask(client)
    code = mailed_code()
    for _ in range(3):
        answer = client.post("/start/code/", {"code": "BBBB-BBBB"})
        assert answer.status_code == 422
        assert "That is not the code." in answer.text
    assert client.post("/start/code/", {"code": code}).status_code == 422
    assert not User.objects.exists()


def test_a_code_is_good_for_ten_minutes(client):
    ask(client)
    code = mailed_code()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert client.post("/start/code/", {"code": code}).status_code == 422


def test_a_code_counts_in_the_browser_that_asked(client, client_of):
    ask(client)
    assert type(client)().post("/start/code/", {"code": mailed_code()}).url == "/start/"


def test_too_many_codes_are_refused(client):
    answers = [ask(client).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 422]


def test_naming_it_makes_the_coalition_and_its_coordinator(client):
    prove(client)
    answer = client.post("/start/", NAMED)
    assert answer.url == "/c/clean-air/setup/partners/"
    coalition = Coalition.objects.get()
    assert coalition.accent == "ocean"
    assert coalition.language == "es"
    assert coalition.timezone == "Europe/Lisbon"
    with scope(coalition=coalition):
        membership = Membership.objects.select_related("person", "user").get()
        assert membership.role == MemberRole.COORDINATOR
        assert membership.person.full_name == "Rosa Marín"
        assert membership.user.email == "rosa@example.org"
    assert client.get(answer.url).status_code == 200


def test_a_name_that_is_here_gets_an_address_of_its_own(client, harbor):
    prove(client)
    answer = client.post("/start/", NAMED | {"name": "Harbor"})
    assert re.fullmatch(r"/c/harbor-\w{4}/setup/partners/", answer.url)


def test_a_name_in_another_script_gets_an_address_too(client):
    prove(client)
    answer = client.post("/start/", NAMED | {"name": "健康港湾"})
    assert answer.url == "/c/coalition/setup/partners/"


def test_what_is_missing_is_said_and_nothing_is_made(client):
    prove(client)
    answer = client.post("/start/", NAMED | {"name": "", "timezone": ""})
    assert answer.status_code == 422
    assert "Enter a name, for example “Healthy Harbor”." in answer.text
    assert "Every child can breathe." in answer.text
    assert not Coalition.objects.exists()


def test_sent_twice_it_is_made_once(client):
    prove(client)
    once = re.findall(r'name="once" value="([^"]+)"', client.get("/start/").text)[0]
    answers = [client.post("/start/", NAMED | {"once": once}).url for _ in range(2)]
    assert answers[0] == answers[1]
    assert Coalition.objects.count() == 1


def test_several_forms_of_a_page_may_be_sent_once_each(client):
    prove(client)
    assert 'id="id_once"' not in client.get("/start/").text


def test_who_has_a_coalition_may_start_another(client, alice, client_of):
    client = client_of(alice)
    assert client.post("/start/", NAMED).url == "/c/clean-air/setup/partners/"


def test_nobody_starts_coalitions_without_end(client):
    prove(client)
    for _ in range(5):
        client.post("/start/", NAMED)
    answer = client.post("/start/", NAMED)
    assert answer.status_code == 422
    assert "Too many tries." in answer.text
    assert Coalition.objects.count() == 5
