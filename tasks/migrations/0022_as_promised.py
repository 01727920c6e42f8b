from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def keep_the_promise(apps: Any, schema_editor: Any) -> None:
    """Let those who could read a hurdle or an ask so far go on reading it."""
    check_ins = apps.get_model("tasks", "CheckIn").objects.filter(
        pk=OuterRef("check_in_id")
    )
    for name in ("hurdle", "ask"):
        promised = check_ins.values(f"cycle__schedule__{name}_seen_by")[:1]
        rows = apps.get_model("tasks", name).objects.exclude(check_in=None)
        rows.update(seen_by=Subquery(promised))


class Migration(migrations.Migration):
    dependencies = [("tasks", "0021_who_sees_troubles")]

    operations = [
        migrations.RunPython(keep_the_promise, migrations.RunPython.noop, elidable=True)
    ]
