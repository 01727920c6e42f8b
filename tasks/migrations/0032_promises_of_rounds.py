from typing import Any

from django.db import migrations, models

PROMISES = {
    "progress_seen_by": "progress is seen by",
    "hurdle_seen_by": "hurdles are seen by",
    "ask_seen_by": "asks are seen by",
    "win_seen_by": "wins are seen by",
}
SEEN_BY = {
    "coordinators": "Coordinators",
    "leads": "Coordinators and the steering group",
    "members": "Everybody in the coalition",
}


def promise(label: str) -> Any:
    return models.CharField(
        choices=list(SEEN_BY.items()),
        db_default="coordinators",
        default="coordinators",
        editable=False,
        max_length=12,
        verbose_name=label,
    )


class Migration(migrations.Migration):
    dependencies = [("tasks", "0031_win_guards")]

    operations = [
        *(
            migrations.AddField("checkincycle", name, promise(label))
            for name, label in PROMISES.items()
        ),
        *(
            migrations.AddConstraint(
                "checkincycle",
                models.CheckConstraint(
                    condition=models.Q((f"{name}__in", list(SEEN_BY))),
                    name=f"tasks_checkincycle_{name}",
                ),
            )
            for name in PROMISES
        ),
    ]
