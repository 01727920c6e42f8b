from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [("tasks", "0034_handed_over")]

    operations = [
        composite_foreign_key(
            table="tasks_assignment", column="handed_to_id", target="members_person"
        ),
    ]
