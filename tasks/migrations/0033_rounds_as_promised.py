from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery

PROMISES = ("progress_seen_by", "hurdle_seen_by", "ask_seen_by", "win_seen_by")


def keep_the_promise(apps: Any, schema_editor: Any) -> None:
    """Let rounds that opened so far keep what their schedule promises now."""
    schedules = apps.get_model("tasks", "CheckInSchedule").objects.filter(
        pk=OuterRef("schedule_id")
    )
    apps.get_model("tasks", "CheckInCycle").objects.update(
        **{name: Subquery(schedules.values(name)[:1]) for name in PROMISES}
    )


class Migration(migrations.Migration):
    dependencies = [("tasks", "0032_promises_of_rounds")]

    operations = [
        migrations.RunPython(keep_the_promise, migrations.RunPython.noop, elidable=True)
    ]
