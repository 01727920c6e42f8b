import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Take over a table from comms as it is: people say how they read, files too."""

    dependencies = [
        ("members", "0028_second_approval"),
        ("comms", "0027_fold_issues"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PaperReader",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "coalition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to="members.coalition",
                            ),
                        ),
                        (
                            "courier",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="members.person",
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="paper",
                                to="members.person",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "comms_paperreader",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("courier", None),
                                    models.Q(
                                        ("courier", models.F("person")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                                name="comms_paperreader_not_self",
                                violation_error_message="Nobody brings it to themselves.",
                            )
                        ],
                    },
                )
            ]
        )
    ]
