from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [('tasks', '0013_dependencies')]

    operations = [
        composite_foreign_key(
            table="tasks_taskdependency", column=column, target="tasks_task"
        )
        for column in ("task_id", "needs_id")
    ]
