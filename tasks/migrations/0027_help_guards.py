from django.db import migrations

from coalition.common.operations import composite_foreign_key

TARGETS = {
    "ask_id": "tasks_ask",
    "partner_id": "members_partner",
    "offer_id": "members_capacityoffer",
    "asked_by_id": "members_person",
    "answered_by_id": "members_person",
}


class Migration(migrations.Migration):
    dependencies = [("tasks", "0026_help")]

    operations = [
        composite_foreign_key(
            table="tasks_askhelp", column=column, target=target
        )
        for column, target in TARGETS.items()
    ]
