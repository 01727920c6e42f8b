"""Everything a coalition has, as a zip of CSV files: one for each kind of record."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.tabular import write_table
from coalition.common.text import FoldedField
from comms.models import (
    Delivery,
    DeliveryEvent,
    InboundMail,
    Issue,
    MailPreference,
    Suppression,
    UpdateSchedule,
    Withdrawal,
)
from goals.models import Goal, GoalReading, Milestone
from members.models import (
    Affiliation,
    Agreement,
    AgreementAcceptance,
    AuditEntry,
    CapacityOffer,
    Coalition,
    GroupMember,
    Handover,
    Import,
    ImportRow,
    Invitation,
    KeptApart,
    Membership,
    Merge,
    Partner,
    PartnerAlias,
    PartnerLogo,
    Person,
    User,
    WorkingGroup,
)
from members.services.audit import Actor, record_change
from tasks.models import (
    Ask,
    Assignment,
    CheckIn,
    CheckInCycle,
    CheckInPause,
    CheckInSchedule,
    CheckInVoice,
    ChecklistItem,
    Comment,
    Hearing,
    Hurdle,
    ReachOut,
    ReadingReport,
    Role,
    RoleAssignment,
    SavedView,
    Task,
    TaskDependency,
    TaskLink,
    TaskReport,
)

CHUNK: Final = 2000
IN_MEMORY: Final = 2 * 1024 * 1024
# What a link to one of these is called beside its number.
NAMES: Final[Mapping[type[models.Model], str]] = {
    Agreement: "title",
    Goal: "title",
    Issue: "subject",
    Milestone: "title",
    Partner: "name",
    Person: "full_name",
    Role: "name",
    Task: "title",
    WorkingGroup: "name",
}


@dataclass(frozen=True)
class Table:
    """One file: a model's columns, without what is nobody's business."""

    model: type[models.Model]
    file: str
    only: tuple[str, ...] = ()
    without: frozenset[str] = field(default_factory=frozenset)

    def columns(self) -> dict[str, str]:
        """Map each title to where its value is found."""
        found: dict[str, str] = {}
        for column in self.model._meta.concrete_fields:  # noqa: SLF001
            if self._is_left_out(column):
                continue
            found[column.attname] = column.attname
            name = NAMES.get(column.related_model) if column.is_relation else None  # type: ignore[arg-type]
            if name:
                found[column.name] = f"{column.name}__{name}"
        return found

    def _is_left_out(self, column: "models.Field[Any, Any]") -> bool:
        if self.only and column.name not in self.only:
            return True
        hidden = isinstance(column, models.BinaryField | FoldedField)
        return hidden or column.name in {"coalition", "version", *self.without}


TABLES: Final[Sequence[Table]] = (
    Table(Coalition, "coalition"),
    Table(Partner, "partners"),
    Table(PartnerAlias, "other-names-of-partners"),
    Table(Person, "people"),
    Table(Affiliation, "who-speaks-for-whom"),
    Table(Membership, "access", without=frozenset({"user"})),
    Table(Invitation, "invitations"),
    Table(Handover, "handovers-of-coordination"),
    Table(CapacityOffer, "what-partners-lend"),
    Table(Agreement, "agreements"),
    Table(AgreementAcceptance, "who-accepted-agreements"),
    Table(WorkingGroup, "working-groups"),
    Table(GroupMember, "who-is-in-working-groups"),
    Table(Goal, "goals"),
    Table(GoalReading, "readings-of-goals"),
    Table(Milestone, "milestones"),
    Table(Task, "tasks"),
    Table(ChecklistItem, "steps-of-tasks"),
    Table(TaskDependency, "what-must-be-done-first"),
    Table(TaskLink, "papers-of-tasks"),
    Table(Assignment, "who-does-what"),
    Table(Comment, "comments"),
    Table(Hearing, "who-hears-of-comments"),
    Table(Role, "standing-roles"),
    Table(RoleAssignment, "who-holds-roles"),
    Table(CheckInSchedule, "rhythms-of-check-ins"),
    Table(CheckInPause, "pauses-of-check-ins"),
    Table(CheckInCycle, "rounds-of-check-ins"),
    Table(CheckIn, "check-ins"),
    Table(CheckInVoice, "for-whom-check-ins-speak"),
    Table(TaskReport, "what-check-ins-say-of-tasks"),
    Table(ReadingReport, "what-check-ins-say-of-goals"),
    Table(Hurdle, "hurdles"),
    Table(Ask, "asks"),
    Table(ReachOut, "whom-to-reach-out-to"),
    Table(UpdateSchedule, "rhythm-of-updates"),
    Table(Issue, "updates-and-announcements"),
    Table(Withdrawal, "what-was-taken-back"),
    Table(MailPreference, "who-wants-which-mail"),
    Table(InboundMail, "replies", without=frozenset({"fingerprint"})),
    Table(
        Delivery,
        "mails",
        only=(
            "id",
            "issue",
            "person",
            "kind",
            "to_addr",
            "status",
            "reason",
            "created_at",
            "accepted_at",
        ),
    ),
    Table(
        Import,
        "lists-brought-in",
        only=(
            "id",
            "kind",
            "state",
            "person",
            "undone_by",
            "file_name",
            "sha256",
            "records",
            "created",
            "updated",
            "unchanged",
            "created_at",
            "applied_at",
            "undone_at",
        ),
    ),
    Table(Merge, "merged", without=frozenset({"trace"})),
    Table(AuditEntry, "history"),
)
# Every other model of a coalition, and why it is in no table.
LEFT_OUT: Final[Mapping[type[models.Model], str]] = {
    DeliveryEvent: "what servers said to each other; the outcome stands in mails",
    ImportRow: "kept for a day, to take a list back",
    KeptApart: "what only looked like one; the lists show both",
    PartnerLogo: "pictures: each a file of its own, under the logo_id of its partner",
    SavedView: "how one person looks at the plan",
    User: "accounts are a person's own, and hold nothing of a coalition",
    Suppression: "keyed fingerprints of addresses, of no use elsewhere",
}


def export_everything(*, by: Actor) -> IO[bytes]:
    """Write the archive, a few thousand rows at a time, and record that it was made.

    Call it inside the scope of `by.coalition`.
    """
    target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    counts: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            counts[table.file] = _write(archive, table, by.coalition)
        logos = _write_logos(archive)
        archive.writestr("README.txt", _readme(counts, logos, by))
    record_change(
        action="export everything", target=by.coalition, by=by, after={"rows": counts}
    )
    target.seek(0)
    return target


def _write(archive: zipfile.ZipFile, table: Table, coalition: Coalition) -> int:
    columns = table.columns()
    rows: Any = table.model._default_manager.order_by("pk")  # noqa: SLF001
    if table.model is Coalition:
        rows = rows.filter(pk=coalition.pk)
    found = rows.values_list(*columns.values()).iterator(chunk_size=CHUNK)
    with archive.open(f"{table.file}.csv", "w") as raw:
        out = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        count = write_table(
            out, list(columns), ([_cell(value) for value in row] for row in found)
        )
        out.detach()
    return count


def _write_logos(archive: zipfile.ZipFile) -> int:
    count = 0
    shown = PartnerLogo.objects.filter(partner__isnull=False).order_by("pk")
    for logo in shown.iterator(chunk_size=20):
        archive.writestr(f"logos/{logo.pk}.png", bytes(logo.data))
        count += 1
    return count


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    return str(value)


def _readme(counts: Mapping[str, int], logos: int, by: Actor) -> str:
    lines = [
        _("Everything of %(name)s") % {"name": by.coalition.name},
        _("Taken out by %(who)s on %(when)s.")
        % {
            "who": by.person or "-",
            "when": timezone.localtime().strftime("%Y-%m-%d %H:%M %Z"),
        },
        _("These files hold personal data. Keep them as carefully as the coalition."),
        "",
        *(f"{file}.csv: {count}" for file, count in counts.items()),
        f"logos/*.png: {logos}",
    ]
    return "\n".join(lines) + "\n"
