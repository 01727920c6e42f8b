from django.db import migrations

from coalition.common.operations import append_only, composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [
        append_only("members_auditentry"),
        composite_foreign_key(
            table="members_membership", column="person_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_affiliation", column="person_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_affiliation", column="partner_id", target="members_partner"
        ),
    ]
