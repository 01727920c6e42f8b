from django.db import migrations

from coalition.common.operations import (
    append_only,
    composite_foreign_key,
    postgresql_only,
)


class Migration(migrations.Migration):
    dependencies = [("comms", "0001_initial"), ("members", "0002_guards")]

    operations = [
        append_only("comms_deliveryevent"),
        composite_foreign_key(
            table="comms_delivery", column="issue_id", target="comms_issue"
        ),
        composite_foreign_key(
            table="comms_delivery", column="person_id", target="members_person"
        ),
        # What one update tells, no other tells again. A range over the coalition's
        # number spares us an extension.
        postgresql_only(
            """
            ALTER TABLE comms_issue ADD CONSTRAINT comms_issue_windows_apart
            EXCLUDE USING gist (
                int8range(coalition_id, coalition_id, '[]') WITH &&,
                tstzrange(window_start, window_end) WITH &&
            ) WHERE (
                kind = 'update' AND window_start IS NOT NULL
                AND state NOT IN ('cancelled', 'merged')
            )
            """,
            "ALTER TABLE comms_issue DROP CONSTRAINT comms_issue_windows_apart",
        ),
    ]
