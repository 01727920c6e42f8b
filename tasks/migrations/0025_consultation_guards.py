from django.db import migrations

from coalition.common.operations import composite_foreign_key

LINKS = [
    ("task_id", "tasks_task"),
    ("person_id", "members_person"),
    ("asked_by_id", "members_person"),
    ("answered_by_id", "members_person"),
    ("went_on_by_id", "members_person"),
]


class Migration(migrations.Migration):
    dependencies = [("tasks", "0024_consultations")]

    operations = [
        composite_foreign_key(table="tasks_consultation", column=column, target=target)
        for column, target in LINKS
    ]
