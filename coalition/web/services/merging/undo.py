"""A merge taken back: the same rows under the same numbers, as far as nobody built on."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from coalition.common.purging import merging
from coalition.web.services.merging.merge import note_consent
from coalition.web.services.merging.rights import less_mail, lower, stricter
from coalition.web.services.merging.rows import (
    Columns,
    columns,
    label,
    model_of,
    row_from,
    rows_of,
)
from coalition.web.services.merging.terms import end_as_since, grant_as_now
from members.errors import CannotUnmerge, LaterMergeFirst, MergeSpent
from members.models import Membership, Merge, Partner, Person
from members.services.audit import Actor, record_change
from members.services.records import locked, refuse_foreign
from tasks.models import RoleAssignment


def undo_merge(*, merge: Merge, by: Actor) -> int:
    """Make two of one again; returns how many things stay, since they were changed.

    Raises MergeSpent, LaterMergeFirst, CannotUnmerge.
    """
    refuse_foreign(by, merge)
    with transaction.atomic(), merging():
        merge = locked(merge)
        undoable = Merge.objects.undoable(timezone.now()).filter(pk=merge.pk)
        if not (merge.trace and undoable.exists()):
            raise MergeSpent
        later = Merge.objects.into(merge.kept).filter(pk__gt=merge.pk).first()
        if later:
            raise LaterMergeFirst(later)
        locked(merge.kept)
        work = Undoing(merge)
        try:
            with transaction.atomic():
                work.run()
        except IntegrityError:
            raise CannotUnmerge from None
        grant_as_now(merge.trace, by=by)
        _note(merge, work, by)
    return work.left


class Undoing:
    def __init__(self, merge: Merge) -> None:
        self._merge, self._trace = merge, merge.trace
        self.left = 0
        self.consents_again = False
        self._narrowed: dict[str, Columns] = {}
        self._returning: set[tuple[str, int]] = set()

    def run(self) -> None:
        self._see_what_returns()
        for name, before, after in reversed(self._trace["changed"]):
            self._set_back(name, before, after)
        for name, pk in self._trace["made"]:
            rows_of(model_of(name)).filter(pk=pk).delete()
        for name, values in reversed(self._trace["removed"]):
            self._insert(name, values)
        for name, attname, pks in self._trace["moved"]:
            self._move_back(name, attname, pks)

    def _see_what_returns(self) -> None:
        """Learn which rows are made again, for what is to point to them before that."""
        for name, values in reversed(self._trace["removed"]):
            if not self._missing(name, values):
                self._returning.add((name, int(values["id"])))

    def _set_back(self, name: str, before: Columns, after: Columns) -> None:
        """Give back each column that nobody has set since."""
        row = rows_of(model_of(name)).filter(pk=before["id"]).first()
        if row is None:
            self.left += 1
            return
        now = columns(row)
        since = {key for key in after if now.get(key) != after[key]}
        values = now | {key: before[key] for key in before.keys() - since}
        missing = self._missing(name, values)
        old = row_from(name, now if missing else values)
        edited = {key for key in since if before[key] != after[key]}
        self.left += bool(edited or missing)
        if isinstance(row, Membership):
            self._narrow(row, after)
        if isinstance(old, Person):
            self.consents_again = old.consent_digest and not row.consent_digest
        if edited:
            old.version = getattr(row, "version", 0) + 1
            old.save()
        else:
            old.save_base(raw=True, force_update=True)

    def _narrow(self, now: Membership, after: Columns) -> None:
        """Let what was taken from the one since be taken from the other, too."""
        if columns(now) == after:
            return
        old = row_from("members.membership", after)
        self._narrowed["members.membership"] = {
            "role": now.role if lower(old.role, now.role) != old.role else "",
            "state": now.state if stricter(old.state, now.state) != old.state else "",
            "user_id": now.user_id == old.user_id,
        }

    def _insert(self, name: str, values: Columns) -> None:
        if self._missing(name, values):
            self.left += 1
            return
        row: Any = row_from(name, values)
        if isinstance(row, Membership):
            self._hold_back(row)
        if isinstance(row, Person):
            self._hear_the_no(row)
        if isinstance(row, RoleAssignment) and not self._may_go_on(row):
            self.left += 1
            return
        row.save_base(raw=True, force_insert=True)

    def _may_go_on(self, term: RoleAssignment) -> bool:
        ended = term.to_on
        goes_on = end_as_since(term, self._trace["changed"])
        self.left += goes_on and term.to_on != ended
        return goes_on

    def _hold_back(self, row: Membership) -> None:
        limits = self._narrowed.get("members.membership")
        if not limits:
            return
        row.role = lower(row.role, limits["role"] or row.role)
        row.state = stricter(row.state, limits["state"] or row.state)
        if not limits["user_id"]:
            row.user = None

    def _hear_the_no(self, lost: Person) -> None:
        """Let what the one has refused since the merge count for both."""
        stood: Any = next(
            row_from(name, after)
            for name, _before, after in self._trace["changed"]
            if name == "members.person"
        )
        now = Person.objects.get(pk=self._merge.kept.pk)
        if stood.consent_digest and not now.consent_digest:
            self.left += lost.consent_digest
            lost.consent_digest = False
        if less_mail(stood.comment_mail, now.comment_mail) != stood.comment_mail:
            lost.comment_mail = less_mail(lost.comment_mail, now.comment_mail)
        if stood.check_in_mail and not now.check_in_mail:
            lost.check_in_mail = False

    def _move_back(self, name: str, attname: str, pks: list[int]) -> None:
        rows = rows_of(model_of(name))
        ours = rows.filter(pk__in=pks, **{attname: self._merge.kept.pk})
        self.left += len(pks) - ours.update(**{attname: self._merge.lost_pk})

    def _missing(self, name: str, values: Columns) -> bool:
        """Say whether a row would point to what is gone; it may be merged by now."""
        for key in model_of(name)._meta.concrete_fields:  # noqa: SLF001
            target: Any = key.related_model
            pk = values.get(key.attname)
            if not key.is_relation or pk is None or self._will_be(target, int(pk)):
                continue
            if rows_of(target).filter(pk=pk).exists():
                continue
            if target in {Partner, Person}:
                later = Merge.objects.of_lost(target, int(pk)).first()
                if later:
                    raise LaterMergeFirst(later)
            return True
        return False

    def _will_be(self, target: type[models.Model], pk: int) -> bool:
        lost = target is type(self._merge.kept) and pk == self._merge.lost_pk
        return lost or (label(target), pk) in self._returning


def _note(merge: Merge, work: Undoing, by: Actor) -> None:
    merge.undone_at, merge.undone_by, merge.trace = timezone.now(), by.person, {}
    merge.save(update_fields=["undone_at", "undone_by", "trace", "updated_at"])
    kept = merge.kept
    if isinstance(kept, Person) and work.consents_again:
        note_consent(kept, agrees=True, by=by)
    lost = type(kept).objects.get(pk=merge.lost_pk)
    for target in (kept, lost):
        record_change(
            action="undo merge",
            target=target,
            by=by,
            after={"merged": merge.lost_name, "left": work.left},
        )
