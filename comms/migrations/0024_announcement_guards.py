from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [
        ("comms", "0023_announcements"),
        ("members", "0002_guards"),
    ]

    operations = [
        composite_foreign_key(
            table="comms_issue", column="answered_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="comms_issue", column="told_in_id", target="comms_issue"
        ),
    ]
