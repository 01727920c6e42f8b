"""Read models of what people say: a thread, who is part of it, what is to be told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coalition.common.markdown import render_markdown
from coalition.common.notices import Notice
from goals.models import Goal, Milestone
from members.models import AuditEntry, Membership, Person
from members.models.person import CommentMail
from members.permissions import Permission
from tasks.models import COMMENTS, Assignment, Comment, Hearing, Subject, kind_of

PAGE: Final = 20
# A last page of a few would hide what they answer.
FEW: Final = 9
NEWS: Final = timedelta(days=2)
LATELY: Final = timedelta(days=14)
SUBJECTS: Final = ("goal", "milestone", "task")


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment as its thread shows it, and what its reader may do with it."""

    comment: Comment
    author: str
    said: SafeString
    may_edit: bool
    may_delete: bool
    may_restore: bool
    may_look_back: bool


@dataclass(frozen=True, slots=True)
class Thread:
    subject: Subject
    page: Page[Comment]
    lines: list[CommentLine]

    @property
    def kind(self) -> str:
        return kind_of(self.subject)


def thread(subject: Subject, me: Membership, number: str | None = None) -> Thread:
    """Return one page of what was said, the last one unless it is asked for."""
    said = Comment.objects.about(subject).with_people().order_by("id")
    pages = Paginator(said, PAGE, orphans=FEW)
    page = pages.get_page(number or pages.num_pages)
    return Thread(subject, page, [_line(comment, me) for comment in page])


def page_of(comment: Comment) -> int:
    """Return the number of the page of its thread that shows a comment."""
    said = Comment.objects.about(comment.subject)
    place = said.filter(pk__lt=comment.pk).count()
    return min(place // PAGE + 1, Paginator(said, PAGE, orphans=FEW).num_pages)


def _line(comment: Comment, me: Membership) -> CommentLine:
    moderates = me.may(Permission.COMMENTS_MODERATE)
    writes = me.may(Permission.COMMENTS_WRITE)
    mine = writes and comment.author_id == me.person_id
    gone = comment.removed_at is not None
    took_it = writes and comment.removed_by_id == me.person_id
    return CommentLine(
        comment=comment,
        author=name_of(comment.author),
        said=SafeString("") if gone else say(comment),
        may_edit=mine and not gone,
        may_delete=(mine or moderates) and not gone,
        may_restore=(took_it or moderates) and gone,
        may_look_back=(mine or moderates)
        and not gone
        and comment.edited_at is not None,
    )


def say(comment: Comment) -> SafeString:
    """Render a comment loaded `with_people`, the names in it set off."""
    names: Iterable[Hearing] = vars(comment)["names"]
    shown = {f"@{h.name}": f"@{name_of(h.person)}" for h in names}
    return render_markdown(comment.text, names=shown)


def name_of(person: Person) -> str:
    """Return how we call somebody who said something: the erased have no name."""
    return _("somebody who left") if person.erased_at else person.full_name


def comment_counts(milestones: QuerySet[Milestone]) -> QuerySet[Milestone]:
    standing = Q(comments__removed_at=None)
    return milestones.annotate(said=Count("comments", filter=standing)).only("goal_id")


def wordings(comment: Comment) -> list[tuple[str, datetime]]:
    """Return the earlier texts of a comment and until when they stood, newest first."""
    edits = AuditEntry.objects.filter(
        model=comment._meta.label_lower,  # noqa: SLF001
        target_pk=str(comment.pk),
        action="edit",
        before__has_key="text",
    )
    return [(entry.before["text"], entry.at) for entry in edits]


def involved_in(subject: Subject, today: date) -> set[int]:
    """Return who looks after something, or has said something about it before."""
    said = Comment.objects.about(subject).standing()
    people = set(said.values_list("author_id", flat=True))
    if isinstance(subject, Goal):
        return people | {subject.owner_id or 0}
    if isinstance(subject, Milestone):
        people.add(subject.goal.owner_id or 0)
        if subject.partner:
            speaking = Person.objects.speaking_for(subject.partner, today)
            people.update(speaking.values_list("pk", flat=True))
        return people
    carrying = Assignment.objects.standing().carrying().filter(task=subject)
    named = carrying.exclude(person=None)
    return people | set(named.values_list("person_id", flat=True))


def _wanted() -> Q:
    """Keep what people asked to be told, and can still open."""
    choice = Q(person__comment_mail=CommentMail.ALL) | (
        Q(person__comment_mail=CommentMail.NAMED) & ~Q(name="")
    )
    return choice & Q(
        comment__removed_at=None,
        person__erased_at=None,
        person__membership__state="active",
    )


def notices_due(now: datetime) -> list[Notice]:
    """Return whom to tell what was said, each bundle once, in the coalitions in scope.

    `key` and `source` name the moment at which the bundle is told.
    """
    due = Hearing.objects.filter(_wanted(), tell_at__lte=now, tell_at__gt=now - NEWS)
    bundles = due.order_by().values_list("coalition_id", "person_id", "tell_at")
    return [
        Notice(
            kind=COMMENTS,
            key=f"{person}:{stamp(at)}",
            coalition_id=coalition,
            person_id=person,
            source=stamp(at),
            expires_at=at + NEWS,
        )
        for coalition, person, at in bundles.distinct()
    ]


def stamp(at: datetime) -> str:
    return str(int(at.timestamp()))


def hearings_of(
    bundles: Collection[tuple[int, str]],
) -> Mapping[tuple[int, str], list[Hearing]]:
    """Return what is to be told in each bundle (person, stamp) as it stands now."""
    rows = _with_all(
        Hearing.objects.filter(
            _wanted(), person__in={person for person, _ in bundles}
        ).order_by("comment_id")
    )
    found: defaultdict[tuple[int, str], list[Hearing]] = defaultdict(list)
    for row in rows:
        found[row.person_id, stamp(row.tell_at)].append(row)
    return {bundle: found[bundle] for bundle in bundles if bundle in found}


def heard_lately(person: Person, now: datetime) -> QuerySet[Hearing]:
    """Return what others said of late where this person is part, or named."""
    lately = Hearing.objects.filter(
        person=person, comment__removed_at=None, comment__created_at__gt=now - LATELY
    )
    shown = (
        *("name", "comment__text", "comment__created_at"),
        *("comment__author__full_name", "comment__author__erased_at"),
        *("comment__goal__title", "comment__milestone__title", "comment__task__title"),
    )
    about = ("comment__author", *(f"comment__{kind}" for kind in SUBJECTS))
    with_names = lately.select_related(*about).prefetch_related(_names())
    return with_names.only(*shown).order_by("-comment_id")


def _with_all(hearings: QuerySet[Hearing]) -> QuerySet[Hearing]:
    return hearings.select_related(
        "comment__coalition",
        "comment__author",
        "comment__goal",
        "comment__milestone__goal",
        "comment__task",
    ).prefetch_related(_names())


def _names() -> "Prefetch[str, QuerySet[Hearing], str]":
    named = Hearing.objects.named().select_related("person")
    return Prefetch("comment__hearings", named, to_attr="names")


def place_of(subject: Subject, slug: str) -> str:
    """Return the page on which a thread stands."""
    kwargs = {"slug": slug, "pk": subject.pk}
    kind = kind_of(subject)
    name = "task_detail" if kind == "task" else f"comment_list_for_{kind}"
    return reverse(f"tasks:{name}", kwargs=kwargs)
