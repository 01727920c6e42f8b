from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [("members", "0016_coalition_life")]

    operations = [
        composite_foreign_key(
            table="members_merge", column="merged_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_merge", column="undone_by_id", target="members_person"
        ),
    ]
