"""Many people at once: another access, suspended, back, gone; and taken back."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from coalition.web.services.leaving import give_role
from comms.models import IssueState, Lane
from comms.sending.claims import claim
from comms.sending.fence import fence
from comms.sending.rendering import Letter
from goals.models import Goal
from members.errors import LastCoordinator
from members.models import (
    Affiliation,
    AuditEntry,
    GroupMember,
    Membership,
    WorkingGroup,
)
from tasks.models import Assignment
from tests.factories.comms import DeliveryFactory, IssueFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import (
    AffiliationFactory,
    GroupMemberFactory,
    MembershipFactory,
    PartnerFactory,
    WorkingGroupFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import HTMX, acting, at

# How many statements it takes to ask, to do it, and to take it back.
COST = {"role": (4, 17, 14), "suspended": (4, 25, 19), "removed": (9, 60, 45)}
MANY = 200

pytestmark = pytest.mark.django_db


def carrying(coalition, name, **fields):
    """Return a member with a goal, two parts and a partner that has no other voice."""
    member = MembershipFactory(coalition=coalition, person__full_name=name, **fields)
    goal = GoalFactory(coalition=coalition, owner=member.person)
    task = TaskFactory(goal=goal)
    for letter in "AI":
        AssignmentFactory(task=task, person=member.person, letter=letter)
    partner = PartnerFactory(coalition=coalition)
    AffiliationFactory(person=member.person, partner=partner)
    GroupMemberFactory(group__coalition=coalition, person=member.person)
    return member


@pytest.fixture
def ana(harbor):
    return carrying(harbor, "Ana Ruiz")


@pytest.fixture
def omar(harbor):
    return carrying(harbor, "Omar Said")


def tick(client, by, act, *members, **form):
    data = {"act": act, "pk": [m.person_id for m in members], **form}
    return client.post(at(by, "web:person_bulk"), data)


def confirm(client, by, act, *members, headers=None, **form):
    pks = ",".join(str(member.person_id) for member in members)
    data = {"act": act, "pks": pks, "confirmed": "1", **form}
    url = at(by, "web:person_bulk")
    return client.post(url, data, follow=not headers, headers=headers or {})


def last_act(coalition):
    with scope(coalition=coalition):
        return AuditEntry.objects.filter(action="bulk people").first()


def undo(client, by, entry=None):
    pk = (entry or last_act(by.coalition)).pk
    return client.post(at(by, "web:person_bulk_undo", pk), follow=True)


def states(*members):
    with scopes_disabled():
        rows = Membership.objects.in_bulk([member.pk for member in members])
    return [(rows[m.pk].role, rows[m.pk].state) for m in members]


def world(coalition):
    """Return all that leaving changes, but for numbers of new rows."""
    with scope(coalition=coalition):
        parts = ("task", "letter", "person", "status", "asked_at", "answered_at")
        return (
            sorted(Membership.objects.values_list("person", "role", "state")),
            sorted(Affiliation.objects.values_list("person", "partner", "to_on")),
            sorted(Goal.objects.values_list("pk", "owner")),
            sorted(Assignment.objects.values_list(*parts)),
            sorted(GroupMember.objects.values_list("group", "person", "left_at")),
        )


def carried(person):
    """Return how much a person has: goals, parts by letter, places from tomorrow."""
    later = timezone.localdate() + timedelta(days=1)
    with scopes_disabled():
        parts = Assignment.objects.standing().filter(person=person)
        return (
            Goal.objects.filter(owner=person).count(),
            sorted(parts.values_list("letter", flat=True)),
            Affiliation.objects.speaking(later).filter(person=person).count(),
        )


def test_it_asks_before_it_acts(alice, ana, omar, client_of):
    before = world(alice.coalition)
    page = tick(client_of(alice), alice, "removed", alice, ana, omar)
    assert page.status_code == 200
    for said in (
        "They leave: 2 people",
        "Ana Ruiz, Omar Said",
        "You stay as you are",
        "2 goals",
        "2 parts of the action plan",
        "The only voice of",
    ):
        assert said in page.text
    assert world(alice.coalition) == before


def test_it_names_the_first_and_counts_the_rest(alice, client_of):
    members = MembershipFactory.create_batch(14, coalition=alice.coalition)
    page = tick(client_of(alice), alice, "suspended", *members)
    assert "Suspend: 14 people" in page.text
    assert "and 2 more" in page.text


@pytest.mark.parametrize("headers", (None, HTMX))
def test_the_access_of_many_is_changed_and_back(headers, alice, ana, stella, client_of):
    client = client_of(alice)
    said = {"role": "observer", "headers": headers}
    answer = confirm(client, alice, "role", ana, stella, alice, **said)
    assert states(ana, stella, alice) == [
        ("observer", "active"),
        ("observer", "active"),
        ("coordinator", "active"),
    ]
    assert (answer.status_code, bool(answer.headers.get("HX-Redirect"))) == (
        200,
        bool(headers),
    )
    assert "Taken back." in undo(client, alice).text
    assert states(ana, stella) == [("member", "active"), ("steering", "active")]


def test_the_access_counts_on_the_next_request(alice, stella, client_of):
    hers = client_of(stella)
    assert hers.get(at(stella, "comms:update_list")).status_code == 200
    confirm(client_of(alice), alice, "role", stella, role="observer")
    assert hers.get(at(stella, "comms:update_list")).status_code == 403


def test_suspended_people_keep_what_they_carry(alice, ana, omar, client_of):
    before = world(alice.coalition)
    client = client_of(alice)
    page = confirm(client, alice, "suspended", ana, omar, reason="Summer")
    assert "2 people are suspended." in page.text
    assert states(ana, omar) == [("member", "suspended")] * 2
    assert carried(ana.person) == (1, ["A", "I"], 1)
    with scope(coalition=alice.coalition):
        left = AuditEntry.objects.filter(action="leave")
        assert {entry.reason for entry in left} == {"Summer"}
    undo(client, alice)
    assert world(alice.coalition) == before


def test_one_person_takes_everything_over(alice, ana, omar, stella, client_of):
    partner = PartnerFactory(coalition=alice.coalition)  # both speak for it, alone
    for member in (ana, omar):
        AffiliationFactory(person=member.person, partner=partner)
    before = world(alice.coalition)
    client = client_of(alice)
    page = confirm(client, alice, "removed", ana, omar, heir="Stella Stone")
    assert "2 people have left and are in the archive." in page.text
    assert states(ana, omar) == [("member", "removed")] * 2
    assert carried(ana.person) == carried(omar.person) == (0, [], 0)
    assert carried(stella.person) == (2, ["A", "A"], 3)
    with scopes_disabled():
        waiting = Assignment.objects.filter(person=stella.person)
        assert {part.status for part in waiting} == {"proposed"}
    assert "Taken back." in undo(client, alice).text
    assert world(alice.coalition) == before


def test_what_nobody_takes_is_open_and_comes_back(alice, ana, omar, client_of):
    before = world(alice.coalition)
    client = client_of(alice)
    confirm(client, alice, "removed", ana, omar)
    with scope(coalition=alice.coalition):
        assert not Goal.objects.exclude(owner=None).exists()
        assert not Assignment.objects.standing().exists()
    undo(client, alice)
    assert world(alice.coalition) == before
    assert "There is nothing left to change." in undo(client, alice).text


def test_undo_leaves_alone_what_was_changed_since(alice, ana, omar, stella, client_of):
    client = client_of(alice)
    confirm(client, alice, "removed", ana, omar, heir="Stella Stone")
    entry = last_act(alice.coalition)
    client.post(at(alice, "web:person_return", omar.person_id))
    with scopes_disabled():
        part = Assignment.objects.filter(person=stella.person).order_by("pk").first()
        goal = Goal.objects.order_by("pk").first()
        Goal.objects.filter(pk=goal.pk).update(owner=alice.person)
    client_of(stella).post(at(stella, "tasks:assignment_accept", part.pk))
    page = undo(client, alice, entry)
    assert "Taken back. 3 things were changed since" in page.text
    assert states(ana, omar) == [("member", "active")] * 2
    assert carried(ana.person) == (0, ["I"], 1)  # Stella said yes, Alice has the goal
    assert carried(omar.person) == (0, [], 1)  # he was brought back before
    assert carried(stella.person) == (1, ["A", "A"], 1)


def test_a_part_comes_back_only_where_there_is_room(alice, ana, vera, client_of):
    client = client_of(alice)
    confirm(client, alice, "removed", ana)
    with scopes_disabled():
        goal = Goal.objects.get()
        task = goal.tasks.get()
    AssignmentFactory(task=task, person=vera.person, letter="A")
    assert "1 thing was changed since" in undo(client, alice).text
    assert carried(ana.person) == (1, ["I"], 1)


def test_a_task_that_was_done_since_stays_as_it_is(alice, ana, client_of):
    client = client_of(alice)
    confirm(client, alice, "removed", ana)
    with scopes_disabled():
        task = Goal.objects.get().tasks.get()
    task.done_at = timezone.now()
    task.save()
    assert "2 things were changed since" in undo(client, alice).text
    assert carried(ana.person) == (1, [], 1)


def test_people_come_back_with_their_places_and_go_again(alice, ana, omar, client_of):
    client = client_of(alice)
    with scopes_disabled():
        group = WorkingGroupFactory(coalition=alice.coalition)
        GroupMemberFactory(group=group, person=ana.person)
    confirm(client, alice, "removed", ana)
    confirm(client, alice, "suspended", omar)
    page = confirm(client, alice, "active", ana, omar)
    assert "2 people are back." in page.text
    assert states(ana, omar) == [("member", "active")] * 2
    assert (carried(ana.person), carried(omar.person)) == (
        (0, [], 1),
        (1, ["A", "I"], 1),
    )
    assert in_group(group) == [ana.person]
    undo(client, alice)
    assert states(ana, omar) == [("member", "removed"), ("member", "suspended")]
    assert (carried(ana.person)[2], carried(omar.person)[2]) == (0, 1)
    assert in_group(group) == []
    confirm(client, alice, "active", ana)
    assert carried(ana.person)[2] == 1
    assert in_group(group) == [ana.person]


def in_group(group):
    with scopes_disabled():
        places = GroupMember.objects.current().filter(group=group)
        return [place.person for place in places]


def test_whoever_has_the_part_or_the_place_keeps_it(alice, ana, stella, client_of):
    with scopes_disabled():
        part = Assignment.objects.get(person=ana.person, letter="A")
        place = Affiliation.objects.get(person=ana.person)
    AssignmentFactory(task=part.task, person=ana.person, letter="R")
    AssignmentFactory(task=part.task, person=stella.person, letter="R")
    AffiliationFactory(person=stella.person, partner=place.partner, kind="staff")
    confirm(client_of(alice), alice, "removed", ana, heir="Stella Stone")
    assert carried(stella.person) == (1, ["A", "R"], 1)


def test_the_heir_is_somebody_who_stays(alice, ana, omar, vera, client_of):
    before = world(alice.coalition)
    with scopes_disabled():
        Membership.objects.filter(pk=vera.pk).update(state="suspended")
    for name in ("Omar Said", "Vera Vance"):
        page = confirm(client_of(alice), alice, "removed", ana, omar, heir=name)
        assert page.status_code == 422
        assert f"{name} cannot take it over" in page.text
        assert f'value="{name}"' in page.text
    with scopes_disabled():
        Membership.objects.filter(pk=vera.pk).update(state="active")
    assert world(alice.coalition) == before


def test_nobody_changes_themselves_so_one_coordinator_stays(alice, client_of):
    other = MembershipFactory(coalition=alice.coalition, role="coordinator")
    confirm(client_of(alice), alice, "removed", alice, other)
    assert states(alice, other) == [
        ("coordinator", "active"),
        ("coordinator", "removed"),
    ]
    page = tick(client_of(alice), alice, "suspended", alice)
    assert page.status_code == 303


def test_the_last_coordinator_stays(alice, bob):
    # Bob coordinated when he asked; meanwhile somebody changed that.
    with scope(coalition=alice.coalition), pytest.raises(LastCoordinator):
        give_role(people=[alice.person_id], role="member", by=acting(bob))
    assert states(alice) == [("coordinator", "active")]


def test_undo_keeps_one_coordinator(alice, bob, stella, client_of):
    confirm(client_of(alice), alice, "role", bob, role="coordinator")
    entry = last_act(alice.coalition)
    with scopes_disabled():
        Membership.objects.filter(pk=alice.pk).update(role="member")
        Membership.objects.filter(pk=stella.pk).update(
            role="coordinator", state="suspended"
        )
    page = undo(client_of(bob), bob, entry)
    assert "A coalition needs one coordinator." in page.text
    assert states(bob) == [("coordinator", "active")]


def test_other_coalitions_are_left_alone(alice, ana, charlie, client_of):
    theirs = carrying(charlie.coalition, "Quagga Quinn")
    before = world(charlie.coalition)
    client = client_of(alice)
    page = tick(client, alice, "removed", ana, theirs)
    assert "They leave: 1 person" in page.text
    assert "Quagga" not in page.text
    page = confirm(client, alice, "removed", ana, theirs, heir="Quagga Quinn")
    assert "Nobody here goes by that name" in page.text
    confirm(client, alice, "removed", ana, theirs)
    assert world(charlie.coalition) == before
    assert tick(client, alice, "removed", theirs).status_code == 303


def test_an_act_of_another_coalition_cannot_be_taken_back(alice, charlie, client_of):
    theirs = carrying(charlie.coalition, "Quagga Quinn")
    confirm(client_of(charlie), charlie, "removed", theirs)
    entry = last_act(charlie.coalition)
    assert undo(client_of(alice), alice, entry).status_code == 404
    assert states(theirs) == [("member", "removed")]


def test_everything_in_the_list_is_taken(alice, ana, omar, client_of):
    confirm(client_of(alice), alice, "suspended", omar)
    page = tick(
        client_of(alice), alice, "active", everything="1", query="state=suspended"
    )
    assert "Bring back: 1 person" in page.text
    assert page.context["form"].initial["pks"] == str(omar.person_id)


@pytest.mark.parametrize(
    ("form", "said"),
    (
        ({"act": "removed"}, "Tick the people first."),
        ({"act": "removed", "pk": "x"}, "Tick the people again, please."),
        (
            {"act": "removed", "pks": "1," * 2000 + "1", "confirmed": "1"},
            "That is more than 2000 at once.",
        ),
        ({"act": "fly", "pk": "1"}, "Select a valid choice."),
        ({"act": "active", "pk": "0"}, "There is nothing left to change."),
    ),
)
def test_it_needs_people_and_an_act(form, said, alice, client_of):
    page = client_of(alice).post(at(alice, "web:person_bulk"), form, follow=True)
    assert page.redirect_chain[-1][1] == 303
    assert said in page.text


def test_an_access_has_to_be_chosen(alice, ana, client_of):
    page = confirm(client_of(alice), alice, "role", ana)
    assert page.status_code == 422
    assert "Choose one of these." in page.text


def test_an_undo_is_not_undone(alice, ana, client_of):
    client = client_of(alice)
    confirm(client, alice, "suspended", ana)
    undo(client, alice)
    assert "There is nothing left to change." in undo(client, alice).text
    assert states(ana) == [("member", "active")]


def test_it_ends_sessions_and_the_next_request_fails(
    alice, ana, omar, charlie, client_of
):
    MembershipFactory(coalition=charlie.coalition, user=omar.user)
    clients = {}
    for member in (ana, omar):
        clients[member] = his = client_of(member)
        key = his.session.session_key
        UserSession.objects.create(user=member.user, session_key=key, ip="127.0.0.1")
    confirm(client_of(alice), alice, "removed", ana, omar)
    home = at(alice, "web:home")
    assert clients[ana].get(home).status_code == 302  # signed out
    assert clients[omar].get(home).status_code == 404  # still in the other one
    assert [s.user for s in UserSession.objects.all()] == [omar.user]


@pytest.mark.parametrize("act", ("suspended", "removed"))
def test_mail_that_waits_does_not_leave(act, alice, ana, omar, client_of):
    with scopes_disabled():
        issue = IssueFactory(
            coalition=alice.coalition,
            state=IssueState.RELEASED,
            content_sha256="approved",
            approved_sha256="approved",
        )
        for member in (ana, omar):
            DeliveryFactory(
                coalition=alice.coalition, issue=issue, person=member.person
            )
        claimed = claim(lane=Lane.BULK, owner="me", limit=40, paced=False).deliveries
    assert {delivery.person for delivery in claimed} == {ana.person, omar.person}
    confirm(client_of(alice), alice, act, ana, omar)
    with scopes_disabled():
        for delivery in claimed:
            refusal = fence(
                delivery, Letter(b"Subject: Hi\r\n\r\nHello\r\n", "approved")
            )
            assert (refusal.reason, refusal.ends) == ("not_a_member", True)


@pytest.mark.parametrize("rows", (1, 3, MANY))
@pytest.mark.parametrize("act", ("role", "suspended", "removed"))
def test_it_costs_the_same_for_any_number(rows, act, alice, stella, client_of):
    members = [carrying(alice.coalition, f"Person {n}") for n in range(rows)]
    pks = ",".join(str(member.person_id) for member in members)
    form = {"role": "observer"} if act == "role" else {"heir": "Stella Stone"}
    form |= {"act": act, "pks": pks, "confirmed": "1"}
    client, url = client_of(alice), at(alice, "web:person_bulk")
    with CaptureQueriesContext(connection) as asking:
        tick(client, alice, act, *members)
    with CaptureQueriesContext(connection) as acting_:
        client.post(url, form)
    url = at(alice, "web:person_bulk_undo", last_act(alice.coalition).pk)
    with CaptureQueriesContext(connection) as undoing:
        client.post(url)
    counted = (len(asking), len(acting_), len(undoing))
    if rows < MANY:
        assert counted == COST[act]
    else:  # what is written goes in batches
        assert sum(counted) < 1.5 * sum(COST[act])


@pytest.mark.parametrize("rows", (1, 3))
def test_coming_back_costs_the_same_for_any_number(
    rows, alice, client_of, django_assert_num_queries
):
    members = [carrying(alice.coalition, f"Person {n}") for n in range(rows)]
    client = client_of(alice)
    confirm(client, alice, "removed", *members)
    with django_assert_num_queries(27):
        confirm(client, alice, "active", *members, headers=HTMX)


def test_what_was_done_lately_can_still_be_undone(alice, ana, omar, charlie, client_of):
    client, url = client_of(alice), at(alice, "members:person_list")
    theirs = carrying(charlie.coalition, "Quagga Quinn")
    confirm(client_of(charlie), charlie, "removed", theirs)
    confirm(client, alice, "removed", ana, omar)
    page = client.get(url)
    (done,) = page.context["lately"]
    assert (done.label, done.names) == ("They leave", ["Ana Ruiz", "Omar Said"])
    assert "Quagga" not in page.text
    undo_url = at(alice, "web:person_bulk_undo", done.entry.pk)
    assert f'action="{undo_url}"' in page.text
    client.post(undo_url)
    assert client.get(url).context["lately"] == []
    assert states(ana, omar) == [("member", "active")] * 2


def test_one_who_left_has_all_back_by_the_undo(alice, ana, client_of):
    before = world(alice.coalition)
    client = client_of(alice)
    url = at(alice, "web:person_leave", ana.person_id)
    page = client.post(url, {"state": "removed"}, follow=True)
    undo_url = at(alice, "web:person_bulk_undo", last_act(alice.coalition).pk)
    assert undo_url in page.text
    client.post(undo_url)
    assert world(alice.coalition) == before


def test_the_trail_tells_each_of_them(alice, ana, client_of):
    confirm(client_of(alice), alice, "removed", ana, reason="Moves away")
    with scope(coalition=alice.coalition):
        told = AuditEntry.objects.filter(
            model="members.person", target_pk=str(ana.person_id)
        )
        assert [entry.action for entry in told] == [
            "leave",
            "access",
            "end affiliation",
        ]
        assert {entry.actor for entry in told} == {alice.person}
        assert told[0].reason == "Moves away"
        assert (told[1].before, told[1].after) == (
            {"state": "active"},
            {"state": "removed"},
        )
        handed = AuditEntry.objects.filter(action__in=["hand over", "delete"])
        assert handed.count() == 3


def inside(group):
    with scopes_disabled():
        places = GroupMember.objects.filter(group=group, left_at=None)
        return set(places.values_list("person", flat=True))


def test_many_are_let_into_a_group_and_out_again(alice, ana, omar, stella, client_of):
    group = WorkingGroupFactory(coalition=alice.coalition, name="Fair")
    GroupMemberFactory(group=group, person=stella.person)
    client = client_of(alice)
    asked = tick(client, alice, "group", ana, omar, stella, alice)
    assert "Add to a working group: 4 people" in asked.text
    everybody = (ana, omar, stella, alice)
    page = confirm(client, alice, "group", *everybody, group=group.pk)
    assert "3 people are in the group now." in page.text
    assert inside(group) == {member.person_id for member in everybody}
    assert "Undo something done lately" in page.text
    assert "Taken back." in undo(client, alice).text
    assert inside(group) == {stella.person_id}
    assert "There is nothing left to change." in undo(client, alice).text
    page = confirm(client, alice, "group", stella, group=group.pk)
    assert "There is nothing left to change." in page.text


def test_who_left_the_group_since_has_been_there(alice, ana, omar, client_of):
    group = WorkingGroupFactory(coalition=alice.coalition)
    client = client_of(alice)
    confirm(client, alice, "group", ana, omar, group=group.pk)
    with scopes_disabled():
        place = GroupMember.objects.get(group=group, person=ana.person)
    client_of(ana).post(at(ana, "members:place_end", place.pk))
    assert "1 thing was changed since" in undo(client, alice).text
    with scopes_disabled():
        assert GroupMember.objects.get(group=group) == place


def test_nobody_is_let_into_a_group_that_is_closed_or_elsewhere(
    alice, ana, charlie, client_of
):
    client = client_of(alice)
    closed = WorkingGroupFactory(coalition=alice.coalition, closed_at=timezone.now())
    page = tick(client, alice, "group", ana)
    assert "No working group yet" not in page.text  # Ana is in one
    theirs = WorkingGroupFactory(coalition=charlie.coalition)
    for group in (closed, theirs):
        page = confirm(client, alice, "group", ana, group=group.pk)
        assert page.status_code == 422
        assert inside(group) == set()
    with scopes_disabled():
        WorkingGroup.objects.update(closed_at=timezone.now())
    assert "No working group yet" in tick(client, alice, "group", ana).text


def test_who_leaves_for_good_leaves_every_group(alice, ana, omar, client_of):
    client = client_of(alice)
    with scopes_disabled():
        places = {m: GroupMember.objects.get(person=m.person) for m in (ana, omar)}
    confirm(client, alice, "removed", ana)
    confirm(client, alice, "suspended", omar)
    assert inside(places[ana].group) == set()
    assert inside(places[omar].group) == {omar.person_id}
