from django.db import migrations


class Migration(migrations.Migration):
    """The table stays as it is: members has it now."""

    dependencies = [
        ("comms", "0028_feedback_taken_back"),
        ("members", "0029_paper_readers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("PaperReader")]
        )
    ]
