from django.db import migrations

from coalition.common.text import FoundText


class Migration(migrations.Migration):
    dependencies = [("comms", "0025_feedback_by_mail")]

    operations = [migrations.AddField("issue", "search_text", FoundText())]
