"""A coordinator's own words in a draft, and who reads those that are not for all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.errors import IssueMoved, TooManyOwnSections
from comms.models import Circle, Delivery, Issue, IssueState
from comms.sending.mail import RenderedMail, Skip
from comms.services.composing import fold_into
from comms.services.issues import approve_issue
from comms.services.items import move_item, withdraw_item
from comms.services.release import release_issue
from comms.services.sections import (
    OWN_SECTIONS,
    create_section,
    edit_section,
    open_section,
    remove_section,
)
from comms.updates import sheet
from comms.updates.changes import changes_since_approval
from comms.updates.content import digest_of, shown_of
from comms.updates.links import Links
from comms.updates.render import preview, read_as, render_issues
from tests.comms.drafts import content, make_issue
from tests.factories.members import AffiliationFactory
from tests.utils import acting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]
SECRET = "The landlord wavers"
LINKS = Links(stop="#", browser="#", say="#")


@pytest.fixture(autouse=True)
def _fresh_sheets():
    sheet.shared_part.cache_clear()


@pytest.fixture
def issue(harbor) -> Issue:
    return make_issue(harbor, told=content("One", "Two"), subject="Seven schools")


@pytest.fixture
def planted(issue, alice) -> Issue:
    return section(issue, alice, Circle.STEERING, words=SECRET)


def section(issue, by, circle, words="Some words", heading="In confidence") -> Issue:
    told = {"heading": heading, "words": words, "circle": circle}
    return create_section(issue=issue, **told, by=acting(by))


def opened(issue, by, words="It was close.") -> Issue:
    return open_section(issue=issue, name="achieved", words=words, by=acting(by))


def stored(issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


def let_go(issue, by) -> dict[int, str]:
    """Approve and release it; return each person's whole mail, as it would arrive."""
    issue = approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(by))
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(by))
    rows = list(Delivery.objects.filter(status="queued"))
    made = render_issues(rows)
    return {row.person_id or 0: body(made[row.pk]) for row in rows}


def body(mail: RenderedMail | Skip) -> str:
    assert isinstance(mail, RenderedMail)
    return mail.content.decode()


def sent(issue, by) -> None:
    let_go(stored(issue), by)
    Delivery.objects.filter(status="queued").update(
        status="sent", accepted_at=timezone.now()
    )


def told(issue) -> list[tuple[str, str, str]]:
    changes = changes_since_approval(stored(issue))
    return [(str(change.what), change.before, change.after) for change in changes]


def test_words_above_a_section_are_signed_and_stand_in_both_forms(issue, alice, bob):
    opened(issue, alice, "It was **close**.")
    mail = preview(stored(issue), bob.person, within=Circle.STEERING)
    assert "It was <strong>close</strong>." in mail.html
    assert "| It was close.\n| -- Alice Adams\n* One" in mail.text


def test_who_changes_words_signs_them_and_none_take_them_away(issue, alice, stella):
    opened(issue, alice)
    opened(issue, stella, "It was close.")
    assert stored(issue).openings["achieved"]["by"] == "Alice Adams"
    opened(issue, stella, "We had luck.")
    assert stored(issue).openings["achieved"]["by"] == "Stella Stone"
    opened(issue, stella, "")
    assert stored(issue).openings == {}


def test_words_about_nothing_are_not_told(issue, alice):
    open_section(issue=issue, name="joined", words="Welcome.", by=acting(alice))
    assert [s.name for s in shown_of(stored(issue)).sections] == ["achieved"]


def test_own_sections_are_added_changed_moved_and_removed(issue, alice, stella):
    section(issue, alice, Circle.EVERYBODY, heading="Thanks")
    key = stored(issue).own_sections[0]["key"]
    move_item(issue=issue, key=key, up=True, by=acting(alice))
    assert [s.name for s in shown_of(stored(issue)).sections] == [key, "achieved"]
    changed = {"heading": "Thank you", "words": "Some words"}
    edit_section(
        issue=issue, key=key, **changed, circle=Circle.MEMBERS, by=acting(stella)
    )
    assert stored(issue).own_sections == [
        {"key": key, **changed, "circle": "members", "by": "Alice Adams"}
    ]
    remove_section(issue=issue, key=key, by=acting(alice))
    assert stored(issue).own_sections == []


def test_a_mail_has_room_for_a_few(issue, alice):
    for _n in range(OWN_SECTIONS):
        section(issue, alice, Circle.EVERYBODY)
    with pytest.raises(TooManyOwnSections):
        section(issue, alice, Circle.EVERYBODY)


@pytest.mark.parametrize("act", (opened, lambda i, by: section(i, by, Circle.MEMBERS)))
def test_each_is_part_of_what_is_approved(harbor, alice, act):
    issue = make_issue(harbor, IssueState.APPROVED)
    act(issue, alice)
    changed = stored(issue)
    assert changed.state == IssueState.AWAITING_APPROVAL
    assert changed.content_sha256 == digest_of(changed) != issue.content_sha256


@pytest.mark.parametrize("act", (opened, lambda i, by: section(i, by, Circle.MEMBERS)))
def test_what_has_left_is_not_changed(harbor, alice, act):
    issue = make_issue(harbor, IssueState.RELEASED)
    with pytest.raises(IssueMoved):
        act(issue, alice)


