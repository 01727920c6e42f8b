"""Making one of two: what is chosen, whose no counts, what undoing cannot give back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from coalition.web.services.merging.merge import merge_partners, merge_people
from coalition.web.services.merging.undo import undo_merge
from comms.models import Delivery, Issue, IssueState, Suppression
from comms.models.delivery import DeliveryStatus, SuppressionReason
from comms.sending.addresses import address_hash
from comms.services.consent import choose_mail, stop_mail
from members.errors import (
    ApprovedByTheOther,
    CannotUnmerge,
    EditedMeanwhile,
    LastCoordinator,
    LaterMergeFirst,
    MailOnItsWay,
    MergeSpent,
    OwnRowStays,
    RecordElsewhere,
    RecordGone,
    SaidNo,
    SameRecord,
)
from members.models import (
    Affiliation,
    AuditEntry,
    Membership,
    Merge,
    Partner,
    PartnerAlias,
    Person,
)
from members.models.membership import MembershipState
from members.permissions import MemberRole
from members.services.merges import forget_old_merges
from members.services.partners import create_partner, edit_partner
from members.services.people import edit_person
from tasks.models import Assignment
from tests.factories.comms import DeliveryFactory, IssueFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
    PersonFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = pytest.mark.django_db


def partners(coalition, **lost):
    kept = PartnerFactory(coalition=coalition, name="Harbor Clinic")
    lost = PartnerFactory(
        coalition=coalition, **({"name": "The Harbour Clinic"} | lost)
    )
    return kept, lost


def people(coalition, **lost):
    kept = MembershipFactory(
        coalition=coalition,
        user=None,
        person__full_name="Maria Lopez",
        person__email="maria@clinic.example",
    ).person
    lost = {"full_name": "Maria López", "email": "ml@home.example"} | lost
    named = {f"person__{name}": value for name, value in lost.items()}
    other = MembershipFactory(coalition=coalition, user=None, **named).person
    return kept, other


def merge(kept, lost, alice, **chosen):
    service = merge_partners if isinstance(kept, Partner) else merge_people
    versions = {"version": kept.version, "lost_version": lost.version}
    done = service(kept=kept, lost=lost, by=acting(alice), **versions, **chosen)
    kept.refresh_from_db()
    return done


def test_merge_takes_the_fuller_answer_unless_told(alice, in_harbor):
    kept, lost = partners(
        in_harbor, region="North quay", tags=["health"], notes="Ask Ana."
    )
    kept.tags, kept.notes, kept.website = (
        ["clinic"],
        "Closed on Monday.",
        "https://a.example",
    )
    kept.save()
    merge(kept, lost, alice, website="lost")
    assert kept.region == "North quay"
    assert kept.tags == ["clinic", "health"]
    assert kept.notes == "Closed on Monday.\n\nAsk Ana."
    assert kept.website == ""


def test_merge_keeps_both_names(alice, in_harbor):
    kept, lost = partners(in_harbor)
    PartnerAlias.objects.create(coalition=in_harbor, partner=lost, name="THC")
    merge(kept, lost, alice, name="lost")
    assert kept.name == "The Harbour Clinic"
    names = PartnerAlias.objects.filter(partner=kept).values_list("name", flat=True)
    assert sorted(names) == ["Harbor Clinic", "THC"]


def test_merge_moves_what_pointed_and_drops_what_both_had(alice, bob, in_harbor):
    kept, lost = partners(in_harbor)
    stays = AffiliationFactory(partner=kept, person=bob.person)
    AffiliationFactory(partner=lost, person=bob.person)
    moves = AffiliationFactory(partner=lost, person=alice.person)
    done = merge(kept, lost, alice)
    found = Affiliation.objects.filter(partner=kept).order_by("pk")
    assert [row.pk for row in found] == [stays.pk, moves.pk]
    undo_merge(merge=done, by=acting(alice))
    assert Affiliation.objects.filter(partner=lost).count() == 2


def test_merge_lets_one_of_two_parts_stand(alice, in_harbor):
    kept, lost = people(in_harbor)
    task = TaskFactory(goal__coalition=in_harbor)
    asked = AssignmentFactory(task=task, person=kept)
    accepted = AssignmentFactory(
        task=task, person=lost, status="accepted", answered_at=timezone.now()
    )
    merged = merge(kept, lost, alice)
    assert Assignment.objects.standing().get() == accepted
    assert set(Assignment.objects.values_list("person", "handed_to")) == {
        (kept.pk, None),
        (kept.pk, kept.pk),
    }
    undo_merge(merge=merged, by=acting(alice))
    assert {(p.pk, p.person_id, p.status) for p in Assignment.objects.all()} == {
        (asked.pk, kept.pk, "proposed"),
        (accepted.pk, lost.pk, "accepted"),
    }


def test_merge_lets_one_of_two_questions_to_partners_stand(alice, in_harbor):
    kept, lost = partners(in_harbor)
    task = TaskFactory(goal__coalition=in_harbor)
    for partner in (kept, lost):
        AssignmentFactory(task=task, person=None, partner=partner)
    before = set(Assignment.objects.values_list("pk", "partner", "status"))
    merged = merge(kept, lost, alice)
    assert Assignment.objects.standing().get().partner == kept
    assert Assignment.objects.filter(partner=kept).count() == 2
    undo_merge(merge=merged, by=acting(alice))
    assert set(Assignment.objects.values_list("pk", "partner", "status")) == before


def test_merge_lets_no_second_mail_of_an_update_leave(alice, in_harbor):
    kept, lost = people(in_harbor)
    issue = IssueFactory(coalition=in_harbor)
    first = DeliveryFactory(coalition=in_harbor, issue=issue, person=kept)
    second = DeliveryFactory(coalition=in_harbor, issue=issue, person=lost)
    merge(kept, lost, alice)
    status = {d.pk: (d.person_id, d.status) for d in Delivery.objects.all()}
    assert status == {
        first.pk: (kept.pk, DeliveryStatus.QUEUED),
        second.pk: (None, DeliveryStatus.SKIPPED),
    }


@pytest.mark.parametrize("stays", ("editor", "approver"))
def test_merge_refuses_to_make_one_of_an_editor_and_the_second_pair_of_eyes(
    alice, in_harbor, stays
):
    kept, lost = people(in_harbor)
    editor, approver = (kept, lost) if stays == "editor" else (lost, kept)
    issue = IssueFactory(
        coalition=in_harbor,
        state=IssueState.APPROVED,
        subject="Spring",
        content_sha256="same",
        approved_sha256="same",
        second_approval=True,
        edited_by=editor,
        approved_by=approver,
    )
    with pytest.raises(ApprovedByTheOther, match="“Spring”"):
        merge(kept, lost, alice)
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.RELEASED)
    merge(kept, lost, alice)
    issue.refresh_from_db()
    assert (issue.edited_by, issue.approved_by) == (kept, kept)


def test_merge_waits_for_a_mail_that_is_leaving(alice, in_harbor):
    kept, lost = people(in_harbor)
    DeliveryFactory(
        coalition=in_harbor,
        person=lost,
        status=DeliveryStatus.SENDING,
        claim_token="6f7f0b5e-2f0f-4a38-9c4c-0a1b2c3d4e5f",
        owner="worker",
        lease_until=timezone.now() + timedelta(minutes=1),
    )
    with pytest.raises(MailOnItsWay):
        merge(kept, lost, alice)


def test_merge_refuses_one_with_itself(alice, in_harbor):
    kept, _lost = partners(in_harbor)
    with pytest.raises(SameRecord):
        merge(kept, kept, alice)


def test_merge_refuses_another_coalition(alice, charlie, in_harbor):
    kept, _lost = partners(in_harbor)
    foreign = PartnerFactory(coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        merge(kept, foreign, alice)
    with pytest.raises(RecordElsewhere):
        merge(foreign, kept, alice)


def test_merge_refuses_what_was_edited_meanwhile(alice, in_harbor):
    kept, lost = partners(in_harbor)
    seen = kept.version, lost.version
    for edited in (kept, lost):
        edit_partner(
            partner=edited, version=edited.version, region="South", by=acting(alice)
        )
        with pytest.raises(EditedMeanwhile):
            merge_partners(
                kept=kept,
                lost=lost,
                version=seen[0],
                lost_version=seen[1],
                by=acting(alice),
            )
    assert Partner.objects.filter(pk=lost.pk).exists()


def test_merge_happens_once(alice, in_harbor):
    kept, lost = partners(in_harbor)
    merge(kept, lost, alice)
    with pytest.raises(RecordGone):
        merge(kept, lost, alice)


def test_edit_of_what_was_merged_away_is_refused(alice, in_harbor):
    for kept, lost, edit in (
        (*partners(in_harbor), edit_partner),
        (*people(in_harbor), edit_person),
    ):
        version = lost.version
        merge(kept, lost, alice)
        kind = "partner" if edit is edit_partner else "person"
        with pytest.raises((RecordGone, EditedMeanwhile)):
            edit(**{kind: lost}, version=version, notes="Late.", by=acting(alice))


def test_merge_keeps_the_row_of_whoever_merges(alice, in_harbor):
    kept, _lost = people(in_harbor)
    with pytest.raises(OwnRowStays):
        merge(kept, alice.person, alice)


@pytest.mark.parametrize(
    ("kept_has", "lost_has", "stays"),
    (
        # has an account, role
        ((True, "member"), (True, "coordinator"), "member"),
        ((True, "member"), (False, "steering"), "member"),
        ((False, "steering"), (True, "member"), "member"),
        ((False, "member"), (True, "steering"), "steering"),
        ((False, "steering"), (False, "observer"), "observer"),
    ),
)
def test_merge_gives_no_account_more_access(
    kept_has, lost_has, stays, alice, in_harbor
):
    made = [
        MembershipFactory(
            coalition=in_harbor, role=role, **({} if has else {"user": None})
        )
        for has, role in (kept_has, lost_has)
    ]
    merge(made[0].person, made[1].person, alice)
    left = Membership.objects.get(person=made[0].person)
    account = made[0].user or made[1].user
    assert (left.role, left.user) == (stays, account)


def test_merge_ends_no_suspension(alice, bob, in_harbor):
    twin = MembershipFactory(
        coalition=in_harbor, user=None, state=MembershipState.SUSPENDED
    )
    merge(bob.person, twin.person, alice)
    bob.refresh_from_db()
    assert bob.state == MembershipState.SUSPENDED


def test_merge_leaves_a_coordinator(alice, in_harbor):
    """A command may merge the last one away; nobody would be left to lead."""
    twin = MembershipFactory(coalition=in_harbor, role=MemberRole.MEMBER)
    by = acting(MembershipFactory(coalition=in_harbor))
    with pytest.raises(LastCoordinator):
        merge_people(
            kept=twin.person, lost=alice.person, version=1, lost_version=1, by=by
        )
    assert Membership.objects.filter(pk=alice.pk).exists()


def test_merge_lets_the_no_count_that_somebody_said(alice, in_harbor):
    kept, lost = people(in_harbor)
    choose_mail(person=lost, updates="none", announcements=False, by=acting(alice))
    lost.refresh_from_db()
    merge(kept, lost, alice)
    assert not kept.consent_digest
    with pytest.raises(SaidNo):
        edit_person(
            person=kept, version=kept.version, consent_digest=True, by=acting(alice)
        )


def test_merge_lets_the_no_count_that_stands_for_an_address(alice, in_harbor):
    kept, lost = people(in_harbor, consent_digest=False, consent_at=None)
    Suppression.objects.create(
        coalition=in_harbor,
        addr_hmac=address_hash("ml@home.example"),
        reason=SuppressionReason.UNSUBSCRIBED,
    )
    merge(kept, lost, alice)
    assert not kept.consent_digest


def test_merge_gives_no_consent(alice, in_harbor):
    kept, lost = people(in_harbor)
    Person.objects.filter(pk=kept.pk).update(consent_digest=False, consent_at=None)
    kept.refresh_from_db()
    merge(kept, lost, alice)
    assert not kept.consent_digest


def test_merge_sends_no_more_comments_than_either_wanted(alice, in_harbor):
    kept, lost = people(in_harbor, comment_mail="none")
    done = merge(kept, lost, alice)
    assert kept.comment_mail == "none"
    undo_merge(merge=done, by=acting(alice))
    kept.refresh_from_db()
    assert kept.comment_mail == "all"


def test_merge_asks_nobody_who_wanted_no_check_ins(alice, in_harbor):
    kept, lost = people(in_harbor, check_in_mail=False)
    done = merge(kept, lost, alice)
    assert not kept.check_in_mail
    undo_merge(merge=done, by=acting(alice))
    kept.refresh_from_db()
    assert kept.check_in_mail


def test_a_no_to_check_ins_since_a_merge_counts_for_both(alice, in_harbor):
    kept, lost = people(in_harbor)
    done = merge(kept, lost, alice)
    Person.objects.filter(pk=kept.pk).update(check_in_mail=False)
    undo_merge(merge=done, by=acting(alice))
    assert not Person.objects.filter(check_in_mail=True, pk=done.lost_pk).exists()


def test_merge_keeps_the_listing_off_that_one_took_back(alice, in_harbor):
    from members.services.partners import set_listing  # noqa: PLC0415

    kept, lost = partners(in_harbor)
    for partner, answers in ((kept, (True,)), (lost, (True, False))):
        for agreed in answers:
            set_listing(partner=partner, agreed=agreed, by=acting(alice))
    merge(kept, lost, alice)
    assert kept.listing_agreed_at is None


def test_no_by_an_old_mail_counts_after_a_merge(alice, in_harbor):
    kept, lost = people(in_harbor)
    merge(kept, lost, alice)
    stop_mail(coalition=in_harbor, addr_hmac=address_hash("ml@home.example"))
    kept.refresh_from_db()
    assert not kept.consent_digest


def test_undo_restores_no_consent_that_was_taken_back_since(alice, in_harbor):
    kept, lost = people(in_harbor)
    done = merge(kept, lost, alice)
    choose_mail(person=kept, updates="none", announcements=False, by=acting(alice))
    assert undo_merge(merge=done, by=acting(alice)) > 0
    consents = Person.objects.filter(pk__in=[kept.pk, lost.pk])
    assert set(consents.values_list("consent_digest", flat=True)) == {False}


def test_undo_restores_no_access_that_was_taken_since(alice, in_harbor):
    kept, _lost = people(in_harbor)
    lost = MembershipFactory(coalition=in_harbor, role=MemberRole.STEERING).person
    done = merge(kept, lost, alice)
    now = Membership.objects.get(person=kept)
    now.state, now.version = MembershipState.SUSPENDED, now.version + 1
    now.save()
    undo_merge(merge=done, by=acting(alice))
    back = Membership.objects.get(person=lost)
    assert (back.state, back.user is None) == (MembershipState.SUSPENDED, False)


def test_undo_leaves_what_was_edited_since(alice, in_harbor):
    kept, lost = partners(in_harbor, region="North quay", country="Atlantis")
    done = merge(kept, lost, alice)
    edit_partner(
        partner=kept, version=kept.version, region="South quay", by=acting(alice)
    )
    assert undo_merge(merge=done, by=acting(alice)) == 1
    kept.refresh_from_db()
    assert (kept.region, kept.country) == ("South quay", "")
    assert kept.search_text == "harbor clinic south quay"


def test_undo_says_that_a_name_is_taken_by_now(alice, in_harbor):
    kept, lost = partners(in_harbor)
    done = merge(kept, lost, alice)
    PartnerAlias.objects.all().delete()
    create_partner(name=lost.name, by=acting(alice))
    with pytest.raises(CannotUnmerge):
        undo_merge(merge=done, by=acting(alice))
    assert Merge.objects.standing().count() == 1


def test_undo_goes_back_in_order(alice, in_harbor):
    first, second = partners(in_harbor)
    third = PartnerFactory(coalition=in_harbor)
    one = merge(first, second, alice)
    two = merge(third, first, alice)
    one.refresh_from_db()
    assert one.kept == third
    with pytest.raises(LaterMergeFirst):
        undo_merge(merge=one, by=acting(alice))
    undo_merge(merge=two, by=acting(alice))
    one.refresh_from_db()
    undo_merge(merge=one, by=acting(alice))
    assert Partner.objects.count() == 3


def test_undo_of_one_kind_asks_for_the_later_of_the_other(alice, bob, in_harbor):
    kept, lost = people(in_harbor)
    old, new = partners(in_harbor)
    for person in (kept, lost):
        AffiliationFactory(person=person, partner=old)
    first = merge(kept, lost, alice)
    merge(new, old, alice)
    with pytest.raises(LaterMergeFirst):
        undo_merge(merge=first, by=acting(alice))


def test_undo_ends_after_thirty_days_and_the_trace_is_emptied(alice, in_harbor):
    kept, lost = partners(in_harbor)
    done = merge(kept, lost, alice)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with pytest.raises(MergeSpent):
            undo_merge(merge=done, by=acting(alice))
        forget_old_merges()
    done.refresh_from_db()
    assert done.trace == {}


def test_undo_happens_once(alice, in_harbor):
    kept, lost = partners(in_harbor)
    done = merge(kept, lost, alice)
    undo_merge(merge=done, by=acting(alice))
    with pytest.raises(MergeSpent):
        undo_merge(merge=done, by=acting(alice))


def test_merge_and_undo_stand_in_the_trail_of_both(alice, in_harbor):
    kept, lost = partners(in_harbor)
    undo_merge(merge=merge(kept, lost, alice), by=acting(alice))
    trail = AuditEntry.objects.order_by("pk").values_list("action", "target_pk")
    assert [row for row in trail if "merge" in row[0]] == [
        ("merge", str(kept.pk)),
        ("merge into", str(lost.pk)),
        ("undo merge", str(kept.pk)),
        ("undo merge", str(lost.pk)),
    ]


def test_person_without_access_rows_merges_as_well(alice, in_harbor):
    kept, lost = (PersonFactory(coalition=in_harbor) for _ in range(2))
    merge(kept, lost, alice)
    assert not Person.objects.filter(pk=lost.pk).exists()
