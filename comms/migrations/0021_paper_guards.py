from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [
        ("comms", "0020_paper"),
        ("members", "0002_guards"),
    ]

    operations = [
        *(
            composite_foreign_key(
                table="comms_paperreader", column=column, target="members_person"
            )
            for column in ("person_id", "courier_id")
        ),
        *(
            composite_foreign_key(
                table="comms_papercopy", column=column, target="members_person"
            )
            for column in ("person_id", "by_id")
        ),
        composite_foreign_key(
            table="comms_papercopy", column="issue_id", target="comms_issue"
        ),
    ]
