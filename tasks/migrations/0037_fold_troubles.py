from typing import Any

from django.db import migrations

CHUNK = 500


def fold_words(apps: Any, schema_editor: Any) -> None:
    """Let what was said so far be found, too; the column fills itself when saved."""
    for name in ("Hurdle", "Ask"):
        model = apps.get_model("tasks", name)
        rows = model.objects.filter(search_text="").only("pk", "text")
        for row in rows.iterator(chunk_size=CHUNK):
            row.save(update_fields=["search_text"])


class Migration(migrations.Migration):
    dependencies = [("tasks", "0036_words_of_troubles")]

    operations = [
        migrations.RunPython(fold_words, migrations.RunPython.noop, elidable=True)
    ]
