from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [("tasks", "0019_check_in_stands_in")]

    operations = [
        composite_foreign_key(
            table="tasks_checkin", column="stands_in_for_id", target="members_person"
        )
    ]
