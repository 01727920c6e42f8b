from django.db import migrations, models

from coalition.common.operations import composite_foreign_key


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0010_comment_mail"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                fields=("coalition", "id"), name="members_agreement_tenant"
            ),
        ),
        composite_foreign_key(
            table="members_agreement", column="published_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_agreementacceptance", column="accepted_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_agreementacceptance", column="agreement_id", target="members_agreement"
        ),
        composite_foreign_key(
            table="members_agreementacceptance", column="recorded_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_auditentry", column="actor_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_auditentry", column="on_behalf_of_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_import", column="person_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_import", column="undone_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_invitation", column="invited_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_partner", column="listing_agreed_by_id", target="members_person"
        ),
        composite_foreign_key(
            table="members_partneralias", column="partner_id", target="members_partner"
        ),
    ]
