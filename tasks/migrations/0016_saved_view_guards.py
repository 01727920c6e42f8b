from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [('tasks', '0015_saved_views')]

    operations = [
        composite_foreign_key(
            table="tasks_savedview", column="person_id", target="members_person"
        )
    ]
