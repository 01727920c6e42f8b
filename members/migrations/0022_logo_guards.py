from django.db import migrations

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [("members", "0021_logos")]

    operations = [
        composite_foreign_key(
            table="members_partner", column="logo_id", target="members_partnerlogo"
        ),
        composite_foreign_key(
            table="members_partner", column="logo_agreed_by_id", target="members_person"
        ),
    ]