def test_without_any_the_hash_is_what_it_was_before_there_were_such_words(issue):
    before = digest_of(issue)
    issue.openings, issue.own_sections = {}, []
    assert digest_of(issue) == before
    issue.openings = {"achieved": {"words": "It was close.", "by": "Alice"}}
    assert digest_of(issue) != before


def test_the_comparison_tells_of_words_circles_places_and_pins(issue, alice):
    section(issue, alice, Circle.MEMBERS)
    issue = stored(issue)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    key = issue.own_sections[0]["key"]
    opened(issue, alice)
    edit_section(
        issue=issue,
        key=key,
        heading="In confidence",
        words="Some words",
        circle=Circle.STEERING,
        by=acting(alice),
    )
    assert sorted(told(issue)) == [
        ("Own words", "", "What we achieved – It was close. (Alice Adams)"),
        (
            "Own words",
            "In confidence – Members only – Some words (Alice Adams)",
            "In confidence – Steering group only – Some words (Alice Adams)",
        ),
    ]
    move_item(issue=issue, key=key, up=True, by=acting(alice))
    assert told(issue)[-1] == ("Stands in another order", "", "")


def test_a_draft_that_is_folded_takes_its_words_along(issue, alice, harbor):
    opened(issue, alice)
    section(issue, alice, Circle.STEERING)
    live = make_issue(harbor, IssueState.PLANNED, period=9)
    fold_into(live)
    assert live.openings.keys() == {"achieved"}
    assert live.own_sections == stored(issue).own_sections


def test_a_section_reaches_its_circle_alone(planted, alice, stella, bob, vera):
    outsider = AffiliationFactory(
        person__coalition=alice.coalition,
        partner__coalition=alice.coalition,
        person__consent_digest=True,
    ).person
    section(planted, alice, Circle.MEMBERS, words="For members")
    mails = let_go(stored(planted), alice)
    everybody = {m.person_id for m in (alice, stella, bob, vera)} | {outsider.pk}
    assert mails.keys() == everybody
    secret = {pk for pk, mail in mails.items() if SECRET in mail}
    inner = {pk for pk, mail in mails.items() if "For members" in mail}
    assert secret == {alice.person_id, stella.person_id}
    assert inner == {alice.person_id, stella.person_id, bob.person_id}
    # Both in the HTML and in its plain twin.
    assert mails[alice.person_id].count(SECRET) == 2
    assert all("In confidence" not in mails[pk] for pk in everybody - inner)


def test_the_shared_part_is_never_shared_between_circles(planted, alice, bob):
    """Rendered for the steering group first, it must not be there for a member."""
    for reader, reads in ((alice, True), (bob, False), (alice, True), (bob, False)):
        mail = preview(stored(planted), reader.person, within=Circle.STEERING)
        assert (SECRET in mail.html) is (SECRET in mail.text) is reads
    assert sheet.shared_part.cache_info().misses == 2


def test_a_preview_shows_nobody_more_than_they_may_see(planted, alice):
    mail = preview(stored(planted), alice.person, within=Circle.MEMBERS)
    assert SECRET not in mail.html + mail.text


def test_a_link_that_is_handed_on_shows_none_of_it(planted, alice):
    mail = read_as(stored(planted), alice.person, LINKS)
    assert SECRET not in mail.html + mail.text
    assert "One" in mail.html


def test_what_only_a_circle_reads_is_no_mail_for_the_others(harbor, alice):
    empty = make_issue(harbor, told=content("One"), hidden=["task:1"])
    section(empty, alice, Circle.STEERING)
    assert shown_of(stored(empty)).sections == ()


def test_words_and_sections_can_be_taken_back(planted, alice, stella):
    opened(planted, alice)
    issue = stored(planted)
    let_go(issue, alice)
    withdraw_item(issue=issue, key="opening:achieved", by=acting(alice))
    key = issue.own_sections[0]["key"]
    withdraw_item(issue=issue, key=key, by=acting(alice))
    rows = Delivery.objects.filter(person=stella.person, status="queued")
    mail = render_issues(list(rows))[rows.get().pk]
    assert SECRET not in body(mail)
    assert "It was close" not in body(mail)


@pytest.mark.parametrize("many", (1, 3))
def test_a_batch_asks_as_much_for_one_section_as_for_three(issue, alice, many):
    for _n in range(many):
        section(issue, alice, Circle.STEERING)
    issue = stored(issue)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    release_issue(
        issue=stored(issue), now=timezone.now(), at_once=True, by=acting(alice)
    )
    rows = list(Delivery.objects.filter(status="queued"))
    with CaptureQueriesContext(connection) as asked:
        render_issues(rows)
    assert len(asked) == 11


@pytest.mark.parametrize(
    ("who", "reads"),
    (("alice", True), ("stella", True), ("bob", False), ("vera", False)),
)
def test_the_archive_shows_each_what_they_may_read(planted, request, who, reads):
    sent(planted, request.getfixturevalue("alice"))
    reader = request.getfixturevalue(who)
    client_of = request.getfixturevalue("client_of")
    page = client_of(reader).get(at(reader, "comms:archive_detail", planted.pk))
    assert (SECRET in page.text) is reads
    assert "One" in page.text


def test_a_coordinator_who_looks_as_a_member_reads_as_one(planted, alice, client_of):
    sent(planted, alice)
    client = client_of(alice)
    client.post(at(alice, "web:member_view_start"))
    page = client.get(at(alice, "comms:archive_detail", planted.pk))
    assert "One" in page.text
    assert SECRET not in page.text
