"""Saying something, changing it, taking it away and putting it back."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from goals.models import Milestone
from members.models import Person
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, refuse_foreign
from tasks.errors import (
    CommentIsGone,
    CommentIsThere,
    CommentStays,
    CommentStaysAway,
    NotYourComment,
)
from tasks.models import Comment, Subject, kind_of
from tasks.services.hearings import tell_again, tell_of

REMOVED = ("removed_at", "removed_by")


def create_comment(
    *, subject: Subject, text: str, named: Mapping[str, Person], by: Actor
) -> Comment:
    """Say something; `named` are the people whose names stand in it after an @."""
    author = _author(by)
    place = subject.goal if isinstance(subject, Milestone) else subject
    refuse_foreign(by, place, *named.values())
    link = {kind_of(subject): subject}
    with transaction.atomic():
        comment = Comment.objects.create(
            coalition=by.coalition, author=author, text=text, **link
        )
        after = snapshot(comment, ["text", *link])
        record_change(action="create", target=comment, by=by, after=after)
        tell_of(comment, named)
    return comment


def edit_comment(
    *, comment: Comment, version: int, text: str, named: Mapping[str, Person], by: Actor
) -> Comment:
    """Change one's own words; the trail keeps the earlier ones."""
    refuse_foreign(by, comment, *named.values())
    if _author(by).pk != comment.author_id:
        raise NotYourComment
    with transaction.atomic():
        if locked(comment).removed_at:
            raise CommentIsGone
        fields = {"text": text, "edited_at": timezone.now()}
        if comment.text == text:
            fields["edited_at"] = comment.edited_at
        edited = save_edit(record=comment, version=version, fields=fields, by=by)
        tell_again(edited, named)
    return edited


def delete_comment(*, comment: Comment, by: Actor) -> Comment:
    """Take it away: its place in the thread says so, and it can be put back."""
    refuse_foreign(by, comment)
    with transaction.atomic():
        stored = locked(comment)
        if not _is(by, stored.author_id):
            raise CommentStays
        if stored.removed_at:
            raise CommentIsGone
        stored.removed_at, stored.removed_by = timezone.now(), by.person
        return _save_removed(stored, action="take away", by=by)


def restore_comment(*, comment: Comment, by: Actor) -> Comment:
    refuse_foreign(by, comment)
    with transaction.atomic():
        stored = locked(comment)
        if not stored.removed_at:
            raise CommentIsThere
        if not _is(by, stored.removed_by_id):
            raise CommentStaysAway
        stored.removed_at = stored.removed_by = None
        return _save_removed(stored, action="put back", by=by)


def _author(by: Actor) -> Person:
    if by.person is None:
        raise NotYourComment
    return by.person


def _is(by: Actor, person: int | None) -> bool:
    """Say whether it is this person who acts, or a coordinator."""
    own = by.person is not None and by.person.pk == person
    return own or may(by, Permission.COMMENTS_MODERATE)


def _save_removed(comment: Comment, *, action: str, by: Actor) -> Comment:
    comment.save(update_fields=[*REMOVED, "updated_at"])
    record_change(
        action=action, target=comment, by=by, after=snapshot(comment, REMOVED)
    )
    return comment
