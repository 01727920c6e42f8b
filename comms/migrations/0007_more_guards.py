from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [
        ("comms", "0006_approved_form"),
        ("members", "0002_guards"),
    ]

    operations = [
        composite_foreign_key(
            table="comms_issue", column="approved_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="comms_issue", column="own_note_by_id", target="members_person"
        ),
    ]
