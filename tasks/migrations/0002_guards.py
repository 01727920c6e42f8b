from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0001_initial"),
        ("goals", "0001_initial"),
        ("members", "0002_guards"),
    ]

    operations = [
        composite_foreign_key(
            table="tasks_task", column="goal_id", target="goals_goal"
        ),
        composite_foreign_key(
            table="tasks_assignment", column="task_id", target="tasks_task"
        ),
        composite_foreign_key(
            table="tasks_assignment", column="person_id", target="members_person"
        ),
    ]
