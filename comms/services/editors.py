"""Who changed an issue since it was approved, and so does not approve it alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from comms.errors import NeedsSomebodyElse
from comms.models import Editor, Issue
from members.models import Person
from members.queries.senders import who_may_send
from members.services.audit import Actor


def note_editor(issue: Issue, person: Person) -> None:
    """Remember who changed it."""
    row = Editor(issue=issue, person=person)
    Editor.objects.bulk_create([row], ignore_conflicts=True)


def forget_editors(issue: Issue) -> None:
    """Begin again: what they made was approved."""
    Editor.objects.filter(issue=issue).delete()


def share_editors(issue: Issue, of: Iterable[Issue]) -> None:
    """Count who changed these as editors of the issue that holds their words now."""
    rows = Editor.objects.filter(issue__in=[other.pk for other in of])
    people = list(rows.order_by("pk").values_list("person_id", flat=True))
    shared = [Editor(issue=issue, person_id=pk) for pk in dict.fromkeys(people)]
    Editor.objects.bulk_create(shared, ignore_conflicts=True)
    if people and issue.edited_by_id is None:
        issue.edited_by_id = people[-1]
        issue.save(update_fields=["edited_by"])


def refuse_own_work(issue: Issue, by: Actor) -> None:
    """Raise NeedsSomebodyElse where a second person has to approve, and this is none."""
    if by.coalition.second_approval and (
        by.person is None or is_editor(issue, by.person)
    ):
        raise NeedsSomebodyElse


def is_editor(issue: Issue, person: Person) -> bool:
    return Editor.objects.filter(issue=issue, person=person).exists()


def who_else_approves(issue: Issue) -> QuerySet[Person]:
    """Return those who may approve it as it is."""
    own = Editor.objects.filter(issue=issue)
    return who_may_send().exclude(pk__in=own.values("person")).order_by("name_key")


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Whether this person has to leave the approval to others, and to whom."""

    is_own: bool
    others: Sequence[Person]


def second_look(issue: Issue, person: Person) -> SecondLook | None:
    """Return nothing where one person may approve alone."""
    if not issue.coalition.second_approval:
        return None
    others = [other for other in who_else_approves(issue) if other.pk != person.pk]
    return SecondLook(is_editor(issue, person), others)
