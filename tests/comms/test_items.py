"""Order, pins, other words and the signed note: all of it is what is approved."""

import pytest

from comms.errors import IssueMoved, TooMuchOnTop
from comms.models import Issue, IssueState
from comms.services.issues import edit_issue
from comms.services.items import (
    ON_TOP,
    move_item,
    pin_item,
    restore_item,
    reword_item,
)
from comms.updates.content import (
    Content,
    Item,
    Section,
    SectionKind,
    digest_of,
    shown_of,
)
from tests.comms.drafts import content, make_issue
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


def told() -> Content:
    (achieved,) = content("One", "Two", "Three").sections
    later = Item(key="goal:1", words="Fewer visits", note="121 now.")
    moved = Section(kind=SectionKind.PROGRESS, items=(later,), total=1)
    return Content((achieved, moved))


@pytest.fixture
def issue(harbor) -> Issue:
    return make_issue(harbor, told=told(), subject="Seven schools")


def stored(issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


def shape(issue) -> list[tuple[str, list[str]]]:
    return [
        (section.kind.value, [item.words for item in section.items])
        for section in shown_of(stored(issue)).sections
    ]


def test_an_item_moves_up_and_down(issue, alice):
    move_item(issue=issue, key="task:3", up=True, by=acting(alice))
    assert shape(issue)[0] == ("achieved", ["One", "Three", "Two"])
    move_item(issue=issue, key="task:1", up=False, by=acting(alice))
    assert shape(issue)[0] == ("achieved", ["Three", "One", "Two"])


def test_the_first_stays_first(issue, alice):
    before = stored(issue).content_sha256
    move_item(issue=issue, key="task:1", up=True, by=acting(alice))
    move_item(issue=issue, key="task:3", up=False, by=acting(alice))
    assert shape(issue)[0] == ("achieved", ["One", "Two", "Three"])
    assert stored(issue).content_sha256 == before


def test_a_section_moves(issue, alice):
    move_item(issue=issue, key="progress", up=True, by=acting(alice))
    assert [kind for kind, _ in shape(issue)] == ["progress", "achieved"]


def test_a_pinned_item_leads_and_leaves_its_section(issue, alice):
    pin_item(issue=issue, key="goal:1", pinned=True, by=acting(alice))
    move_item(issue=issue, key="achieved", up=False, by=acting(alice))
    assert shape(issue) == [
        ("pinned", ["Fewer visits"]),
        ("achieved", ["One", "Two", "Three"]),
    ]
    pin_item(issue=issue, key="goal:1", pinned=False, by=acting(alice))
    assert [kind for kind, _ in shape(issue)] == ["achieved", "progress"]


def test_only_a_few_stand_on_top(issue, alice):
    for key in ("task:1", "task:2", "task:3"):
        pin_item(issue=issue, key=key, pinned=True, by=acting(alice))
    with pytest.raises(TooMuchOnTop):
        pin_item(issue=issue, key="goal:1", pinned=True, by=acting(alice))
    assert len(stored(issue).pinned) == ON_TOP


def test_other_words_stand_for_an_item_and_its_own_are_kept(issue, alice):
    reword_item(
        issue=issue, key="goal:1", words="Calmer nights", note="", by=acting(alice)
    )
    reworded = stored(issue)
    assert shown_of(reworded).item("goal:1").words == "Calmer nights"
    assert reworded.wordings["goal:1"]["of"] == {
        "words": "Fewer visits",
        "note": "121 now.",
    }
    restore_item(issue=issue, key="goal:1", by=acting(alice))
    assert shown_of(stored(issue)).item("goal:1").words == "Fewer visits"
    assert stored(issue).wordings == {}


def test_the_words_of_the_record_are_no_other_words(issue, alice):
    words = {"words": "Fewer visits", "note": "121 now."}
    reword_item(issue=issue, key="goal:1", **words, by=acting(alice))
    assert stored(issue).wordings == {}


@pytest.mark.parametrize(
    "act",
    (
        lambda issue, by: move_item(issue=issue, key="task:2", up=True, by=by),
        lambda issue, by: pin_item(issue=issue, key="task:2", pinned=True, by=by),
        lambda issue, by: reword_item(
            issue=issue, key="task:2", words="Deux", note="", by=by
        ),
    ),
)
def test_each_is_part_of_what_is_approved(harbor, alice, act):
    issue = make_issue(harbor, IssueState.APPROVED, told=told())
    act(issue, acting(alice))
    changed = stored(issue)
    assert changed.state == IssueState.AWAITING_APPROVAL
    assert changed.approved_sha256 == ""
    assert changed.content_sha256 == digest_of(changed) != issue.content_sha256


def test_what_has_left_is_not_changed(harbor, alice):
    issue = make_issue(harbor, IssueState.RELEASED, told=told())
    with pytest.raises(IssueMoved):
        move_item(issue=issue, key="task:2", up=True, by=acting(alice))


def test_a_note_is_signed_by_who_wrote_it(issue, alice, bob):
    words = {"subject": "S", "introduction": ""}
    edit_issue(issue=issue, version=1, **words, own_note="Thank you.", by=acting(alice))
    edit_issue(
        issue=issue,
        version=2,
        subject="Other",
        introduction="",
        own_note="Thank you.",
        by=acting(bob),
    )
    assert stored(issue).own_note_by == alice.person
    edit_issue(issue=issue, version=3, **words, own_note="Thanks.", by=acting(bob))
    assert stored(issue).own_note_by == bob.person
    edit_issue(issue=issue, version=4, **words, own_note="", by=acting(bob))
    assert stored(issue).own_note_by is None
