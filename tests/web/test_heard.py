"""Home tells what others said of late where one is part of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tasks.models import Comment
from tests.factories.comments import CommentFactory, HearingFactory
from tests.utils import at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def heard(harbor, alice):
    def add(member, text, **fields):
        comment = CommentFactory(
            task__goal__coalition=harbor,
            task__title="Write the letter",
            author=alice.person,
            text=text,
        )
        return HearingFactory(comment=comment, person=member.person, **fields)

    return add


def test_home_tells_what_was_said(client_of, heard, alice, bob):
    for member in (alice, bob):
        hearing = heard(member, "Ask @**Bob**, <b>now</b>", name="x")
        page = client_of(member).get(at(member, "web:home")).text
        assert "Write the letter" in page
        assert "Ask @Bob, &lt;b&gt;now&lt;/b&gt;" in page
        assert "<b>names you</b>" in page
        assert at(member, "tasks:comment_detail", hearing.comment_id) in page


def test_home_leaves_out_what_is_old_gone_or_for_others(
    client_of, heard, alice, bob, charlie
):
    old = heard(bob, "Old words").comment_id
    Comment.objects.filter(pk=old).update(
        created_at=timezone.now() - timedelta(days=15)
    )
    gone = heard(bob, "Gone words").comment_id
    Comment.objects.filter(pk=gone).update(
        removed_at=timezone.now(), removed_by=alice.person
    )
    heard(alice, "Her words")
    HearingFactory(
        comment__task__goal__coalition=charlie.coalition, comment__text="Canary words"
    )
    page = client_of(bob).get(at(bob, "web:home")).text
    for words in ("Old words", "Gone words", "Her words", "Canary"):
        assert words not in page
    assert "Said where you are part of it" not in page


@pytest.mark.parametrize("rows", (1, 3))
def test_home_needs_the_same_queries_for_any_number(
    client_of, heard, bob, rows, django_assert_num_queries
):
    for number in range(rows):
        heard(bob, f"Words {number}")
    client = client_of(bob)
    with django_assert_num_queries(27):
        client.get(at(bob, "web:home"))
