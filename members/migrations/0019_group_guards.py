from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [("members", "0018_groups_and_leave")]

    operations = [
        composite_foreign_key(
            table="members_groupmember",
            column="group_id",
            target="members_workinggroup",
        ),
        composite_foreign_key(
            table="members_groupmember", column="person_id", target="members_person"
        ),
    ]
