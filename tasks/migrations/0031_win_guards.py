from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [("tasks", "0030_wins")]

    operations = [
        composite_foreign_key(
            table="tasks_win", column="check_in_id", target="tasks_checkin"
        ),
        composite_foreign_key(
            table="tasks_win", column="person_id", target="members_person"
        ),
        composite_foreign_key(
            table="tasks_win", column="partner_id", target="members_partner"
        ),
        composite_foreign_key(
            table="tasks_win", column="decided_by_id", target="members_person"
        ),
    ]
