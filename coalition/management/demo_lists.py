"""The demo's lists: one brought in long ago, one that waits for a word."""

from datetime import datetime

from members.models import Import, Person, Via
from members.models.imports import ImportKind, ImportState
from members.services.audit import Actor
from members.services.imports.keeping import sha256
from members.services.imports.steps import start_import
from members.services.imports.work import work_off

OLD = b"name,region\n"
WAITING = b"""\
name,region,tags,notes
Harbor Food Bank,Saltmarsh,food; health,Shares its cold store now
Harbour Nurses Guild,Harbor-wide,labor,
Saltmarsh Boat School,Saltmarsh,youth,
Tidewater Transit Riders,Harbor-wide,transit,
"""


def load_lists(*, by: Person, partners: int, brought: datetime) -> None:
    old = Import.objects.create(
        coalition=by.coalition,
        person=by,
        kind=ImportKind.PARTNERS,
        state=ImportState.APPLIED,
        file_name="members-of-the-first-hour.csv",
        sha256=sha256(OLD),
        records=partners,
        created=partners,
        applied_at=brought,
    )
    Import.objects.filter(pk=old.pk).update(created_at=brought)
    waiting = start_import(
        kind=ImportKind.PARTNERS,
        data=WAITING,
        original=WAITING,
        file_name="spring-meeting.csv",
        by=Actor(by.coalition, by, Via.WEB),
    )
    work_off(waiting)
