"""Working groups: started, changed, closed; who is in them, and who leads."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from members.models import AuditEntry, GroupMember, WorkingGroup
from members.models.membership import MembershipState
from tests.factories.checkins import CheckInScheduleFactory
from tests.factories.members import (
    AffiliationFactory,
    GroupMemberFactory,
    MembershipFactory,
    PersonFactory,
    WorkingGroupFactory,
)
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")

FORM = {"name": "Events", "purpose": "Cooks for the fair.", "open_to_all": "on"}


@pytest.fixture
def group(harbor):
    return WorkingGroupFactory(coalition=harbor, name="Events", purpose="The fair")


@pytest.fixture
def place(group, bob):
    return GroupMemberFactory(group=group, person=bob.person)


def inside():
    return set(
        GroupMember.objects.current().values_list("person__full_name", flat=True)
    )


def test_group_create_leads_to_its_page(client_of, alice):
    client = client_of(alice)
    page = client.post(at(alice, "members:group_create"), FORM, follow=True)
    assert "The group is there. Who is in it?" in page.text
    assert "Nobody is in it yet" in page.text
    assert WorkingGroup.objects.get().purpose == "Cooks for the fair."


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize(
    ("form", "said"),
    (
        ({"name": ""}, "Please fill this in."),
        ({"name": "Events"}, "There is a group of this name already."),
        ({"name": "x" * 121}, "at most 120 characters"),
    ),
)
def test_group_create_says_what_is_wrong_and_keeps_the_rest(
    form, said, client_of, alice
):
    url = at(alice, "members:group_create")
    page = client_of(alice).post(url, FORM | {"name": "Cooks"} | form)
    assert page.status_code == 422
    assert said in page.text
    assert "Cooks for the fair." in page.text


def test_group_edit_tells_the_second(client_of, alice, group):
    client, url = client_of(alice), at(alice, "members:group_edit", group.pk)
    form = {"name": "Events", "purpose": "", "version": 1}
    assert client.post(url, form).status_code == 303
    group.refresh_from_db()
    assert not group.open_to_all
    assert "Somebody else saved" in client.post(url, form).text


def test_group_close_can_be_undone(client_of, alice, group):
    client = client_of(alice)
    page = client.post(at(alice, "members:group_close", group.pk), follow=True)
    undo = at(alice, "members:group_reopen", group.pk)
    assert f'action="{undo}"' in page.text
    assert "Closed since" in page.text
    assert not WorkingGroup.objects.open().exists()
    client.post(undo)
    assert WorkingGroup.objects.open().get() == group


def test_group_reopen_says_when_its_name_is_taken(client_of, alice, group):
    client = client_of(alice)
    client.post(at(alice, "members:group_close", group.pk))
    WorkingGroupFactory(coalition=group.coalition, name="Events")
    page = client.post(at(alice, "members:group_reopen", group.pk), follow=True)
    assert "There is a group of this name already." in page.text


def test_place_create_lets_somebody_in_and_can_be_taken_back(
    client_of, alice, bob, group
):
    client, url = client_of(alice), at(alice, "members:place_create", group.pk)
    page = client.post(url, {"person": "Bob Brown", "leads": "on"}, follow=True)
    place = GroupMember.objects.get()
    assert (place.person, place.leads) == (bob.person, True)
    assert "Bob Brown is in “Events”." in page.text
    undo = at(alice, "members:place_end", place.pk)
    assert f'action="{undo}"' in page.text
    client.post(undo)
    assert inside() == set()


@pytest.mark.usefixtures("place")
def test_place_create_refuses_who_is_in_and_who_is_gone(client_of, alice, group):
    gone = MembershipFactory(
        coalition=group.coalition,
        person__full_name="Gone Greta",
        state=MembershipState.SUSPENDED,
    )
    client, url = client_of(alice), at(alice, "members:place_create", group.pk)
    page = client.post(url, {"person": "Bob Brown"})
    assert page.status_code == 422
    assert "Bob Brown is in the group already." in page.text
    page = client.post(url, {"person": str(gone.person)})
    assert page.status_code == 422
    assert inside() == {"Bob Brown"}


def test_place_create_is_refused_once_the_group_is_closed(client_of, alice, bob, group):
    WorkingGroup.objects.update(closed_at=timezone.now())
    url = at(alice, "members:place_create", group.pk)
    page = client_of(alice).post(url, {"person": str(bob.person)})
    assert "“Events” is closed." in page.text
    assert inside() == set()


def test_place_end_keeps_history_and_can_be_undone(client_of, alice, group, place):
    client = client_of(alice)
    page = client.post(at(alice, "members:place_end", place.pk), follow=True)
    assert "Bob Brown left “Events”." in page.text
    assert "Who was in it before" in page.text
    client.post(at(alice, "members:place_resume", place.pk))
    assert GroupMember.objects.current().get() == place
    told = AuditEntry.objects.values_list("action", flat=True)
    assert {"leave group", "resume group"} <= set(told)


def test_who_comes_back_has_two_times(client_of, bob, group, place):
    client = client_of(bob)
    client.post(at(bob, "members:place_end", place.pk))
    client.post(at(bob, "members:group_join", group.pk))
    assert GroupMember.objects.count() == 2
    page = client.post(at(bob, "members:place_resume", place.pk), follow=True)
    assert "Bob Brown is in the group already." in page.text


def test_group_join_is_for_groups_that_are_open_to_all(client_of, bob, vera, group):
    client, url = client_of(bob), at(bob, "members:group_join", group.pk)
    page = client.post(url, follow=True)
    assert "You are in “Events”." in page.text
    assert inside() == {"Bob Brown"}
    assert client_of(vera).post(url).status_code == 403
    closed = WorkingGroupFactory(coalition=bob.coalition, open_to_all=False)
    page = client.post(at(bob, "members:group_join", closed.pk), follow=True)
    assert "can do that" in page.text
    assert inside() == {"Bob Brown"}


def test_who_left_may_regret_it_for_a_day_and_who_was_put_out_may_not(
    client_of, alice, bob, group, place
):
    WorkingGroup.objects.update(open_to_all=False)
    client, back = client_of(bob), at(bob, "members:place_resume", place.pk)
    client.post(at(bob, "members:place_end", place.pk))
    assert "You left" in client.get(at(bob, "web:group_detail", group.pk)).text
    client.post(back)
    assert inside() == {"Bob Brown"}
    client.post(at(bob, "members:place_end", place.pk))
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        client_of(bob).post(back)
    assert inside() == set()
    client.post(back)
    client_of(alice).post(at(alice, "members:place_end", place.pk))
    client.post(back)
    assert inside() == set()


def test_nobody_ends_the_place_of_somebody_else(client_of, stella, place):
    page = client_of(stella).post(
        at(stella, "members:place_end", place.pk), follow=True
    )
    assert "Only coordinators and whoever leads" in page.text
    assert inside() == {"Bob Brown"}


@pytest.mark.usefixtures("vera")
def test_who_leads_keeps_the_group(client_of, alice, bob, group, place):
    url = at(bob, "members:place_create", group.pk)
    lead = at(alice, "members:place_lead", place.pk)
    client = client_of(bob)
    assert client.post(url, {"person": "Vera Vance"}).status_code == 303
    client.post(lead)
    assert inside() == {"Bob Brown"}
    page = client_of(alice).post(lead, follow=True)
    assert "Bob Brown leads “Events”." in page.text
    client.post(url, {"person": "Vera Vance"})
    assert inside() == {"Bob Brown", "Vera Vance"}
    form = FORM | {"name": "Fair", "version": 1}
    assert client.post(at(bob, "members:group_edit", group.pk), form).status_code == 303
    assert client.post(at(bob, "members:group_close", group.pk)).status_code == 403
    client_of(alice).post(at(alice, "members:place_unlead", place.pk))
    page = client.get(url, follow=True)
    assert "Only coordinators and whoever leads “Fair” can do that." in page.text


def test_an_observer_who_leads_reads_along(client_of, vera, group):
    GroupMemberFactory(group=group, person=vera.person, leads=True)
    page = client_of(vera).get(at(vera, "web:group_detail", group.pk)).text
    assert at(vera, "members:place_create", group.pk) not in page
    assert "Leave this group" not in page


def test_group_list_is_searched_by_name_purpose_and_person(client_of, bob, place):
    WorkingGroupFactory(coalition=bob.coalition, name="Press")
    client, url = client_of(bob), at(bob, "members:group_list")
    assert "You are in" in client.get(url).text
    rows = client.get(url, {"q": "FAIR"}, headers=HTMX).text
    assert "Events" in rows
    assert "Press" not in rows
    assert "<html" not in rows
    assert "Press" not in client.get(url, {"q": "bob brown"}).text
    assert "No group knows that word" in client.get(url, {"q": "boats"}).text


def test_group_list_says_what_to_do_when_empty(client_of, alice, bob):
    url = at(alice, "members:group_list")
    assert at(alice, "members:group_create") in client_of(alice).get(url).text
    assert "who is in it" in client_of(bob).get(url).text


def test_addresses_are_for_who_may_see_them(client_of, bob, stella, group):
    person = PersonFactory(coalition=bob.coalition, email="kim@quiet.example")
    GroupMemberFactory(group=group, person=person)
    url = at(bob, "web:group_detail", group.pk)
    assert "kim@quiet.example" in client_of(stella).get(url).text
    assert "kim@quiet.example" not in client_of(bob).get(url).text


def test_group_detail_says_when_the_group_is_asked(client_of, alice, bob, vera, place):
    schedule = CheckInScheduleFactory(
        coalition=bob.coalition, audience="group", group=place.group, name="Fair talk"
    )
    url = at(bob, "web:group_detail", place.group.pk)
    page = client_of(alice).get(url).text
    assert at(alice, "tasks:check_in_schedule_detail", schedule.pk) in page
    page = client_of(bob).get(url).text
    assert "Fair talk" in page
    assert at(bob, "tasks:check_in_schedule_detail", schedule.pk) not in page
    assert "Fair talk" not in client_of(vera).get(url).text


def test_pages_of_people_partners_and_the_portal_name_the_groups(
    client_of, alice, bob, place
):
    partner = AffiliationFactory(person=bob.person, partner__coalition=bob.coalition)
    url = at(bob, "web:group_detail", place.group.pk)
    for membership, page in (
        (alice, at(bob, "members:person_detail", bob.person.pk)),
        (alice, at(bob, "members:partner_detail", partner.partner.pk)),
        (alice, at(bob, "web:search") + "?q=events"),
        (bob, at(bob, "web:home")),
    ):
        assert url in client_of(membership).get(page).text, page
        WorkingGroup.objects.update(closed_at=timezone.now())
        assert url not in client_of(membership).get(page).text, page
        WorkingGroup.objects.update(closed_at=None)


def test_the_list_of_people_is_narrowed_by_group(client_of, alice, place):
    url = at(alice, "members:person_list")
    rows = client_of(alice).get(url, {"group": place.group.pk}, headers=HTMX).text
    assert "Bob Brown" in rows
    assert "Alice Adams" not in rows
    GroupMember.objects.update(left_at=timezone.now())
    page = client_of(alice).get(url, {"group": place.group.pk}, headers=HTMX).text
    assert "Nobody matches" in page


@pytest.mark.parametrize("rows", (1, 3))
def test_groups_cost_the_same_for_any_rows(
    rows, client_of, alice, group, django_assert_num_queries
):
    bob = MembershipFactory(coalition=group.coalition)
    partner = AffiliationFactory(person=bob.person, partner__coalition=bob.coalition)
    for _ in range(rows):
        other = GroupMemberFactory(group__coalition=bob.coalition, leads=True)
        GroupMemberFactory(group=other.group, person=bob.person)
        place = GroupMemberFactory(group=group)
        AffiliationFactory(person=place.person, partner__coalition=bob.coalition)
        AffiliationFactory(person=place.person, partner=partner.partner)
        GroupMemberFactory(group=group, left_at=timezone.now())
        CheckInScheduleFactory(coalition=bob.coalition, audience="group", group=group)
    client = client_of(alice)
    client.get(at(bob, "members:group_list"))
    with django_assert_num_queries(6):
        client.get(at(bob, "members:group_list"))
    with django_assert_num_queries(10):
        client.get(at(bob, "web:group_detail", group.pk))
    with django_assert_num_queries(13):
        client.get(at(bob, "members:person_detail", bob.person.pk))
