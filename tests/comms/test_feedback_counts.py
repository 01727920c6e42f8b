"""Numbers of what is said in confidence never tell of fewer than five people."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from comms.models import A_MONTH, Feedback, FeedbackPeriod
from comms.queries.feedback_counts import FEWEST, Said, counted, released
from comms.services.anonymous import open_boxes
from comms.services.feedback import create_feedback
from members.models import Affiliation
from tests.factories.feedback import FeedbackFactory, nameless_feedback
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.utils import LONG, acting, at

MONTHS = (date(2026, 4, 1), date(2026, 5, 1))
KEYS = {
    "kind": ("idea", "concern", "question", "resistance"),
    "goal": ("", "Air", "Food", "Rest"),
    "partner": ("", "Clinic", "School"),
}
posts = st.lists(
    st.tuples(
        st.integers(1, 30),  # who, which is forgotten where it has no name
        st.booleans(),
        st.sampled_from(MONTHS),
        *(st.sampled_from(words) for words in KEYS.values()),
    ),
    max_size=120,
)


def taken(drawn):
    """Return what is taken, as it is kept, and beside it who it was in truth."""
    used, rows, truth = Counter(), [], {}
    for number, (who, nameless, month, kind, goal, partner) in enumerate(drawn):
        used[who, month] += nameless
        if nameless and used[who, month] > A_MONTH:
            continue
        kept = None if nameless else who
        rows.append(Said(number, month, kept, kind, goal, partner))
        truth[number] = who
    return rows, truth


def sets_shown(rows, counts):
    """Return the rows behind each number that is shown."""
    if not counts:
        return []
    shown = [{row.number for row in rows}]
    for name in KEYS:
        blocks = counts.get(name, {})
        for key, size in blocks.items():
            part = {
                row.number
                for row in rows
                if (getattr(row, name) if getattr(row, name) in blocks else "") == key
            }
            assert len(part) == size
            shown.append(part)
    return shown


@settings(max_examples=400)
@given(posts)
def test_no_number_no_complement_and_no_difference_is_of_few(drawn):
    assert_of_enough(drawn)


@pytest.mark.torture
@pytest.mark.skipif(not LONG, reason="Only in the long form, TORTURE=long.")
@settings(max_examples=10_000, deadline=None)
@given(posts)
def test_nor_is_any_of_very_many(drawn):
    assert_of_enough(drawn)


def assert_of_enough(drawn):
    rows, truth = taken(drawn)
    shown = sets_shown(rows, released(rows))

    def people(numbers):
        return len({truth[number] for number in numbers})

    for one in shown:
        assert people(one) >= FEWEST
        for other in shown:
            if one < other:
                assert people(other - one) >= FEWEST


def test_enough_is_shown_where_there_is_enough():
    kinds = ("idea", "concern")
    rows = [Said(n, MONTHS[0], n, kinds[n % 2], "", "") for n in range(20)]
    assert released(rows) == {"total": 20, "kind": {"idea": 10, "concern": 10}}


def test_small_blocks_are_one_and_never_leave_a_rest_of_few():
    kinds = ["idea"] * 9 + ["concern"] * 6 + ["question"] * 2
    rows = [Said(n, MONTHS[0], n, kind, "", "") for n, kind in enumerate(kinds)]
    assert released(rows)["kind"] == {"idea": 9, "": 8}


def test_many_words_of_few_people_are_few():
    rows = [Said(n, MONTHS[0], None, "idea", "", "") for n in range(4 * A_MONTH)]
    assert released(rows) == {}


@pytest.mark.django_db
def test_a_month_is_counted_when_it_is_over_and_stays_so(in_harbor, alice):
    with time_machine.travel(datetime(2026, 5, 3, 9, tzinfo=UTC)) as clock:
        for kind in ("idea", "concern"):
            for _ in range(6):
                say(in_harbor, kind)
        FeedbackFactory(coalition=in_harbor)  # open: everybody can count it
        open_boxes(datetime(2026, 5, 30, 9, tzinfo=UTC))
        assert counted() == []
        clock.move_to(datetime(2026, 6, 2, 9, tzinfo=UTC))
        open_boxes(datetime(2026, 6, 2, 9, tzinfo=UTC))
        (one,) = counted()
        assert (one.since, one.until) == (date(2026, 5, 1), date(2026, 5, 1))
        assert (one.total, one.tables["kind"]) == (12, {"idea": 6, "concern": 6})
        Feedback.objects.filter(kind="idea").update(kind="question")
        say(in_harbor, "idea")
        open_boxes(datetime(2026, 7, 2, 9, tzinfo=UTC))
        assert counted() == [one]  # June had too few, and waits


def say(coalition, kind):
    member = MembershipFactory(coalition=coalition)
    create_feedback(
        kind=kind,
        visibility="coordinators",
        text="Words",
        goal=None,
        partner=None,
        by=acting(member),
    )


@pytest.mark.django_db
def test_who_stands_for_a_partner_and_reads_the_rest_sees_no_numbers(
    client_of, harbor, alice, stella, bob
):
    FeedbackPeriod._base_manager.create(
        coalition=harbor,
        month=MONTHS[0],
        counts={"since": "2026-04-01", "total": 4242, "kind": {"idea": 4000, "": 242}},
    )
    for member in (alice, stella):
        page = client_of(member).get(at(member, "comms:feedback_counts"))
        assert "4242" in page.text
    assert client_of(bob).get(at(bob, "comms:feedback_counts")).status_code == 403
    partner = PartnerFactory(coalition=harbor)
    for member in (alice, stella):
        AffiliationFactory(partner=partner, person=member.person)
    assert "4242" not in client_of(alice).get(at(alice, "comms:feedback_counts")).text
    assert "4242" in client_of(stella).get(at(stella, "comms:feedback_counts")).text


@pytest.mark.django_db
def test_who_stood_for_a_partner_in_a_month_that_was_counted_sees_no_numbers(
    client_of, harbor, alice
):
    FeedbackPeriod._base_manager.create(
        coalition=harbor,
        month=MONTHS[0],
        counts={"since": "2026-04-01", "total": 4242, "kind": {"idea": 4000, "": 242}},
    )
    place = AffiliationFactory(
        partner=PartnerFactory(coalition=harbor),
        person=alice.person,
        to_on=date(2026, 3, 31),
    )
    assert "4242" in client_of(alice).get(at(alice, "comms:feedback_counts")).text
    Affiliation._base_manager.filter(pk=place.pk).update(to_on=date(2026, 4, 1))
    assert "4242" not in client_of(alice).get(at(alice, "comms:feedback_counts")).text


@pytest.mark.django_db
def test_before_there_are_enough_the_page_says_so(client_of, stella):
    nameless_feedback(coalition=stella.coalition)
    page = client_of(stella).get(at(stella, "comms:feedback_counts")).text
    assert "Not enough to count yet" in page
