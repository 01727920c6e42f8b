from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [
        ('tasks', '0011_checklists_and_links'),
        ("goals", "0004_milestone_of_goal"),
    ]

    operations = [
        composite_foreign_key(
            table="tasks_task",
            column="milestone_id",
            target="goals_milestone",
            tenant="goal_id",
        ),
        composite_foreign_key(
            table="tasks_checklistitem", column="task_id", target="tasks_task"
        ),
        composite_foreign_key(
            table="tasks_checklistitem", column="done_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="tasks_tasklink", column="task_id", target="tasks_task"
        ),
    ]
