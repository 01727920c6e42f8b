from datetime import UTC, datetime, time

import pytest
import time_machine

from comms.models import UpdateSchedule
from members.models import AuditEntry, Import
from tests.factories.comms import UpdateScheduleFactory
from tests.factories.members import PartnerFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)  # a Wednesday
BASICS = {
    "name": "Harbor",
    "purpose": "Clean air.",
    "timezone": "UTC",
    "language": "en",
    "version": 1,
}
RHYTHM = {"every_weeks": "2", "weekday": "1", "at": "09:30"}


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def test_setup_goes_on_where_it_was_left(client, harbor, alice):
    def goes_to() -> str:
        return client.get(at(alice, "web:setup")).url

    assert goes_to() == at(alice, "web:setup_coalition")
    harbor.purpose = "Clean air."
    harbor.save()
    assert goes_to() == at(alice, "web:setup_partners")
    PartnerFactory(coalition=harbor)
    assert goes_to() == at(alice, "web:setup_rhythm")
    UpdateScheduleFactory(coalition=harbor)
    assert goes_to() == at(alice, "web:home")


def test_the_first_step_says_what_the_coalition_is(client, harbor, alice):
    answer = client.post(at(alice, "web:setup_coalition"), BASICS)
    assert answer.url == at(alice, "web:setup_partners")
    harbor.refresh_from_db()
    assert (harbor.name, harbor.purpose) == ("Harbor", "Clean air.")
    assert AuditEntry.objects.get(model="members.coalition").action == "edit"


def test_a_zone_that_is_none_is_refused(client, harbor, alice):
    data = BASICS | {"timezone": "Europe/Atlantis"}
    assert client.post(at(alice, "web:setup_coalition"), data).status_code == 422
    harbor.refresh_from_db()
    assert harbor.timezone == "UTC"


def test_a_pasted_list_goes_to_the_look_at_it(client, alice):
    answer = client.post(at(alice, "web:setup_partners"), {"text": "name\nAid\nKin"})
    assert answer.url == at(alice, "members:import_detail", Import.objects.get().pk)


@pytest.mark.parametrize("page", ("web:setup_coalition", "web:setup_partners"))
def test_a_step_comes_whole_to_htmx_too(client, alice, page):
    assert "<html" in client.get(at(alice, page), headers=HTMX).text


def test_an_empty_list_says_what_to_do(client, alice):
    answer = client.post(at(alice, "web:setup_partners"), {"text": ""})
    assert answer.status_code == 422
    assert "Paste the list here, or choose a file." in answer.text


def test_what_is_brought_in_leads_on_to_the_rhythm_until_there_is_one(
    client, harbor, alice
):
    client.post(at(alice, "web:setup_partners"), {"text": "name\nAid\nKin"})
    imported = Import.objects.get()
    client.post(
        at(alice, "members:import_apply", imported.pk), {"seen": imported.fingerprint}
    )
    page = at(alice, "members:import_detail", imported.pk)
    assert at(alice, "web:setup_rhythm") in client.get(page).text
    UpdateScheduleFactory(coalition=harbor)
    assert at(alice, "web:setup_rhythm") not in client.get(page).text


def test_the_rhythm_shows_its_first_dates(client, alice):
    page = client.get(at(alice, "web:setup_rhythm")).text
    for day in ("21 May", "4 June", "18 June"):  # every second Thursday
        assert day in page


@pytest.mark.parametrize("headers", ({}, HTMX))
def test_looking_at_dates_sets_nothing(client, alice, headers):
    answer = client.post(
        at(alice, "web:setup_rhythm"), RHYTHM | {"look": "1"}, headers=headers
    )
    assert answer.status_code == 200
    for day in ("19 May", "2 June", "16 June"):
        assert day in answer.text
    assert ("<html" in answer.text) is (not headers)
    assert not UpdateSchedule.objects.exists()


def test_the_rhythm_is_set_and_leads_home(client, alice):
    answer = client.post(at(alice, "web:setup_rhythm"), RHYTHM)
    assert answer.url == at(alice, "web:home")
    schedule = UpdateSchedule.objects.get()
    assert schedule.every_weeks == 2
    assert schedule.anchor_date.isoformat() == "2026-05-19"
    assert schedule.local_time == time(9, 30)


def test_a_day_too_near_for_a_draft_is_left_for_the_next(client, alice):
    client.post(at(alice, "web:setup_rhythm"), RHYTHM | {"weekday": "3"})
    assert UpdateSchedule.objects.get().anchor_date.isoformat() == "2026-05-21"


def test_a_time_that_is_none_is_said(client, alice):
    answer = client.post(at(alice, "web:setup_rhythm"), RHYTHM | {"at": "25:00"})
    assert answer.status_code == 422
    assert "Choose a time of the day" in answer.text
    assert not UpdateSchedule.objects.exists()


PLACES = (
    *("web:setup_coalition", "web:setup_partners", "web:setup_rhythm"),
    *("members:partner_list", "members:import_list"),
    *("goals:goal_list", "tasks:task_list"),
)


@pytest.mark.parametrize("place", PLACES)
def test_the_example_is_offered_wherever_an_empty_coalition_is_looked_at(
    place, alice, stella, client_of
):
    offer = at(alice, "web:example_load")
    assert offer in client_of(alice).get(at(alice, place)).text
    if "setup" not in place and "import" not in place:
        assert offer not in client_of(stella).get(at(stella, place)).text
    PartnerFactory(coalition=alice.coalition)
    assert offer not in client_of(alice).get(at(alice, place)).text


def test_the_example_offers_no_example(alice, client_of):
    alice.coalition.is_example, alice.coalition.mail_paused_at = True, NOW
    alice.coalition.save()
    page = client_of(alice).get(at(alice, "members:partner_list")).text
    assert "Load the example" not in page
