"""Drafting and approving from the command line."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from coalition.common import doorbell
from comms.models import Delivery, Issue, IssueState, UpdateSchedule
from members.models import AuditEntry
from members.permissions import MemberRole
from tests.comms.drafts import make_issue
from tests.factories.comms import UpdateScheduleFactory
from tests.factories.members import PartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue()


def run_json(*arguments):
    return json.loads(run(*arguments, "--json")[0])


def test_compose_prints_the_number_of_the_draft(harbor):
    PartnerFactory(coalition=harbor, name="Eastquay Clinic")
    number, said = run("compose_update", "harbor")
    issue = Issue.objects.get(pk=number)
    assert issue.state == IssueState.AWAITING_APPROVAL
    assert "every second Thursday" in said
    assert "Eastquay Clinic" in said


def test_compose_gives_a_rhythm_once(harbor):
    PartnerFactory(coalition=harbor)
    assert run_json("compose_update", "harbor")["schedule_made"] is True
    assert run_json("compose_update", "harbor")["schedule_made"] is False
    schedule = UpdateSchedule.objects.get()
    assert (schedule.every_weeks, schedule.anchor_date.weekday()) == (2, 3)


def test_compose_drafts_the_present_update_again(harbor):
    PartnerFactory(coalition=harbor)
    first = run_json("compose_update", "harbor")
    PartnerFactory(coalition=harbor)
    again = run_json("compose_update", "harbor")
    assert again["issue"] == first["issue"]
    assert (first["items"], again["items"]) == (2, 3)


def test_compose_with_nothing_to_tell_leaves_it_planned(harbor):
    facts = run_json("compose_update", "harbor")
    assert facts["state"] == IssueState.PLANNED
    PartnerFactory(coalition=harbor)
    later = run_json("compose_update", "harbor")
    assert later["issue"] == facts["issue"]
    assert later["state"] == IssueState.AWAITING_APPROVAL


def test_compose_as_of_a_later_day_covers_what_is_due_by_then(harbor):
    PartnerFactory(coalition=harbor)
    later = timezone.now() + timedelta(days=30)
    facts = run_json("compose_update", "harbor", "--as-of", later.isoformat())
    issue = Issue.objects.get(pk=facts["issue"])
    assert issue.state == IssueState.AWAITING_APPROVAL
    # Records of days to come belong to the next update.
    assert issue.window_end <= timezone.now()


def test_compose_as_of_an_earlier_moment_leaves_out_what_came_after(harbor):
    UpdateScheduleFactory(coalition=harbor)
    type(harbor).objects.update(created_at=timezone.now() - timedelta(days=20))
    PartnerFactory(coalition=harbor)
    then = timezone.now() - timedelta(days=1)
    facts = run_json("compose_update", "harbor", "--as-of", then.isoformat())
    assert facts["items"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    (
        (("compose_update", "nowhere"), "no coalition"),
        (("compose_update", "harbor", "--as-of", "soon"), "2026-05-14T09:00"),
        (("compose_update", "harbor", "--as-of", "2026-02-30T09:00"), "no such moment"),
        (("compose_update", "harbor", "--as-of", "2999-01-01"), "within a year"),
        (("compose_update", "harbor", "--as-of", "2000-01-01"), "told already"),
        (("approve_update", "4711", "--by", "a@example.org"), "no update number 4711"),
    ),
)
def test_refusals_are_in_words(harbor, arguments, words):
    with pytest.raises(CommandError, match=words):
        run(*arguments)


def test_approve_lets_it_go_when_it_is_due(harbor, alice):
    issue = make_issue(harbor)
    facts = run_json("approve_update", issue.pk, "--by", alice.person.email)
    assert facts["state"] == IssueState.APPROVED
    assert not Delivery.objects.exists()
    assert AuditEntry.objects.get(action="approve").via == "command"


def test_approve_and_release_now_skips_every_wait(harbor, alice, bob):
    issue = make_issue(harbor)
    facts = run_json(
        "approve_update", issue.pk, "--by", alice.person.email, "--release-now"
    )
    assert (facts["state"], facts["audience"], facts["queued"]) == ("released", 2, 2)
    assert Delivery.objects.filter(not_before__lte=timezone.now()).count() == 2


def test_release_now_rings_for_the_pump(
    harbor, alice, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.EMBEDDED, rung = False, []
    monkeypatch.setattr(doorbell, "_ring_now", rung.append)
    issue = make_issue(harbor)
    with django_capture_on_commit_callbacks(execute=True):
        run("approve_update", issue.pk, "--by", alice.person.email, "--release-now")
    assert rung == ["comms.jobs.ring"]


@pytest.mark.parametrize("state", (IssueState.PLANNED, IssueState.SKIPPED))
def test_what_is_not_drafted_is_not_approved(harbor, alice, state):
    issue = make_issue(harbor, state, subject="")
    with pytest.raises(CommandError, match="not possible now"):
        run("approve_update", issue.pk, "--by", alice.person.email)


def test_release_now_follows_an_earlier_approval(harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED)
    said, _ = run(
        "approve_update", issue.pk, "--by", alice.person.email.upper(), "--release-now"
    )
    assert said.startswith("Released to 1 of 1")


def test_release_again_is_refused(harbor, alice):
    issue = make_issue(harbor, IssueState.RELEASED)
    with pytest.raises(CommandError, match="not possible now"):
        run("approve_update", issue.pk, "--by", alice.person.email, "--release-now")


@pytest.mark.parametrize(
    "role", (MemberRole.STEERING, MemberRole.MEMBER, MemberRole.OBSERVER)
)
def test_only_a_coordinator_approves(harbor, bob, role):
    type(bob).objects.update(role=role)
    issue = make_issue(harbor)
    with pytest.raises(CommandError, match="not an active coordinator"):
        run("approve_update", issue.pk, "--by", bob.person.email)


def test_the_coordinator_of_another_coalition_does_not(harbor, charlie):
    issue = make_issue(harbor)
    with pytest.raises(CommandError, match="not an active coordinator"):
        run("approve_update", issue.pk, "--by", charlie.person.email)


def test_what_goes_to_nobody_stays_unapproved(harbor, alice):
    type(alice.person).objects.update(consent_digest=False)
    issue = make_issue(harbor)
    with pytest.raises(CommandError, match="Nobody would get it"):
        run("approve_update", issue.pk, "--by", alice.person.email, "--release-now")
    assert Issue.objects.get().state == IssueState.AWAITING_APPROVAL
