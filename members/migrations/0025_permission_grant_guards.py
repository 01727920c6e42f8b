from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [("members", "0024_permission_grant")]

    operations = [
        composite_foreign_key(
            table="members_permissiongrant", column="person_id", target="members_person"
        ),
    ]
