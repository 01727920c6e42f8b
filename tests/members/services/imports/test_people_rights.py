"""What no file of people may give: access, consent, a place that has ended."""

import pytest
import time_machine
from django.utils import timezone

from members.models import Person
from members.models.membership import MembershipState
from members.permissions import MemberRole
from members.services.imports import Outcome
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PersonFactory,
)
from tests.members.services.imports.reading import (
    counts,
    places,
    read_people,
    rosa,
)


def test_import_people_defaults_to_members_without_consent(in_harbor, alice, acme):
    read_people("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert rosa().membership.role == MemberRole.MEMBER
    assert not rosa().consent_digest
    assert rosa().consent_at is None


@pytest.mark.parametrize(
    ("word", "given"),
    (
        ("yes", True),
        ("YES", True),
        ("y", True),
        ("sí", True),
        ("Si", True),
        ("no", False),
        ("N", False),
        ("", False),
        (" ", False),
    ),
)
def test_import_people_takes_consent_from_a_plain_yes(
    in_harbor, alice, acme, word, given
):
    read_people(
        f"Acme,Rosa Silva,rosa@example.org,{word}\n",
        alice,
        header="organisation,full_name,email,consent_digest\n",
    )

    assert rosa().consent_digest is given


@pytest.mark.parametrize(
    "word", ("maybe", "1", "x", "ok", "true", "TRUE", "yes?", "not yet", "yes!", "✓")
)
def test_import_people_takes_consent_from_nothing_else(in_harbor, alice, acme, word):
    report = read_people(
        f"Acme,Rosa Silva,rosa@example.org,{word}\n",
        alice,
        header="organisation,full_name,email,consent_digest\n",
    )

    assert report.outcome == Outcome.REJECTED_ROWS
    assert places(report.errors) == [(2, "consent_digest")]


@pytest.mark.parametrize("said", ("yes", "no"))
def test_import_people_leaves_consent_to_those_who_are_here(
    in_harbor, alice, acme, said
):
    had = said == "no"
    person = PersonFactory(
        coalition=in_harbor,
        full_name="Rosa Silva",
        email="rosa@example.org",
        consent_digest=had,
    )
    AffiliationFactory(person=person, partner=acme)

    report = read_people(
        f"Acme,Rosa Silva,rosa@example.org,{said}\n",
        alice,
        header="organisation,full_name,email,consent_digest\n",
    )

    assert counts(report) == (1, 0, 0, 1)
    assert places(report.warnings) == [(2, "consent_digest")]
    assert rosa().consent_digest is had


@pytest.mark.parametrize("role", ("steering", "Coordinator", "admin", "owner"))
def test_import_people_gives_no_rights(in_harbor, alice, acme, role):
    report = read_people(
        f"Acme,Rosa Silva,rosa@example.org,{role}\n",
        alice,
        header="organisation,full_name,email,role\n",
    )

    assert places(report.errors) == [(2, "role")]
    assert not Person.objects.filter(email="rosa@example.org").exists()


@pytest.mark.parametrize(
    ("role", "state"),
    (
        (MemberRole.COORDINATOR, MembershipState.ACTIVE),
        (MemberRole.OBSERVER, MembershipState.SUSPENDED),
        (MemberRole.OBSERVER, MembershipState.REMOVED),
    ),
)
def test_import_people_changes_no_rights(in_harbor, alice, acme, role, state):
    membership = MembershipFactory(
        coalition=in_harbor,
        role=role,
        state=state,
        person__full_name="Rosa Silva",
        person__email="rosa@example.org",
    )
    AffiliationFactory(person=membership.person, partner=acme)

    report = read_people(
        "Acme,Rosa Silva,rosa@example.org,member\n",
        alice,
        header="organisation,full_name,email,role\n",
    )

    assert places(report.warnings) == [(2, "role")]
    membership.refresh_from_db()
    assert (membership.role, membership.state) == (role, state)


@time_machine.travel("2026-05-14")
def test_import_people_does_not_take_up_what_has_ended(in_harbor, alice, acme):
    person = PersonFactory(
        coalition=in_harbor, full_name="Rosa Silva", email="rosa@example.org"
    )
    AffiliationFactory(person=person, partner=acme, to_on="2026-05-01")

    report = read_people("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert counts(report) == (1, 0, 0, 1)
    assert places(report.warnings) == [(2, "organisation")]
    assert person.affiliations.count() == 1


def test_import_people_gives_no_place_to_who_was_removed(in_harbor, alice, acme):
    gone = MembershipFactory(
        coalition=in_harbor,
        state=MembershipState.REMOVED,
        person__full_name="Rosa Silva",
        person__email="rosa@example.org",
    )

    report = read_people("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert counts(report) == (1, 0, 0, 1)
    assert places(report.warnings) == [(2, "organisation")]
    assert not gone.person.affiliations.exists()


def test_import_people_makes_a_new_person_where_one_was_erased(in_harbor, alice, acme):
    gone = PersonFactory(
        coalition=in_harbor,
        full_name="Rosa Silva",
        email=None,
        consent_digest=False,
        erased_at=timezone.now(),
    )
    AffiliationFactory(person=gone, partner=acme)

    report = read_people("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert counts(report) == (1, 1, 0, 0)
    assert rosa() != gone
