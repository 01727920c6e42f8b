"""Updates on paper: who gets them so, who brings them, and that they were handed over."""

from typing import Final

from django.db import transaction

from comms.errors import BringsToThemselves, NotOnPaperYet
from comms.models import GONE_OUT, Issue, IssueState, PaperCopy
from members.models import PaperReader, Person
from members.services.audit import Actor, record_change

FINAL: Final = (IssueState.APPROVED, *GONE_OUT)


def edit_paper_reader(
    *, person: Person, on_paper: bool, courier: Person | None, by: Actor
) -> None:
    """Say whether somebody reads on paper and who brings it.

    Raises BringsToThemselves.
    """
    if courier == person:
        raise BringsToThemselves(person)
    with transaction.atomic():
        row = PaperReader.objects.select_for_update().filter(person=person).first()
        before = {"on_paper": row is not None, "courier": row and row.courier_id}
        if not on_paper:
            PaperReader.objects.filter(person=person).delete()
        else:
            PaperReader.objects.update_or_create(
                person=person,
                defaults={"coalition": by.coalition, "courier": courier},
            )
        after = {
            "on_paper": on_paper,
            "courier": courier.pk if courier and on_paper else None,
        }
        if before != after:
            record_change(
                action="paper", target=person, by=by, before=before, after=after
            )


def hand_paper(*, issue: Issue, person: Person, by: Actor) -> None:
    """Note that somebody has this update on paper; raises NotOnPaperYet for a draft."""
    if issue.state not in FINAL:
        raise NotOnPaperYet
    with transaction.atomic():
        _copy, is_new = PaperCopy.objects.get_or_create(
            issue=issue,
            person=person,
            defaults={"coalition": by.coalition, "by": by.person},
        )
        if is_new:
            after = {"person": person}
            record_change(action="hand paper", target=issue, by=by, after=after)


def unhand_paper(*, issue: Issue, person: Person, by: Actor) -> None:
    """Take back that it was handed over."""
    with transaction.atomic():
        gone, _parts = PaperCopy.objects.filter(issue=issue, person=person).delete()
        if gone:
            before = {"person": person}
            record_change(action="unhand paper", target=issue, by=by, before=before)
