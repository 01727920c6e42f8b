from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0005_comments"),
        ("members", "0002_guards"),
    ]

    operations = [
        composite_foreign_key(
            table="tasks_assignment", column="asked_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="tasks_task", column="done_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="tasks_comment", column="removed_by_id", target="members_person"
        ),
    ]
