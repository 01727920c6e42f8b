from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [('tasks', '0017_recurring')]

    operations = [
        composite_foreign_key(
            table="tasks_task", column="previous_id", target="tasks_task"
        )
    ]
